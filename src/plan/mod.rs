//! The planner: a pure function from desired, live and state to a plan.
//!
//! No async, no clock, no environment, no log. Whatever is to be decided is decided here; after a
//! plan is made it is only printed or carried out.

pub mod compare;
mod context;
mod decide;
pub mod file;
pub mod fingerprint;
mod guarded;
mod kinds;
mod live_index;
mod lookup;
mod nearest;
mod planner;
mod projects;
mod resolver;
mod roster;
pub mod rules;
#[cfg(test)]
pub(crate) mod sample;
pub mod undo;
pub mod value;

pub use guarded::guarded;
pub use kinds::{carried_out, rules_found_with};
pub use live_index::LiveIndex;
pub use planner::plan;
