//! `sign_in_lost`: somebody has an account of the tenant, and none without it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::departure::{self, SignIn};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody with an account of the tenant.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} has an account of the tenant, and would lose access")]
pub struct SignInLost {
    /// Who.
    pub person: Email,
}

impl Remark for SignInLost {
    const RULE: Rule = Rule {
        code: "sign_in_lost",
        topic: Topic::Leaving,
        severity: Severity::Fatal,
        unless: &[(Severity::Warning, "with `guards.unlisted_users = \"warn\"`")],
        found_when: "somebody has an account of the tenant, and none without it",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "take them out under [remove], or accept it: guards.unlisted_users = \"warn\""
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let severity = departure::lost_access(draft.context);
    departure::people_without_tenant(draft)
        .filter(|(_, sign_in)| *sign_in == SignIn::OfTheTenant)
        .map(|(person, _)| {
            let person = person.clone();
            SignInLost { person }.weighed(severity, Some(draft.tenant_place()))
        })
        .collect()
}
