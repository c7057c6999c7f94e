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
    /// organization, a licence of the person's own); asking again would never end. A licence counts
    /// for what it includes: test plans come with most Visual Studio subscriptions, but not with
    /// Professional, and not with GitHub Enterprise. Their holders have them once Basic + Test Plans
    /// is assigned ("About access levels" and the questions on users and permissions in Microsoft's
    /// Azure DevOps documentation).
    pub const fn is_met_by(self, effective: EffectiveLevel) -> bool {
        use EffectiveLevel as Has;
        match (self, effective) {
            (Self::Stakeholder, Has::Stakeholder)
            | (Self::Basic, Has::Basic)
            | (Self::BasicTestPlans, Has::BasicTestPlans)
            | (_, Has::VisualStudio | Has::EarlyAdopter)
            | (
                Self::Stakeholder | Self::Basic | Self::VisualStudio,
                Has::VisualStudioProfessional | Has::GitHubEnterprise,
            )
            | (Self::Stakeholder | Self::VisualStudio, Has::VisualStudioEligible) => true,
            (_, _) => false,
        }
    }

    /// Whether a group rule stands before this level: it gives more, and the service raises what is
    /// assigned to a person to that ("Assign access levels by group membership" and the release notes
    /// of sprint 265 in Microsoft's Azure DevOps documentation).
    pub fn is_overruled_by(self, effective: EffectiveLevel, by_group: bool) -> bool {
        by_group && EffectiveLevel::from(self).is_below(effective)
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
    /// By a Visual Studio subscription that includes test plans, or of which no more is known.
    VisualStudio,
    /// By a Visual Studio Professional subscription, which does not include test plans.
    VisualStudioProfessional,
    /// Assigned as a Visual Studio subscriber, which the service has not seen proof of: until then
    /// the person works as a stakeholder.
    VisualStudioEligible,
    /// An organization from before access levels: everything, free.
    EarlyAdopter,
    /// By a GitHub Enterprise licence, which does not include test plans.
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
            Self::VisualStudio | Self::VisualStudioProfessional | Self::VisualStudioEligible => {
                Some(AccessLevel::VisualStudio)
            }
            Self::None | Self::EarlyAdopter | Self::GitHubEnterprise | Self::Other => None,
        }
    }

    /// How much a level gives; unknown of one without a name here, and of a subscription that the
    /// service has not seen proof of.
    pub const fn rank(self) -> Option<u8> {
        match self {
            Self::None => Some(0),
            Self::Stakeholder => Some(1),
            Self::Basic | Self::VisualStudioProfessional | Self::GitHubEnterprise => Some(2),
            Self::BasicTestPlans | Self::VisualStudio | Self::EarlyAdopter => Some(3),
            Self::VisualStudioEligible | Self::Other => None,
        }
    }

    /// Whether a level gives less than another, as far as that is known.
    pub fn is_below(self, other: Self) -> bool {
        let ranks = self.rank().zip(other.rank());
        ranks.is_some_and(|(own, other)| own < other)
    }

    /// Whether the level comes with a Visual Studio subscription of the person's own.
    pub fn is_visual_studio(self) -> bool {
        self.requestable() == Some(AccessLevel::VisualStudio)
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

    #[test]
    fn a_licence_counts_for_what_it_includes() {
        let met = |effective| AccessLevel::ALL.map(|asked| asked.is_met_by(effective));
        // Stakeholder, Basic, Basic + Test Plans, Visual Studio.
        let no_test_plans = [true, true, false, true];
        assert_eq!(met(EffectiveLevel::GitHubEnterprise), no_test_plans);
        assert_eq!(met(EffectiveLevel::VisualStudioProfessional), no_test_plans);
        let not_proved = [true, false, false, true];
        assert_eq!(met(EffectiveLevel::VisualStudioEligible), not_proved);
    }

    #[test]
    fn a_group_rule_stands_before_a_lower_level_only() {
        let basic = AccessLevel::Basic;
        assert!(basic.is_overruled_by(EffectiveLevel::BasicTestPlans, true));
        assert!(!basic.is_overruled_by(EffectiveLevel::BasicTestPlans, false));
        assert!(!basic.is_overruled_by(EffectiveLevel::Basic, true));
        assert!(!basic.is_overruled_by(EffectiveLevel::Stakeholder, true));
        // Nothing is known of these, so they are asked for.
        assert!(!basic.is_overruled_by(EffectiveLevel::Other, true));
        assert!(!EffectiveLevel::Other.is_below(EffectiveLevel::Basic));
    }

    #[test]
    fn subscriptions_of_all_sorts_are_asked_for_in_one_way() {
        let sorts = [
            EffectiveLevel::VisualStudio,
            EffectiveLevel::VisualStudioProfessional,
            EffectiveLevel::VisualStudioEligible,
        ];
        for one in sorts {
            assert!(one.is_visual_studio());
            assert!(sorts.into_iter().all(|other| one.is_same(other)), "{one}");
        }
        let better = EffectiveLevel::BasicTestPlans;
        assert!(!EffectiveLevel::VisualStudioProfessional.is_same(better));
        assert!(!better.is_visual_studio());
    }
}
