//! `too_many_removals`: more people would be removed than `guards.max_removals`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};

/// More people would be taken out than `guards.max_removals` allows.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{removals} people would be removed; guards.max_removals is {limit}")]
pub struct TooManyRemovals {
    /// How many would be.
    pub removals: u32,
    /// How many may be.
    pub limit: u32,
}

impl Remark for TooManyRemovals {
    const RULE: Rule = Rule {
        code: "too_many_removals",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "more people would be removed than `guards.max_removals`",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "remove fewer people at once, or raise guards.max_removals in a reviewed change"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let removals = draft.people_taken_out();
    let limit = draft.context.guards.max_removals;
    if removals <= limit {
        return Vec::new();
    }
    vec![TooManyRemovals { removals, limit }.found(None)]
}
