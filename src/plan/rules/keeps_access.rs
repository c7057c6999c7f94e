//! `keeps_access`: somebody is taken out whose access level comes through a group that they are in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::LEAVE_THE_GROUP;
use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody is taken out and would come in again through a group.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} would keep access: it comes through a group that they are in")]
pub struct KeepsAccess {
    /// Who.
    pub person: Email,
}

impl Remark for KeepsAccess {
    const RULE: Rule = Rule {
        code: "keeps_access",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "somebody is taken out whose access level comes through a group that they are \
                     in",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        LEAVE_THE_GROUP
    }
}
