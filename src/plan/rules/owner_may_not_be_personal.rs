//! `owner_may_not_be_personal`: there is a time without a tenant, and only the owner knows whether
//! there is a personal account of that address.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::departure::{self, SignIn};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Nobody but the owner knows whether they have a personal account.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the owner {owner} needs a personal Microsoft account of this address")]
pub struct OwnerMayNotBePersonal {
    /// Who.
    pub owner: Email,
}

impl Remark for OwnerMayNotBePersonal {
    const RULE: Rule = Rule {
        code: "owner_may_not_be_personal",
        topic: Topic::Leaving,
        severity: Severity::Warning,
        unless: &[],
        found_when: "there is a time without a tenant, and only the owner knows whether there is a \
                     personal account of that address",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "make sure that there is one, or first make somebody else the owner"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    if !departure::has_time_without_tenant(draft) {
        return Vec::new();
    }
    let owner = departure::owner(draft);
    let owner = owner.filter(|(_, sign_in)| *sign_in == SignIn::Unknown);
    let found = owner.map(|(owner, _)| {
        let owner = owner.clone();
        OwnerMayNotBePersonal { owner }.found(Some(draft.tenant_place()))
    });
    found.into_iter().collect()
}
