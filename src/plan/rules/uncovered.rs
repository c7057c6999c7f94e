//! `uncovered`: nobody speaks of a user: no line, and no account that connecting would make them. Suggests
//! whom they may be, with the line to write.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::likeness::{Likeness, SUGGESTED_FOR_MAX};
use super::words::Hint;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::attributes::Identity;
use crate::model::desired::Unlisted;
use crate::model::directory_index::Found;
use crate::model::ids::ObjectId;
use crate::model::live::{DirectoryUser, UserType};
use crate::model::person::Email;
use crate::plan::value::Step;

/// An organization user whom no line covers, and whom connecting does not match.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person} would be disconnected: no line covers them, and no account has this sign-in name{hint}",
    hint = Hint(.suggestions)
)]
pub struct Uncovered {
    /// Who.
    pub person: Email,
    /// Who in the directory they may be, by an address that only one account has, or by the likeness of
    /// the names; the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Email>,
    /// Whether the first of these is a guest who was invited at the address of this user.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_guest: bool,
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
        found_when: "nobody speaks of a user: no line, and no account that connecting would make them. \
                     Suggests whom they may be, with the line to write",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "add them to [members], [guests] or [remove], or set guards.unlisted_users = \"warn\""
    }

    fn advice(&self) -> Cow<'static, str> {
        let Self {
            person,
            suggestions,
            is_guest,
        } = self;
        match suggestions.first() {
            Some(_) if *is_guest => Cow::Owned(format!(
                "if this is that guest, write under [guests]: \"{person}\" = {{}}"
            )),
            Some(to) => Cow::Owned(format!(
                "if they are the same person, write under [members]: \"{person}\" = \"{to}\""
            )),
            None => Cow::Borrowed(self.help()),
        }
    }

    fn of_many(count: usize) -> Option<String> {
        Some(format!(
            "{count} users would be disconnected: no line covers them, and no account has their \
             sign-in name"
        ))
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
    let taken = taken(draft);
    let likeness = Likeness::of_accounts(untaken(draft, &taken));
    let numbered = uncovered.into_iter().enumerate();
    let findings = numbered.map(|(n, user)| {
        let person = user.principal_name.clone();
        let found = match holder(draft, &taken, &person) {
            Some(found) => Uncovered {
                is_guest: found.user.is_external(),
                suggestions: vec![found.user.user_principal_name.clone()],
                person,
            },
            None => Uncovered {
                is_guest: false,
                suggestions: if n < SUGGESTED_FOR_MAX {
                    likeness.suggest(&person, &user.display_name)
                } else {
                    Vec::new()
                },
                person,
            },
        };
        found.weighed(severity, None)
    });
    findings.collect()
}

/// Identities that somebody becomes by the plan.
fn taken(draft: &Draft<'_>) -> BTreeSet<ObjectId> {
    let becomes = |step: &Step| {
        let identity = step.change.after()?.identity()?;
        Identity::object_id(identity)
    };
    draft.steps.iter().filter_map(becomes).collect()
}

/// The one account that has the address of a user, though it does not sign in with it. An address that
/// several have is nobody's.
fn holder<'a>(draft: &Draft<'a>, taken: &BTreeSet<ObjectId>, person: &Email) -> Option<Found<'a>> {
    let mut holders = draft.context.directory.holders(person);
    let only = holders.next().filter(|_| holders.next().is_none())?;
    let is_free = only.user.enabled
        && !taken.contains(&only.id)
        && draft.context.with_identity(only.id).is_none();
    is_free.then_some(only)
}

/// Members of the directory who are nobody in the organization, neither now nor after the plan.
fn untaken<'a>(
    draft: &'a Draft<'_>,
    taken: &BTreeSet<ObjectId>,
) -> impl Iterator<Item = &'a DirectoryUser> {
    let context = draft.context;
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
