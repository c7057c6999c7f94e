//! `connection_unknown`: the service does not say which tenant backs the organization.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};

/// The service did not say what backs the organization.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the service did not say which tenant backs the organization")]
pub struct ConnectionUnknown {}

impl Remark for ConnectionUnknown {
    const RULE: Rule = Rule {
        code: "connection_unknown",
        topic: Topic::Organization,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "the service does not say which tenant backs the organization",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "check the organization's name, and try again in a few minutes"
    }
}
