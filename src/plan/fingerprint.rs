//! The reader of facts: it reads from live, for a step, what the planner looks at.

use std::collections::BTreeMap;

use super::kinds;
use super::live_index::LiveIndex;
use super::value::{Facts, Plan, Step};
use crate::model::address::Address;
use crate::model::live::Live;

pub use super::kinds::connection::backed_by;

/// Reads facts from live, for a log n each.
#[derive(Debug)]
pub struct FactReader<'a>(LiveIndex<'a>);

impl<'a> FactReader<'a> {
    /// A reader of facts.
    pub fn new(live: &'a Live) -> Self {
        Self(LiveIndex::new(live))
    }

    /// The facts that the planner looks at for a step.
    pub fn read(&self, step: &Step) -> Facts {
        (kinds::of(step.address.kind()).facts)(&self.0, step)
    }
}

/// The facts of every step of a plan.
pub fn of_plan(plan: &Plan, live: &Live) -> BTreeMap<Address, Facts> {
    let reader = FactReader::new(live);
    plan.steps()
        .map(|step| (step.address.clone(), reader.read(step)))
        .collect()
}
