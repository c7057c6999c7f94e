//! `too_large_removal_share`: a larger share of the users would be removed than
//! `guards.max_removal_percent`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};

/// A larger share would be taken out than `guards.max_removal_percent` allows.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{removals} of {members} people would be removed; \
     guards.max_removal_percent is {limit_percent}"
)]
pub struct TooLargeRemovalShare {
    /// How many would be.
    pub removals: u32,
    /// Of how many.
    pub members: u32,
    /// How many per cent may be.
    pub limit_percent: u8,
}

impl Remark for TooLargeRemovalShare {
    const RULE: Rule = Rule {
        code: "too_large_removal_share",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "a larger share of the users would be removed than \
                     `guards.max_removal_percent`",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "remove fewer people at once, or raise guards.max_removal_percent in a reviewed change"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let removals = draft.people_taken_out();
    let members = count(draft.context.live.members.len());
    let limit_percent = draft.context.guards.max_removal_percent;
    if u64::from(removals) * 100 <= u64::from(members) * u64::from(limit_percent) {
        return Vec::new();
    }
    let found = TooLargeRemovalShare {
        removals,
        members,
        limit_percent,
    };
    vec![found.found(None)]
}
