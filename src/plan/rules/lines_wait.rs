//! `lines_wait`: lines of `[members]` and `[guests]` wait while `tenant.connection` is
//! `"disconnected"`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};

/// Lines about the directory have no effect on an organization without one.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "nothing of [members] ({members}) and [guests] ({guests}) is applied while \
     tenant.connection is \"disconnected\""
)]
pub struct LinesWait {
    /// How many lines `[members]` has.
    pub members: u32,
    /// How many lines `[guests]` has.
    pub guests: u32,
}

impl Remark for LinesWait {
    const RULE: Rule = Rule {
        code: "lines_wait",
        topic: Topic::Leaving,
        severity: Severity::Note,
        unless: &[],
        found_when: "lines of `[members]` and `[guests]` wait while `tenant.connection` is \
                     `\"disconnected\"`",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "nothing: they are for the day when it is connected again; delete them if that never comes"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let desired = context.desired;
    let (members, guests) = (count(desired.members.len()), count(desired.guests.len()));
    if context.wants_tenant() || members + guests == 0 {
        return Vec::new();
    }
    vec![LinesWait { members, guests }.found(Some(draft.tenant_place()))]
}
