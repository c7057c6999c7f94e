//! The applier: carries a plan out, stage by stage, and records every step.
//!
//! It decides nothing that the planner decides. It sequences, writes intents before requests and
//! outcomes after them, skips what depends on a failure, and stops at a gate or until people have been
//! told for long enough.

mod applier;
mod connect;
mod courier;
mod lead;
mod record;
mod recover;
mod run;
mod stale;
mod summary;
mod unseen;

pub use applier::{Applier, Observer, Patience, Wait};
pub use courier::Courier;
pub use lead::Lead;
pub use recover::{Recovered, recover};
pub use summary::{StepResult, StepStatus, Summary};
pub use unseen::is_too_early;
