//! Preflight: rules about the plan as a whole. One function a rule, and one table that lists them;
//! the files are by what the rules are about. Findings about single people are made where their
//! steps are made, in `kinds`.

mod caller;
mod guests;
mod likeness;
mod organization;
mod people;
mod removals;
mod synced;
mod tenant;

use std::collections::BTreeSet;

use super::context::Context;
use super::finding::{Evidence, Finding, Severity, Unread};
use super::value::{Action, Step};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::ids::StorageKey;

pub(super) use guests::no_invitations;
pub(super) use synced::leave_out as leave_out_synced;

/// What a rule looks at.
pub(super) struct Draft<'a> {
    pub(super) context: &'a Context<'a>,
    /// Members of whom some line or the directory speaks.
    pub(super) covered: &'a BTreeSet<StorageKey>,
    /// Members who can sign in afterwards.
    pub(super) reachable: &'a BTreeSet<StorageKey>,
    /// Members whom only the size of the organization keeps from being mapped.
    pub(super) unmapped: &'a BTreeSet<StorageKey>,
    /// Members who are taken out.
    pub(super) leaving: &'a BTreeSet<StorageKey>,
    pub(super) steps: &'a [Step],
}

type Rule = fn(&Draft<'_>) -> Vec<Finding>;

/// Every rule. All of them run; none stops another.
const RULES: [Rule; 19] = [
    people::owner_is_not_locked_out,
    people::no_two_lines_are_about_one_user,
    people::nobody_shares_a_principal_name,
    people::everybody_is_covered,
    people::nobody_comes_by_group_only,
    removals::caller_is_not_removed,
    removals::an_administrator_is_left,
    removals::not_too_many,
    removals::not_too_large_a_share,
    caller::administers_the_organization,
    caller::is_a_member_of_the_tenant,
    organization::is_not_too_large_for_mapping,
    organization::has_licences_enough,
    organization::keeps_its_directory_groups,
    tenant::can_back_an_organization,
    tenant::lets_the_caller_bring_it_in,
    guests::policy_is_known,
    guests::domains_are_known,
    guests::nobody_waits_to_be_restored,
];

/// Runs every rule.
pub(super) fn findings(draft: &Draft<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(draft)).collect()
}

/// Saturates: no organization has four billion users, and a guard must not wrap.
pub(super) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// The rules about a plan that undoes a run: whom it may take out, and who may do that. Those about the
/// lines of org.toml have nothing to say of it.
const RULES_OF_UNDOING: [Rule; 6] = [
    removals::caller_is_not_removed,
    removals::an_administrator_is_left,
    removals::not_too_many,
    removals::not_too_large_a_share,
    caller::administers_the_organization,
    organization::has_licences_enough,
];

/// Runs the rules about a plan that undoes a run.
pub(super) fn findings_of_undoing(draft: &Draft<'_>) -> Vec<Finding> {
    let rules = RULES_OF_UNDOING.iter();
    rules.flat_map(|rule| rule(draft)).collect()
}

impl Draft<'_> {
    /// The step that connects the organization to the tenant, if it is still to be connected.
    fn connecting(&self) -> Option<&ConnectionAttributes> {
        self.connection_changes()
            .filter(|connection| connection.tenant.is_some())
    }

    /// Whether what backs the organization changes, to whatever.
    fn changes_connection(&self) -> bool {
        let is_connection = |step: &&Step| step.address.kind() == Kind::Connection;
        self.steps
            .iter()
            .filter(is_connection)
            .any(|step| step.change.writes())
    }

    fn connection_changes(&self) -> Option<&ConnectionAttributes> {
        self.steps
            .iter()
            .filter(|step| step.change.writes())
            .find_map(|step| match step.change.after() {
                Some(Attributes::Connection(connection)) => Some(connection),
                Some(_) | None => None,
            })
    }

    /// The steps of one kind that make something.
    fn making(&self, kind: Kind) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| {
            step.address.kind() == kind && step.change.action() == Action::Create
        })
    }
}

/// A finding about the whole, which no line of org.toml is to blame for.
const fn whole(severity: Severity, evidence: Evidence) -> Finding {
    Finding {
        severity,
        evidence,
        place: None,
    }
}

/// The note about what could not be read.
fn unread(what: Unread, why: &str) -> Finding {
    let why = why.to_owned();
    whole(Severity::Note, Evidence::Unreadable { what, why })
}
