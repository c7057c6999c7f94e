//! What stays of a run that is undone, by the reason for it: the same for every form of a plan.

use std::collections::BTreeMap;

use super::sanitize::clean;
use crate::model::address::Address;
use crate::plan::value::Undoing;

/// Which run is undone, and how much of it stays.
pub(super) fn title(undo: &Undoing) -> String {
    let run = clean(undo.run.as_str());
    match undo.left.len() {
        0 => format!("of run {run}"),
        1 => format!("of run {run}; 1 step of it stays as it is"),
        count => format!("of run {run}; {count} steps of it stay as they are"),
    }
}

/// What stays, by why. In the order of the words, and below that of the addresses.
pub(super) fn by_reason(undo: &Undoing) -> BTreeMap<String, Vec<&Address>> {
    let mut reasons: BTreeMap<String, Vec<&Address>> = BTreeMap::new();
    for left in &undo.left {
        reasons
            .entry(left.why.to_string())
            .or_default()
            .push(&left.address);
    }
    reasons
}
