//! Rules about who is left able to sign in.

use std::collections::BTreeSet;

use super::likeness::{Likeness, SUGGESTED_FOR_MAX};
use super::{Draft, count, whole};
use crate::model::attributes::Identity;
use crate::model::desired::Unlisted;
use crate::model::ids::{ObjectId, StorageKey};
use crate::model::live::{DirectoryUser, UserType};
use crate::model::person::Email;
use crate::plan::finding::{Evidence, Finding, LockedOut, Severity};

/// The owner whom org.toml names, and the one whom the organization has, should they differ.
pub(super) fn owner_is_not_locked_out(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let locked_out = |key: StorageKey| {
        if draft.leaving.contains(&key) {
            Some(LockedOut::Removed)
        } else if draft.reachable.contains(&key) {
            None
        } else {
            Some(LockedOut::Disconnected)
        }
    };
    let named = context.roster.owner;
    let mut findings = Vec::new();
    if let Some(owner) = &context.desired.owner
        && let Some(why) = named.map_or(Some(LockedOut::NotThere), locked_out)
    {
        findings.push(Finding {
            severity: Severity::Fatal,
            evidence: Evidence::OwnerLockedOut {
                owner: owner.email.clone(),
                why,
            },
            place: Some(owner.place.clone()),
        });
    }
    if let Some(key) = context.live.preflight.owner.known()
        && Some(*key) != named
        && let Some(user) = context.live.members.get(key)
        && let Some(why) = locked_out(*key)
    {
        let owner = user.principal_name.clone();
        let evidence = Evidence::OwnerLockedOut { owner, why };
        findings.push(whole(Severity::Fatal, evidence));
    }
    findings
}

pub(super) fn no_two_lines_are_about_one_user(draft: &Draft<'_>) -> Vec<Finding> {
    let (desired, roster) = (draft.context.desired, &draft.context.roster);
    let place = |person: &Email| {
        let member = desired.members.get(person).map(|line| &line.place);
        let guest = || desired.guests.get(person).map(|line| &line.place);
        let removal = || desired.removals.get(person).map(|line| &line.place);
        member.or_else(guest).or_else(removal).cloned()
    };
    let doubles = roster.doubles.iter();
    doubles
        .map(|(person, other)| Finding {
            severity: Severity::Fatal,
            evidence: Evidence::SameUser {
                person: (*person).clone(),
                other: (*other).clone(),
            },
            place: place(person),
        })
        .collect()
}

pub(super) fn nobody_shares_a_principal_name(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let staying: Vec<&Email> = context
        .members()
        .map(|(_, user)| &user.principal_name)
        .filter(|name| !context.desired.removals.contains_key(*name))
        .collect();
    let severity = if context.is_connected() {
        Severity::Warning
    } else {
        Severity::Fatal
    };
    staying
        .chunk_by(|one, next| one == next)
        .filter(|same| same.len() > 1)
        .filter_map(|same| {
            let principal_name = (*same.first()?).clone();
            let users = count(same.len());
            let evidence = Evidence::SharedPrincipalName {
                principal_name,
                users,
            };
            Some(whole(severity, evidence))
        })
        .collect()
}

/// Only while the connection is still to be made can refusing save anybody.
pub(super) fn everybody_is_covered(draft: &Draft<'_>) -> Vec<Finding> {
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
            let evidence = Evidence::Uncovered {
                person,
                suggestions,
            };
            whole(severity, evidence)
        })
        .collect()
}

/// Members of the directory who are nobody in the organization, neither now nor after the plan.
fn untaken<'a>(draft: &'a Draft<'_>) -> impl Iterator<Item = &'a DirectoryUser> {
    let context = draft.context;
    let becomes = |step: &crate::plan::value::Step| {
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

pub(super) fn nobody_comes_by_group_only(draft: &Draft<'_>) -> Vec<Finding> {
    let users = count(draft.context.live.group_only.len());
    // Each of them is named where a tenant is left.
    if users == 0 || draft.context.leaves().is_some() {
        return Vec::new();
    }
    vec![whole(Severity::Note, Evidence::GroupOnly { users })]
}
