//! A finding: what a rule found, how much it matters, and the line of org.toml that it is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::model::desired::Place;

/// How much a finding matters. The order is the order of printing.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::AsRefStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
