//! The planner: a pure function from desired, live and state to a plan.
//!
//! No async, no clock, no environment, no log. Whatever is to be decided is decided here; after a
//! plan is made it is only printed or carried out.

pub mod compare;
mod context;
mod decide;
mod departure;
pub mod file;
pub mod finding;
pub mod fingerprint;
mod kinds;
mod lookup;
mod planner;
mod preflight;
mod projects;
mod roster;
#[cfg(test)]
pub(crate) mod sample;
pub mod undo;
pub mod value;

pub use planner::plan;
