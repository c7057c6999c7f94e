//! Undoing: from the record of a run to a plan that takes back what has a way back, and the list of
//! what has none. Judged by live: what somebody has changed since is theirs, and stays.

pub(super) mod draft;
mod record;
mod run;

use std::collections::{BTreeMap, BTreeSet};

use self::draft::UndoDraft;
use self::run::Trace;
use super::context::Context;
use super::kinds;
use super::planner::{header, into_stages};
use super::rules::{self, Draft, Finding};
use super::value::{Header, NoWayBack, Plan, Step, Undoing};
use crate::model::desired::{Desired, Guards};
use crate::model::ids::StorageKey;
use crate::model::live::Live;
use crate::state::value::State;

pub use self::record::{RecordError, decode, write_beginning, write_ending};
pub use self::run::{Became, RunRecord};

/// Plans what takes a run back, as far as live still is as that run left it. Pure, as planning is.
pub fn undo(
    record: &RunRecord,
    desired: &Desired,
    live: &Live,
    state: &State,
    guards: &Guards,
) -> Plan {
    let context = Context::new(desired, live, state, guards);
    let mut draft = UndoDraft::new(record, &context);
    // In the order in which the run went: an invitation takes the access of its guest along.
    for step in record.plan.steps() {
        take_back(&mut draft, step);
    }
    let UndoDraft {
        steps,
        left,
        leaving,
        ..
    } = draft;
    let steps: Vec<Step> = steps.into_values().collect();
    let findings = findings(&context, &steps, &leaving);
    let undoing = Undoing {
        run: record.run.clone(),
        left,
    };
    Plan {
        header: Header {
            lead_days: None,
            undo: Some(undoing),
            ..header(&context)
        },
        stages: into_stages(steps),
        findings,
        drift: Vec::new(),
        facts: BTreeMap::new(),
    }
}

fn take_back(draft: &mut UndoDraft<'_>, step: &Step) {
    let trace = draft.record.trace(step, draft.context.state);
    if !step.change.writes() || trace == Trace::NotDone {
        return;
    }
    let way_back = (kinds::of(step.address.kind()).way_back)(step);
    match way_back.and_then(|take_back| take_back(draft, step)) {
        Err(why) if trace == Trace::Done => draft.leave(step, why),
        // It is as the run was to leave it, and somebody else may have seen to that.
        Ok(()) if trace == Trace::Lost && draft.steps.remove(&step.address).is_some() => {
            draft.leave(step, NoWayBack::NotOurs);
        }
        Ok(()) | Err(_) => {}
    }
}

/// What the rules find in an undoing. Nobody is left behind by it, so everybody counts as spoken of.
fn findings(context: &Context<'_>, steps: &[Step], leaving: &BTreeSet<StorageKey>) -> Vec<Finding> {
    let everybody: BTreeSet<StorageKey> = context.live.members.keys().copied().collect();
    let mut findings = rules::findings_of_undoing(&Draft {
        context,
        covered: &everybody,
        reachable: &everybody,
        unmapped: &BTreeSet::new(),
        users: everybody.len(),
        leaving,
        steps,
    });
    findings.sort();
    findings.dedup();
    findings
}
