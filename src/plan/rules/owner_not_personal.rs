//! `owner_not_personal`: there is a time without a tenant, and the owner has an account of one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::departure::{self, SignIn};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// The owner has an account of the tenant.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the owner {owner} has an account of a tenant, not a personal Microsoft account")]
pub struct OwnerNotPersonal {
    /// Who.
    pub owner: Email,
}

impl Remark for OwnerNotPersonal {
    const RULE: Rule = Rule {
        code: "owner_not_personal",
        topic: Topic::Leaving,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "there is a time without a tenant, and the owner has an account of one",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "first make somebody with a personal Microsoft account the owner, in the organization \
         settings; a move to another tenant needs none when a person makes it (connect_with = \
         \"portal\")"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    if !departure::has_time_without_tenant(draft) {
        return Vec::new();
    }
    let owner = departure::owner(draft);
    let owner = owner.filter(|(_, sign_in)| *sign_in == SignIn::OfTheTenant);
    let found = owner.map(|(owner, _)| {
        let owner = owner.clone();
        OwnerNotPersonal { owner }.found(Some(draft.tenant_place()))
    });
    found.into_iter().collect()
}
