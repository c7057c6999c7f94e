//! `group_only`: users come in through a group of the directory only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};

/// Users who come in through a directory group only: their connection cannot be planned.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{users} users have access through a directory group only and are not planned for")]
pub struct GroupOnly {
    /// How many.
    pub users: u32,
}

impl Remark for GroupOnly {
    const RULE: Rule = Rule {
        code: "group_only",
        topic: Topic::People,
        severity: Severity::Note,
        unless: &[],
        found_when: "users come in through a group of the directory only",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "have them sign in once, so that they get an access level"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let users = count(draft.context.live.group_only.len());
    // Where a tenant is left, `group_access_lost` names each of them.
    if users == 0 || draft.context.leaves().is_some() {
        return Vec::new();
    }
    vec![GroupOnly { users }.found(None)]
}
