//! The applier: carries a plan out, stage by stage, and records every step.
//!
//! It decides nothing that the planner decides. It sequences, writes intents before requests and
//! outcomes after them, skips what depends on a failure, and stops at a gate or until people have been
//! told for long enough.

mod applier;
mod connect;
mod lead_time;
mod notices;
pub mod port;
mod propagation;
mod recheck;
mod record;
mod recover;
mod run;
mod summary;

pub use applier::{Applier, Observer, Patience, Wait};
pub use propagation::is_too_early;
pub use recover::{Recovered, recover};
pub use summary::{LeadTime, StepResult, StepStatus, Summary};
