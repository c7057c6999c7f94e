//! `uncovered`: nobody speaks of a user: no line, and no user of the directory. Suggests whom they
//! may be.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::likeness::{Likeness, SUGGESTED_FOR_MAX};
use super::words::Hint;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::attributes::Identity;
use crate::model::desired::Unlisted;
use crate::model::ids::ObjectId;
use crate::model::live::{DirectoryUser, UserType};
use crate::model::person::Email;
use crate::plan::value::Step;

/// An organization user whom neither org.toml nor the directory covers.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person} would be disconnected: no line and no directory user covers them{hint}",
    hint = Hint(.suggestions)
)]
pub struct Uncovered {
    /// Who.
    pub person: Email,
    /// Who in the directory they may be, by the likeness of the names; the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Email>,
}

impl Remark for Uncovered {
    const RULE: Rule = Rule {
        code: "uncovered",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Warning,
            "once connected, or with `guards.unlisted_users = \"warn\"`",
        )],
        found_when: "nobody speaks of a user: no line, and no user of the directory. Suggests whom \
                     they may be",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "add them to [members], [guests] or [remove], or set guards.unlisted_users = \"warn\""
    }
}

/// Refuses only while the connection is still to be made: afterwards refusing saves nobody.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let Draft {
        context,
        covered,
        leaving,
        ..
    } = draft;
    let severity = match context.guards.unlisted_users {
        Unlisted::Refuse if !context.is_connected() => Severity::Fatal,
        Unlisted::Refuse | Unlisted::Warn => Severity::Warning,
    };
    let uncovered: Vec<_> = context
        .members()
        .filter(|(key, _)| !covered.contains(key) && !leaving.contains(key))
        .map(|(_, user)| user)
        .collect();
    if uncovered.is_empty() {
        return Vec::new();
    }
    let likeness = Likeness::new(untaken(draft));
    uncovered
        .into_iter()
        .enumerate()
        .map(|(n, user)| {
            let suggestions = if n < SUGGESTED_FOR_MAX {
                likeness.suggest(&user.principal_name, &user.display_name)
            } else {
                Vec::new()
            };
            let person = user.principal_name.clone();
            let found = Uncovered {
                person,
                suggestions,
            };
            found.weighed(severity, None)
        })
        .collect()
}

/// Members of the directory who are nobody in the organization, neither now nor after the plan.
fn untaken<'a>(draft: &'a Draft<'_>) -> impl Iterator<Item = &'a DirectoryUser> {
    let context = draft.context;
    let becomes = |step: &Step| {
        let identity = step.change.after()?.identity()?;
        Identity::object_id(identity)
    };
    let taken: BTreeSet<ObjectId> = draft.steps.iter().filter_map(becomes).collect();
    let users = context.live.directory.users.iter();
    users
        .filter(move |(id, user)| {
            let fits = user.user_type == UserType::Member && user.enabled;
            fits && !taken.contains(id)
                && context.with_identity(**id).is_none()
                && context.named(&user.user_principal_name).next().is_none()
        })
        .map(|(_, user)| user)
}
