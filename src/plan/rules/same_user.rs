//! `same_user`: two lines are about one user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Two lines are about one user.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} and {other} are the same user of the organization")]
pub struct SameUser {
    /// One line.
    pub person: Email,
    /// The other.
    pub other: Email,
}

impl Remark for SameUser {
    const RULE: Rule = Rule {
        code: "same_user",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "two lines are about one user",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "keep the line that says what you mean, delete the other"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let (desired, roster) = (draft.context.desired, &draft.context.roster);
    let place = |person: &Email| {
        let member = desired.members.get(person).map(|line| &line.place);
        let guest = || desired.guests.get(person).map(|line| &line.place);
        let removal = || desired.removals.get(person).map(|line| &line.place);
        member.or_else(guest).or_else(removal)
    };
    let doubles = roster.doubles.iter();
    doubles
        .map(|(person, other)| {
            let found = SameUser {
                person: (*person).clone(),
                other: (*other).clone(),
            };
            found.found(place(person))
        })
        .collect()
}
