//! `not_mapped`: `too_many_users` applies: one for each person, with the identity that Microsoft
//! support has to map them to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody whom the organization's size keeps from being mapped.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is not mapped to {to}: the organization has too many users")]
pub struct NotMapped {
    /// Who.
    pub person: Email,
    /// To whom they would be.
    pub to: Email,
}

impl Remark for NotMapped {
    const RULE: Rule = Rule {
        code: "not_mapped",
        topic: Topic::Organization,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "`too_many_users` applies: one for each person, with the identity that \
                     Microsoft support has to map them to",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "give Microsoft support these pairs; once somebody is mapped, the plan says so"
    }
}
