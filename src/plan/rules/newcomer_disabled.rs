//! `newcomer_disabled`: a line would add somebody whose account in the directory is disabled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody with a disabled account would be added.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is not added to the organization: the account in the directory is disabled")]
pub struct NewcomerDisabled {
    /// Who.
    pub person: Email,
}

impl Remark for NewcomerDisabled {
    const RULE: Rule = Rule {
        code: "newcomer_disabled",
        topic: Topic::People,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "a line would add somebody whose account in the directory is disabled",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "enable the account in the directory, or delete the line"
    }
}
