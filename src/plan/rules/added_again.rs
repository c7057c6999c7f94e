//! `added_again`: somebody whom the state knows left the organization outside orgctl, and a line adds them again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody who left the organization outside orgctl is added again.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is not in the organization any more, and would be added again")]
pub struct AddedAgain {
    /// Who.
    pub person: Email,
}

impl Remark for AddedAgain {
    const RULE: Rule = Rule {
        code: "added_again",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "somebody whom the state knows left the organization outside orgctl, and a \
                     line adds them again",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "if an administrator removed this person on purpose, delete the line"
    }
}
