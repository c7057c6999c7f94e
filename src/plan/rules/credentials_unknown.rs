//! `credentials_unknown`: tokens or keys are to be revoked and cannot be listed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};

/// The service did not tell which tokens and keys there are.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the service does not tell which tokens and keys there are: {why}")]
pub struct CredentialsUnknown {
    /// The service's own words.
    pub why: String,
}

impl Remark for CredentialsUnknown {
    const RULE: Rule = Rule {
        code: "credentials_unknown",
        topic: Topic::Organization,
        severity: Severity::Blocked,
        unless: &[(
            Severity::Warning,
            "where notices would list them and nothing is revoked",
        )],
        found_when: "tokens or keys are to be revoked and cannot be listed",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "have a Project Collection Administrator plan it, with a token of the scope \
         vso.tokenadministration"
    }
}
