//! What an apply came to: values for the report.

use jiff::Timestamp;

use crate::apply::port::StepError;
use crate::model::address::Address;
use crate::plan::compare::{Refused, Stale};
use crate::plan::value::{Action, Class, Totals};

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepStatus {
    /// Carried out.
    Done,
    /// It was so already; nothing was changed.
    AlreadySo,
    /// The service did not do it.
    Failed(Box<StepError>),
    /// It was sent and no answer came; the next run looks.
    Unsure(Box<StepError>),
    /// It was reviewed, and somebody has changed what it is about since.
    Stale(Stale),
    /// A step that it needs did not succeed.
    Skipped {
        /// Which one.
        because: Address,
    },
    /// The run stopped before it.
    NotReached,
}

impl StepStatus {
    /// Whether what the step wanted is so now.
    pub const fn succeeded(&self) -> bool {
        match self {
            Self::Done | Self::AlreadySo => true,
            Self::Failed(_)
            | Self::Unsure(_)
            | Self::Stale(_)
            | Self::Skipped { .. }
            | Self::NotReached => false,
        }
    }
}

/// A step and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// Which step.
    pub address: Address,
    /// What it was to do.
    pub action: Action,
    /// What became of it.
    pub status: StepStatus,
}

/// Why the move has to wait for its notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadTime {
    /// Not everybody has been told: so many people have not.
    Untold(usize),
    /// They have been told, and the last of them not long enough ago.
    Until(Timestamp),
}

/// What an apply came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Every step of the plan, in order.
    pub results: Vec<StepResult>,
    /// The run stands at the gate: a person has to connect the organization.
    pub at_gate: bool,
    /// Somebody asked it to stop.
    pub interrupted: bool,
    /// The move waits for its notices.
    pub lead_time: Option<LeadTime>,
}

impl Summary {
    /// Whether every step succeeded.
    pub fn is_complete(&self) -> bool {
        self.results.iter().all(|result| result.status.succeeded())
    }

    /// Takes in the steps that were reviewed and refused before anything was done.
    pub fn refuse(&mut self, refused: Vec<Refused>) {
        let refused = refused.into_iter().map(|one| StepResult {
            address: one.address,
            action: one.action,
            status: StepStatus::Stale(one.stale),
        });
        self.results.extend(refused);
        self.results
            .sort_by(|one, other| one.address.cmp(&other.address));
    }

    /// Whether a reviewed step was refused because of what somebody else did.
    pub fn has_stale(&self) -> bool {
        let mut results = self.results.iter();
        results.any(|result| matches!(result.status, StepStatus::Stale(_)))
    }

    /// Whether nothing of it was carried out.
    pub fn is_nothing_done(&self) -> bool {
        let mut results = self.results.iter();
        results.all(|result| {
            matches!(
                result.status,
                StepStatus::Stale(_) | StepStatus::Skipped { .. } | StepStatus::NotReached
            )
        })
    }

    /// Counts what was carried out, as a plan counts what is to be.
    pub fn totals(&self) -> Totals {
        let done = self
            .results
            .iter()
            .filter(|result| result.status == StepStatus::Done);
        Totals::of(done.map(|result| Class::of(result.action, result.address.kind())))
    }
}
