//! What an apply is started with: the services, the files, the clock, and whoever watches it.

use std::time::Duration;

use jiff::Timestamp;

use super::summary::StepStatus;
use crate::model::desired::Scope;
use crate::model::ids::Lineage;
use crate::model::live::Connection;
use crate::plan::value::{Stage, Step};
use crate::state::store::Store;

/// Watches an apply. It is told, never asked.
pub trait Observer {
    /// A stage begins.
    fn stage(&mut self, stage: Stage, steps: usize);
    /// A step has ended.
    fn step(&mut self, step: &Step, status: &StepStatus);
    /// A person has to change the organization's connection now.
    fn gate(&mut self);
    /// It is waited until the organization shows a connection. Told every second.
    fn waiting(&mut self, wait: Wait);
}

/// A wait for the organization to show what backs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What it is to show.
    pub until: Connection,
    /// For how long it has been waited.
    pub waited: Duration,
    /// For how long it will be waited, at most.
    pub left: Duration,
}

/// Everything an apply needs besides the plan and the state.
pub struct Applier<'a, R, W, C> {
    /// Reads.
    pub reader: &'a R,
    /// Writes.
    pub writer: &'a W,
    /// Tells people.
    pub notifier: &'a C,
    /// What to read.
    pub scope: Scope<'a>,
    /// Where the state is. The caller holds its lock.
    pub store: &'a Store,
    /// The lineage that a first state gets.
    pub fresh_lineage: Lineage,
    /// How long to wait for the connection.
    pub patience: Patience,
    /// The time.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// Whether somebody asked to stop. What is in flight is finished first.
    pub should_stop: &'a (dyn Fn() -> bool + Sync),
}

/// How long to wait for the organization to show its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// After our own request. The service answers before the change shows everywhere.
    pub after_request: Duration,
    /// For a person at the gate; zero does not wait.
    pub at_gate: Duration,
}

impl Patience {
    /// Ten minutes: Microsoft documents no bound, and a change that takes longer is worth a look.
    pub const AFTER_REQUEST: Duration = Duration::from_secs(600);
}
