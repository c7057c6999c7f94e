//! `caller_not_administrator`: the plan changes the organization, and the caller neither owns it
//! nor is a Project Collection Administrator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::administration::{Standing, standing};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// The caller may not do what the plan does to the organization.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{caller}, whose credentials are in use, is no Project Collection Administrator")]
pub struct CallerNotAdministrator {
    /// Who.
    pub caller: Email,
}

impl Remark for CallerNotAdministrator {
    const RULE: Rule = Rule {
        code: "caller_not_administrator",
        topic: Topic::Caller,
        severity: Severity::Fatal,
        unless: &[(Severity::Warning, "while it is not known who the owner is")],
        found_when: "the plan changes the organization, and the caller neither owns it nor is a \
                     Project Collection Administrator",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "sign in as a Project Collection Administrator, or have one add the caller to that group"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let severity = match standing(draft) {
        Standing::None { owner_known: true } => Severity::Fatal,
        // The caller may be the owner.
        Standing::None { owner_known: false } => Severity::Warning,
        Standing::Enough | Standing::Unreadable(_) | Standing::ByGroup(_) => return Vec::new(),
    };
    let caller = draft.context.live.caller.principal_name.clone();
    vec![CallerNotAdministrator { caller }.weighed(severity, None)]
}
