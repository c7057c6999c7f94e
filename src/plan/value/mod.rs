//! The values of a plan: steps, stages, facts, and what an undoing leaves. Everything else in this
//! room imports them; they import nothing of it but findings.

mod facts;
mod plan;
mod step;
mod undoing;

pub use crate::model::kind::{Risk, Stage};

pub use self::facts::{Fact, Facts, Moved, NOTHING};
pub use self::plan::{Drift, DriftKind, FindingCounts, Header, Plan, StageSteps, Totals};
pub use self::step::{Action, Change, Class, Reason, RemoveFrom, Step};
pub use self::undoing::{Left, NoWayBack, Undoing};
