//! Preflight: rules about the plan as a whole. One function a rule, and one table that lists them.
//! Findings about single people are made where their steps are made, in `kinds`.

use std::collections::BTreeSet;

use super::change::{Action, Step};
use super::context::Context;
use super::finding::{Evidence, Finding, LockedOut, Severity};
use crate::model::address::Kind;
use crate::model::desired::Unlisted;
use crate::model::ids::StorageKey;
use crate::model::person::Email;

/// What a rule looks at.
pub(super) struct Draft<'a> {
    pub(super) context: &'a Context<'a>,
    /// Members of whom some line or the directory speaks.
    pub(super) covered: &'a BTreeSet<StorageKey>,
    /// Members who can sign in afterwards.
    pub(super) reachable: &'a BTreeSet<StorageKey>,
    /// Members who are taken out.
    pub(super) leaving: &'a BTreeSet<StorageKey>,
    pub(super) steps: &'a [Step],
}

/// Every rule. All of them run; none stops another.
const RULES: [fn(&Draft<'_>) -> Vec<Finding>; 9] = [
    owner_is_not_locked_out,
    caller_is_not_removed,
    no_two_lines_are_about_one_user,
    not_too_many_removals,
    not_too_large_a_share_removed,
    not_too_many_users,
    nobody_shares_a_principal_name,
    everybody_is_covered,
    nobody_comes_by_group_only,
];

/// Runs every rule.
pub(super) fn findings(draft: &Draft<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(draft)).collect()
}

/// Saturates: no organization has four billion users, and a guard must not wrap.
pub(super) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

fn owner_is_not_locked_out(draft: &Draft<'_>) -> Vec<Finding> {
    let Some(owner) = &draft.context.desired.owner else {
        return Vec::new();
    };
    let why = match draft.context.roster.owner {
        None => LockedOut::NotThere,
        Some(key) if draft.leaving.contains(&key) => LockedOut::Removed,
        Some(key) if !draft.reachable.contains(&key) => LockedOut::Disconnected,
        Some(_) => return Vec::new(),
    };
    vec![Finding {
        severity: Severity::Fatal,
        evidence: Evidence::OwnerLockedOut {
            owner: owner.email.clone(),
            why,
        },
        place: Some(owner.place.clone()),
    }]
}

fn caller_is_not_removed(draft: &Draft<'_>) -> Vec<Finding> {
    let caller = &draft.context.live.caller;
    if !draft.leaving.contains(&caller.storage_key) {
        return Vec::new();
    }
    vec![fatal(Evidence::CallerRemoved {
        caller: caller.principal_name.clone(),
    })]
}

fn no_two_lines_are_about_one_user(draft: &Draft<'_>) -> Vec<Finding> {
    let Context {
        desired, roster, ..
    } = draft.context;
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

fn people_taken_out(draft: &Draft<'_>) -> u32 {
    let taken_out = |step: &&Step| {
        match (step.change.action(), step.address.kind()) {
            // Out of projects, not out of the organization.
            (Action::Delete, Kind::Access) => false,
            (Action::Delete, _) | (Action::Create, Kind::Removal) => true,
            (Action::Create | Action::Update | Action::Adopt | Action::Forget, _) => false,
        }
    };
    count(draft.steps.iter().filter(taken_out).count())
}

fn fatal(evidence: Evidence) -> Finding {
    Finding {
        severity: Severity::Fatal,
        evidence,
        place: None,
    }
}

fn not_too_many_removals(draft: &Draft<'_>) -> Vec<Finding> {
    let removals = people_taken_out(draft);
    let limit = draft.context.guards.max_removals;
    if removals <= limit {
        return Vec::new();
    }
    vec![fatal(Evidence::TooManyRemovals { removals, limit })]
}

fn not_too_large_a_share_removed(draft: &Draft<'_>) -> Vec<Finding> {
    let removals = people_taken_out(draft);
    let members = count(draft.context.live.members.len());
    let limit_percent = draft.context.guards.max_removal_percent;
    if u64::from(removals) * 100 <= u64::from(members) * u64::from(limit_percent) {
        return Vec::new();
    }
    vec![fatal(Evidence::TooLargeRemovalShare {
        removals,
        members,
        limit_percent,
    })]
}

fn not_too_many_users(draft: &Draft<'_>) -> Vec<Finding> {
    let users = count(draft.context.live.members.len());
    let limit = draft.context.guards.max_users;
    let maps = |step: &Step| step.address.kind() == Kind::Mapping && step.change.writes();
    if users <= limit || !draft.steps.iter().any(maps) {
        return Vec::new();
    }
    vec![fatal(Evidence::TooManyUsers { users, limit })]
}

fn nobody_shares_a_principal_name(draft: &Draft<'_>) -> Vec<Finding> {
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
            Some(Finding {
                severity,
                evidence,
                place: None,
            })
        })
        .collect()
}

/// Only while the connection is still to be made can refusing save anybody.
fn everybody_is_covered(draft: &Draft<'_>) -> Vec<Finding> {
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
    context
        .members()
        .filter(|(key, _)| !covered.contains(key) && !leaving.contains(key))
        .map(|(_, user)| Finding {
            severity,
            evidence: Evidence::Uncovered {
                person: user.principal_name.clone(),
            },
            place: None,
        })
        .collect()
}

fn nobody_comes_by_group_only(draft: &Draft<'_>) -> Vec<Finding> {
    let users = count(draft.context.live.group_only.len());
    if users == 0 {
        return Vec::new();
    }
    let evidence = Evidence::GroupOnly { users };
    vec![Finding {
        severity: Severity::Note,
        evidence,
        place: None,
    }]
}
