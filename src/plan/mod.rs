//! The planner: a pure function from desired, live and state to a plan.

pub mod change;
pub mod file;
pub mod finding;
pub mod value;
