//! The draft of a plan: what rules look at.

use std::collections::BTreeSet;

use super::count;
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::desired::Place;
use crate::model::ids::StorageKey;
use crate::model::live::Connection;
use crate::plan::context::Context;
use crate::plan::value::{Action, Change, Step};

/// The steps of a plan, and what becomes of people with them.
pub(in crate::plan) struct Draft<'a> {
    pub(in crate::plan) context: &'a Context<'a>,
    /// Members of whom some line or the directory speaks.
    pub(in crate::plan) covered: &'a BTreeSet<StorageKey>,
    /// Members who can sign in afterwards.
    pub(in crate::plan) reachable: &'a BTreeSet<StorageKey>,
    /// Members whom only the size of the organization keeps from being mapped.
    pub(in crate::plan) unmapped: &'a BTreeSet<StorageKey>,
    /// How many users the organization has in the end.
    pub(in crate::plan) users: usize,
    /// Members who are removed.
    pub(in crate::plan) leaving: &'a BTreeSet<StorageKey>,
    pub(in crate::plan) steps: &'a [Step],
}

impl<'a> Draft<'a> {
    /// Where org.toml names the tenant.
    pub(super) fn tenant_place(&self) -> &'a Place {
        &self.context.desired.tenant_place
    }

    /// The step that connects the organization to the tenant, if it is still to be connected.
    pub(super) fn connecting(&self) -> Option<&'a ConnectionAttributes> {
        let mut changes = self.steps.iter().filter(|step| step.change.writes());
        let connection = changes.find_map(|step| step.change.after()?.connection())?;
        connection.tenant.is_some().then_some(connection)
    }

    /// Whether the organization has a directory today and gets another one, or none.
    pub(super) fn changes_directory(&self) -> bool {
        let backed_by = self.context.live.organization.connection;
        matches!(backed_by, Connection::Tenant(_))
            && self.steps.iter().any(Step::changes_connection)
    }

    /// Whether a guest is invited.
    pub(super) fn invites(&self) -> bool {
        let mut changes = self.steps.iter().map(|step| &step.change);
        changes.any(
            |change| matches!(change, Change::Create { after } if after.invitation().is_some()),
        )
    }

    /// The steps that make somebody new in the directory, not those that restore a deleted user.
    pub(super) fn newcomers(&self) -> impl Iterator<Item = &'a Step> {
        let made = self.steps.iter().filter(|step| {
            step.address.kind().makes_account() && step.change.action() == Action::Create
        });
        made.filter(|step| !step.change.after().is_some_and(Attributes::is_restored))
    }

    /// How many people the steps remove from the organization.
    pub(super) fn people_taken_out(&self) -> u32 {
        let leaves = |step: &Step| matches!(step.change, Change::Remove { from, .. } if from.organization.is_some());
        let taken_out = |step: &&Step| {
            match (step.change.action(), step.address.kind()) {
                // Mostly out of projects, not out of the organization.
                (Action::Delete, Kind::Access) => leaves(step),
                (Action::Delete, _) | (Action::Create, Kind::Removal) => true,
                (Action::Create | Action::Update | Action::Adopt | Action::Forget, _) => false,
            }
        };
        count(self.steps.iter().filter(taken_out).count())
    }
}
