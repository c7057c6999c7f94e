//! `still_comes_in`: somebody was taken out and has access through a group of the directory.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::LEAVE_THE_GROUP;
use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody was taken out and comes in through a group.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} still has access, through a directory group")]
pub struct StillComesIn {
    /// Who.
    pub person: Email,
}

impl Remark for StillComesIn {
    const RULE: Rule = Rule {
        code: "still_comes_in",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "somebody was taken out and has access through a group of the directory",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        LEAVE_THE_GROUP
    }
}
