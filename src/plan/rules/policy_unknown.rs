//! `policy_unknown`: a policy that `[policies]` names cannot be read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::policy::Policy;

/// The service did not tell how a policy stands.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the service does not tell how {policy} stands")]
pub struct PolicyUnknown {
    /// Which.
    pub policy: Policy,
}

impl Remark for PolicyUnknown {
    const RULE: Rule = Rule {
        code: "policy_unknown",
        topic: Topic::Organization,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "a policy that `[policies]` names cannot be read",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "have a Project Collection Administrator apply it"
    }
}
