//! `group_access_lost`: somebody has access through a group of the tenant only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, departure};
use crate::model::person::Email;

/// Somebody without an access level of their own.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} has access through a group of the tenant only, and would lose it")]
pub struct GroupAccessLost {
    /// Who.
    pub person: Email,
}

impl Remark for GroupAccessLost {
    const RULE: Rule = Rule {
        code: "group_access_lost",
        topic: Topic::Leaving,
        severity: Severity::Warning,
        unless: &[],
        found_when: "somebody has access through a group of the tenant only",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "give them an access level of their own first, so that they keep it and a line can speak \
         of them"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    if !departure::is_planned(draft) {
        return Vec::new();
    }
    let people = draft.context.live.group_only.keys().cloned();
    let lost = people.map(|person| GroupAccessLost { person });
    lost.map(|lost| lost.found(Some(draft.tenant_place())))
        .collect()
}
