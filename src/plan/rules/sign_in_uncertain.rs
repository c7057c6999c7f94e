//! `sign_in_uncertain`: only the person knows whether there is a personal account of that address.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::departure::{self, SignIn};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Nobody but the person knows whether they have a personal account.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} could sign in only with a personal Microsoft account of this address")]
pub struct SignInUncertain {
    /// Who.
    pub person: Email,
}

impl Remark for SignInUncertain {
    const RULE: Rule = Rule {
        code: "sign_in_uncertain",
        topic: Topic::Leaving,
        severity: Severity::Fatal,
        unless: &[(Severity::Warning, "with `guards.unlisted_users = \"warn\"`")],
        found_when: "only the person knows whether there is a personal account of that address",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "ask them; then take them out under [remove], or accept it: guards.unlisted_users = \"warn\""
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let severity = departure::lost_access(draft.context);
    departure::people_without_tenant(draft)
        .filter(|(_, sign_in)| *sign_in == SignIn::Unknown)
        .map(|(person, _)| {
            let person = person.clone();
            SignInUncertain { person }.weighed(severity, Some(draft.tenant_place()))
        })
        .collect()
}
