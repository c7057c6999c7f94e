//! `disconnected_elsewhere`: another tenant backs the organization than the one that org.toml
//! leaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::ids::TenantId;

/// Another tenant backs the organization than the one that org.toml leaves.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the organization is connected to tenant {connected}, and {named} is to be left")]
pub struct DisconnectedElsewhere {
    /// The tenant that does.
    pub connected: TenantId,
    /// The tenant that org.toml names.
    pub named: TenantId,
}

impl Remark for DisconnectedElsewhere {
    const RULE: Rule = Rule {
        code: "disconnected_elsewhere",
        topic: Topic::Leaving,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "another tenant backs the organization than the one that org.toml leaves",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "name under [tenant] the tenant that is to be left"
    }
}
