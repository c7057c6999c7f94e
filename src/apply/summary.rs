//! What an apply came to: values for the report.

use super::lead::Lead;
use crate::azure::port::ApiError;
use crate::model::address::Address;
use crate::plan::change::Action;
use crate::plan::value::{Class, Totals};

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepStatus {
    /// Carried out.
    Done,
    /// It was so already; nothing was changed.
    AlreadySo,
    /// The service did not do it.
    Failed(ApiError),
    /// It was sent and no answer came; the next run looks.
    Unsure(ApiError),
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
            Self::Failed(_) | Self::Unsure(_) | Self::Skipped { .. } | Self::NotReached => false,
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
    pub lead: Option<Lead>,
}

impl Summary {
    /// Whether every step succeeded.
    pub fn is_complete(&self) -> bool {
        self.results.iter().all(|result| result.status.succeeded())
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
