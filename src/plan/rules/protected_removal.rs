//! `protected_removal`: somebody protected would be removed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// A line asks for the removal of somebody who is protected.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is protected and would be removed")]
pub struct ProtectedRemoval {
    /// Who.
    pub person: Email,
}

impl Remark for ProtectedRemoval {
    const RULE: Rule = Rule {
        code: "protected_removal",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "somebody protected would be removed",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "take the line out of [remove], or the person out of guards.protected"
    }
}
