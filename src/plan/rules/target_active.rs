//! `target_active`: the identity is a user of the organization already.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Called;
use super::{Check, Finding, Remark, Rule, Severity, Topic, lockout};
use crate::model::desired::Place;
use crate::model::person::Email;
use crate::plan::context::Context;

/// The identity that a member is to be mapped to is a user of the organization already.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person}{name} cannot become {to}{account}, who is a user of the organization already",
    name = Called(.person_name.as_ref()),
    account = Called(.to_name.as_ref())
)]
pub struct TargetActive {
    /// Who is to be mapped.
    pub person: Email,
    /// To whom.
    pub to: Email,
    /// What the organization calls the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_name: Option<String>,
    /// What the directory calls that account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_name: Option<String>,
}

impl Remark for TargetActive {
    const RULE: Rule = Rule {
        code: "target_active",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(Severity::Blocked, "once connected")],
        found_when: "the identity is a user of the organization already",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "remove the newer of the two users from the organization, then plan again"
    }
}

impl TargetActive {
    pub(in crate::plan) fn finding(self, context: &Context<'_>, place: Option<&Place>) -> Finding {
        self.weighed(lockout::of_member(context), place)
    }
}
