//! `caller_removed`: the caller would be removed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// The one whose credentials are used would be taken out, and nothing after that would work.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{caller}, whose credentials are in use, would be removed")]
pub struct CallerRemoved {
    /// Who.
    pub caller: Email,
}

impl Remark for CallerRemoved {
    const RULE: Rule = Rule {
        code: "caller_removed",
        topic: Topic::Caller,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "the caller would be removed",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "have another administrator apply it, or take the line out of [remove]"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let caller = &draft.context.live.caller;
    if !draft.leaving.contains(&caller.storage_key) {
        return Vec::new();
    }
    let caller = caller.principal_name.clone();
    vec![CallerRemoved { caller }.found(None)]
}
