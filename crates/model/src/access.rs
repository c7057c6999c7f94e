//! Access levels: what org.toml can ask for, and what the service says somebody has.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// An access level that org.toml can ask for.
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
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum AccessLevel {
    /// Free: boards only.
    Stakeholder,
    /// Code, boards and pipelines.
    Basic,
    /// Basic and test plans.
    BasicTestPlans,
    /// Paid by the person's own Visual Studio subscription.
    VisualStudio,
}

impl AccessLevel {
    /// Every level, cheapest first.
    pub const ALL: [Self; 4] = [
        Self::Stakeholder,
        Self::Basic,
        Self::BasicTestPlans,
        Self::VisualStudio,
    ];

    /// The spelling of org.toml.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether somebody who asked for this level and was granted `effective` has what they need.
    ///
    /// The service replaces some requests with a better level by itself (an early-adopter
    /// organization, a Visual Studio subscriber); asking again would never end.
    pub const fn is_met_by(self, effective: EffectiveLevel) -> bool {
        match (self, effective) {
            (Self::Stakeholder, EffectiveLevel::Stakeholder)
            | (Self::Basic, EffectiveLevel::Basic)
            | (Self::BasicTestPlans, EffectiveLevel::BasicTestPlans)
            | (
                _,
                EffectiveLevel::VisualStudio
                | EffectiveLevel::EarlyAdopter
                | EffectiveLevel::GitHubEnterprise,
            ) => true,
            (_, _) => false,
        }
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The level that the service says somebody has.
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
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum EffectiveLevel {
    /// No level at all.
    None,
    /// Free: boards only.
    Stakeholder,
    /// Code, boards and pipelines.
    Basic,
    /// Basic and test plans.
    BasicTestPlans,
    /// By a Visual Studio subscription.
    VisualStudio,
    /// An organization from before access levels: everything, free.
    EarlyAdopter,
    /// By a GitHub Enterprise licence.
    #[serde(rename = "github-enterprise")]
    #[strum(serialize = "github-enterprise")]
    GitHubEnterprise,
    /// A level that this version does not know by name.
    Other,
}

impl EffectiveLevel {
    /// The spelling used in plans and snapshots.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The level that can be asked for, where it is one.
    pub const fn requestable(self) -> Option<AccessLevel> {
        match self {
            Self::Stakeholder => Some(AccessLevel::Stakeholder),
            Self::Basic => Some(AccessLevel::Basic),
            Self::BasicTestPlans => Some(AccessLevel::BasicTestPlans),
            Self::VisualStudio => Some(AccessLevel::VisualStudio),
            Self::None | Self::EarlyAdopter | Self::GitHubEnterprise | Self::Other => None,
        }
    }

    /// Whether both say the same of somebody: equal, or what the service makes of the one by itself.
    pub fn is_same(self, other: Self) -> bool {
        let makes =
            |asked: Self, granted| asked.requestable().is_some_and(|l| l.is_met_by(granted));
        self == other || makes(self, other) || makes(other, self)
    }
}

impl From<AccessLevel> for EffectiveLevel {
    fn from(level: AccessLevel) -> Self {
        match level {
            AccessLevel::Stakeholder => Self::Stakeholder,
            AccessLevel::Basic => Self::Basic,
            AccessLevel::BasicTestPlans => Self::BasicTestPlans,
            AccessLevel::VisualStudio => Self::VisualStudio,
        }
    }
}

impl fmt::Display for EffectiveLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_level_than_asked_for_is_no_difference() {
        for asked in AccessLevel::ALL {
            assert!(asked.is_met_by(EffectiveLevel::EarlyAdopter));
            assert!(asked.is_met_by(EffectiveLevel::VisualStudio));
            assert!(!asked.is_met_by(EffectiveLevel::None));
            assert!(!asked.is_met_by(EffectiveLevel::Other));
        }
        assert!(AccessLevel::Basic.is_met_by(EffectiveLevel::Basic));
        assert!(!AccessLevel::Basic.is_met_by(EffectiveLevel::Stakeholder));
        assert!(!AccessLevel::Stakeholder.is_met_by(EffectiveLevel::Basic));
    }
}
