//! The draft of an undoing, which the ways back of the kinds add to.

use std::collections::{BTreeMap, BTreeSet};

use super::run::RunRecord;
use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::ids::StorageKey;
use crate::plan::context::Context;
use crate::plan::value::{Change, Left, NoWayBack, Reason, Step};

/// Takes a step back, as far as live still is as the run left it.
pub(in crate::plan) type WayBack = fn(&mut UndoDraft<'_>, &Step) -> Result<(), NoWayBack>;

/// The steps that take a run back, and what is left of it.
pub(in crate::plan) struct UndoDraft<'a> {
    pub(in crate::plan) record: &'a RunRecord,
    pub(in crate::plan) context: &'a Context<'a>,
    /// What the run gave to people who had nothing, by their names.
    pub(in crate::plan) given: BTreeMap<&'a str, &'a Attributes>,
    pub(in crate::plan) steps: BTreeMap<Address, Step>,
    pub(in crate::plan) left: Vec<Left>,
    pub(in crate::plan) leaving: BTreeSet<StorageKey>,
}

impl<'a> UndoDraft<'a> {
    pub(super) fn new(record: &'a RunRecord, context: &'a Context<'a>) -> Self {
        Self {
            record,
            context,
            given: record.given(context.state),
            steps: BTreeMap::new(),
            left: Vec::new(),
            leaving: BTreeSet::new(),
        }
    }

    pub(super) fn leave(&mut self, step: &Step, why: NoWayBack) {
        self.left.push(Left {
            address: step.address.clone(),
            why,
        });
    }

    /// Puts down a change that takes something back.
    pub(in crate::plan) fn put(
        &mut self,
        address: Address,
        change: Change,
        display_name: Option<String>,
    ) {
        let step = Step {
            address: address.clone(),
            change,
            reason: Reason::Undone,
            needs: Vec::new(),
            source: None,
            display_name,
        };
        self.steps.insert(address, step);
    }

    /// Refuses to take out of the organization who has to stay in it.
    pub(in crate::plan) fn may_be_taken_out(&self, key: StorageKey) -> Result<(), NoWayBack> {
        let (live, roster) = (self.context.live, &self.context.roster);
        let is_kept =
            roster.is_protected(key) || roster.is_owner(key) || live.caller.storage_key == key;
        if is_kept {
            Err(NoWayBack::Protected)
        } else {
            Ok(())
        }
    }
}
