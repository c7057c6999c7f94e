//! Findings: what the planner has to say besides the steps. What was found is in `evidence`, what to
//! do about it in `help`.

mod evidence;
mod help;
mod leaving;
mod reasons;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::desired::Place;

pub use evidence::Evidence;
pub use leaving::Leaving;
pub use reasons::{LockedOut, NoInvitations, NoMember, Unread};

/// How much a finding matters. The order is the order of printing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The plan is refused: nothing of it may be applied.
    Fatal,
    /// The steps of one person are left out of the plan; the rest may be applied.
    Blocked,
    /// Worth a look before applying.
    Warning,
    /// For information.
    Note,
}

impl Severity {
    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Blocked => "blocked",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A remark of the planner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What was found.
    pub evidence: Evidence,
    /// Where org.toml says what it is about.
    pub place: Option<Place>,
}
