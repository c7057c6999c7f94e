//! `not_in_organization`: a line is about nobody.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// A line of `[members]` for somebody who is not in the organization.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is not a user of the organization")]
pub struct NotInOrganization {
    /// Who.
    pub person: Email,
}

impl Remark for NotInOrganization {
    const RULE: Rule = Rule {
        code: "not_in_organization",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "a line is about nobody",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "delete the line, or correct the address"
    }
}
