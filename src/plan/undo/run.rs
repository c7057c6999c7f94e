//! The run that is to be undone: what it was to do, what became of each step, and what the state knows
//! of that since.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::ids::RunId;
use crate::plan::value::{Change, Plan, Step};
use crate::state::value::State;

/// What became of a step of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It was carried out.
    Done,
    /// It was so already.
    AlreadySo,
    /// It was sent, and did not succeed.
    Failed,
    /// It was sent, and no answer came.
    Unsure,
    /// It was not begun.
    NotBegun,
}

/// One run of apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Which one.
    pub run: RunId,
    /// When it began.
    pub began: Timestamp,
    /// What it was to do, and what was looked at for that.
    pub plan: Plan,
    /// What became of each step; empty while it runs, and for ever when it was cut short.
    pub results: BTreeMap<Address, Became>,
}

/// Whether a run did what a step was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) enum Trace {
    /// It did.
    Done,
    /// It was cut short, and nothing tells whether it did. Somebody else may have.
    Lost,
    /// It did not.
    NotDone,
}

impl RunRecord {
    /// What the run gave to people who had nothing, by their names.
    pub(super) fn given(&self, state: &State) -> BTreeMap<&str, &Attributes> {
        let done = self.plan.steps().filter_map(|step| match &step.change {
            Change::Create { after }
                if after.access().is_some() && self.trace(step, state) == Trace::Done =>
            {
                Some((step.address.key(), after))
            }
            Change::Create { .. }
            | Change::Update { .. }
            | Change::Adopt { .. }
            | Change::Remove { .. }
            | Change::Forget { .. } => None,
        });
        done.collect()
    }

    /// Whether the run did what a step was to do. Where it was cut short, or no answer came, the state
    /// knows: recovery has looked since.
    pub(super) fn trace(&self, step: &Step, state: &State) -> Trace {
        let is_update = matches!(step.change, Change::Update { .. });
        let is_owned = || {
            let entry = state.entries.get(&step.address);
            if self.plan.header.undo.is_some() {
                // Whoever undoes lets go.
                return entry.is_none();
            }
            match (entry, step.change.after()) {
                (Some(entry), Some(after)) => {
                    // These have learnt something since: who it became, whether a mail went out.
                    let learns = matches!(step.address.kind(), Kind::Invitation | Kind::Mapping);
                    let is_same = learns || entry.attributes.is_same(after);
                    entry.applied_at >= self.began && is_same
                }
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
        };
        match self.results.get(&step.address) {
            Some(Became::Done) => Trace::Done,
            // Looking settles what was made; whether something was changed only live shows.
            Some(Became::Unsure) if is_update || is_owned() => Trace::Done,
            // A guest may be there although the mail that goes with it failed.
            Some(Became::Failed) if step.address.kind() == Kind::Invitation && is_owned() => {
                Trace::Done
            }
            None if is_owned() => Trace::Done,
            None if is_update => Trace::Lost,
            Some(Became::AlreadySo | Became::NotBegun | Became::Failed | Became::Unsure) | None => {
                Trace::NotDone
            }
        }
    }
}
