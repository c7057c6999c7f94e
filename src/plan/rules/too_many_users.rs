//! `too_many_users`: somebody would have to be mapped, and there are more than `guards.max_users`
//! users. Connecting and matching by name still work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};
use crate::model::desired::Unlisted;

/// The organization is too large for mapping. Connecting and matching by name still work.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{unmapped} of {users} users can only be mapped by Microsoft support: above {limit} users \
     Azure DevOps still connects and matches by sign-in name, but maps nobody"
)]
pub struct TooManyUsers {
    /// How many users it has in the end: without those who leave, with those who are added.
    pub users: u32,
    /// How many it may have.
    pub limit: u32,
    /// How many of them would have to be mapped.
    pub unmapped: u32,
}

impl Remark for TooManyUsers {
    const RULE: Rule = Rule {
        code: "too_many_users",
        topic: Topic::Organization,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "once connected, or with `guards.unmapped_users = \"warn\"`",
        )],
        found_when: "somebody would have to be mapped, and there are more than `guards.max_users` \
                     users. Connecting and matching by name still work",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "have Microsoft support map them, and set guards.unmapped_users = \"warn\" to connect before \
         that; or raise guards.max_users in a reviewed change to plan the mappings all the same"
    }
}

/// Above the limit the service connects and matches, and maps nobody. The plan leaves out everybody
/// who would have to be mapped; connecting then locks them out, and that takes consent.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let Draft {
        context,
        unmapped,
        users,
        ..
    } = draft;
    if unmapped.is_empty() {
        return Vec::new();
    }
    let severity = match context.guards.unmapped_users {
        Unlisted::Refuse if !context.is_connected() => Severity::Fatal,
        Unlisted::Refuse | Unlisted::Warn => Severity::Blocked,
    };
    let found = TooManyUsers {
        users: count(*users),
        limit: context.guards.max_users,
        unmapped: count(unmapped.len()),
    };
    vec![found.weighed(severity, None)]
}
