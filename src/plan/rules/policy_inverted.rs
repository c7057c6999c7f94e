//! `policy_inverted`: a policy whose name says the opposite of its value would be switched.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::policy::{Policy, switch};

/// A policy would be switched whose name says the opposite of what its value is taken for.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{policy} would be switched {to}, which is {name} = {raw}",
    to = switch(*.to),
    name = .policy.service_name(),
    raw = .to
)]
pub struct PolicyInverted {
    /// Which.
    pub policy: Policy,
    /// As the portal's switch would show it.
    pub to: bool,
}

impl Remark for PolicyInverted {
    const RULE: Rule = Rule {
        code: "policy_inverted",
        topic: Topic::Organization,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "a policy whose name says the opposite of its value would be switched",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "compare it with the switch in the portal; where both agree, allow it with \
         policies.write_inverted = true"
    }
}
