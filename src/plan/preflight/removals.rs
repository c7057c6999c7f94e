//! Rules about who is taken out.

use std::collections::BTreeSet;

use super::{Draft, count, whole};
use crate::model::address::Kind;
use crate::model::ids::StorageKey;
use crate::plan::finding::{Evidence, Finding, Severity};
use crate::plan::value::{Action, Change, Step};

pub(super) fn caller_is_not_removed(draft: &Draft<'_>) -> Vec<Finding> {
    let caller = &draft.context.live.caller;
    if !draft.leaving.contains(&caller.storage_key) {
        return Vec::new();
    }
    let caller = caller.principal_name.clone();
    vec![whole(Severity::Fatal, Evidence::CallerRemoved { caller })]
}

/// Nobody could give anybody access any more. The owner is an administrator, whatever the group says.
pub(super) fn an_administrator_is_left(draft: &Draft<'_>) -> Vec<Finding> {
    let preflight = &draft.context.live.preflight;
    let Some(administrators) = preflight.administrators.known() else {
        return Vec::new();
    };
    let all = || administrators.users.iter().chain(preflight.owner.known());
    let is_left = |key: &StorageKey| draft.reachable.contains(key) && !draft.leaving.contains(key);
    let is_taken_out = |key: &StorageKey| draft.leaving.contains(key);
    if !all().any(is_taken_out) || all().any(is_left) {
        return Vec::new();
    }
    let groups: BTreeSet<String> = administrators.directory_groups.values().cloned().collect();
    // Who is in a group of the directory is not seen from the organization.
    let severity = if groups.is_empty() {
        Severity::Fatal
    } else {
        Severity::Warning
    };
    vec![whole(severity, Evidence::NoAdministratorLeft { groups })]
}

pub(super) fn not_too_many(draft: &Draft<'_>) -> Vec<Finding> {
    let removals = people_taken_out(draft);
    let limit = draft.context.guards.max_removals;
    if removals <= limit {
        return Vec::new();
    }
    let evidence = Evidence::TooManyRemovals { removals, limit };
    vec![whole(Severity::Fatal, evidence)]
}

pub(super) fn not_too_large_a_share(draft: &Draft<'_>) -> Vec<Finding> {
    let removals = people_taken_out(draft);
    let members = count(draft.context.live.members.len());
    let limit_percent = draft.context.guards.max_removal_percent;
    if u64::from(removals) * 100 <= u64::from(members) * u64::from(limit_percent) {
        return Vec::new();
    }
    let evidence = Evidence::TooLargeRemovalShare {
        removals,
        members,
        limit_percent,
    };
    vec![whole(Severity::Fatal, evidence)]
}

fn people_taken_out(draft: &Draft<'_>) -> u32 {
    let leaves = |step: &Step| matches!(step.change, Change::Remove { from, .. } if from.organization.is_some());
    let taken_out = |step: &&Step| {
        match (step.change.action(), step.address.kind()) {
            // Mostly out of projects, not out of the organization.
            (Action::Delete, Kind::Access) => leaves(step),
            (Action::Delete, _) | (Action::Create, Kind::Removal) => true,
            (Action::Create | Action::Update | Action::Adopt | Action::Forget, _) => false,
        }
    };
    count(draft.steps.iter().filter(taken_out).count())
}
