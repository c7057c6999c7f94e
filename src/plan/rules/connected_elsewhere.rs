//! `connected_elsewhere`: another tenant backs the organization, and `tenant.replaces` does not
//! give that one up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::ids::TenantId;

/// Another tenant backs the organization, and org.toml does not give it up.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the organization is connected to tenant {connected}, not to {wanted}")]
pub struct ConnectedElsewhere {
    /// The tenant that does.
    pub connected: TenantId,
    /// The tenant that org.toml names.
    pub wanted: TenantId,
}

impl Remark for ConnectedElsewhere {
    const RULE: Rule = Rule {
        code: "connected_elsewhere",
        topic: Topic::Leaving,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "another tenant backs the organization, and `tenant.replaces` does not give \
                     that one up",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "to move it, give the tenant up in a reviewed change: write its id as `replaces` under \
         [tenant]; to leave it there, name that tenant as `id`"
    }
}
