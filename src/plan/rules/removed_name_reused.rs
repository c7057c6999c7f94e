//! `removed_name_reused`: whom a line of `[remove]` names now is somebody else than it has taken out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Called;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::plan::resolver;

/// The name of somebody who was taken out belongs to somebody else now.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person} was taken out, and somebody else has that name now{}: nobody is removed",
    Called(Some(.name))
)]
pub struct RemovedNameReused {
    /// The line.
    pub person: Email,
    /// What the organization calls the user who has the name now.
    pub name: String,
}

impl Remark for RemovedNameReused {
    const RULE: Rule = Rule {
        code: "removed_name_reused",
        topic: Topic::People,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "a line of `[remove]` has taken somebody out, and the name belongs to another user \
                     of the organization now. A person who is added again is the same user to the \
                     service, and is removed again",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "delete the line, which has done its work; if the new person is to go too, apply once without \
         it, and write it again"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let removals = context.desired.removals.iter();
    let findings = removals.filter_map(|(person, removal)| {
        let (_, now) = resolver::has_name_of_removed(context, person)?;
        let found = RemovedNameReused {
            person: person.clone(),
            name: now.display_name.clone(),
        };
        Some(found.found(Some(&removal.place)))
    });
    findings.collect()
}
