//! Membership of projects: what org.toml can ask for, and what the service says somebody is.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::ids::{ProjectId, ProjectName};

/// What somebody can be made in a project, the fewest rights first.
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
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProjectRole {
    /// Work items only.
    Stakeholder,
    /// Sees everything, changes nothing.
    Reader,
    /// Takes part.
    Contributor,
    /// Administers the project.
    Administrator,
}

impl ProjectRole {
    /// Every role, the one with the fewest rights first.
    pub const ALL: [Self; 4] = [
        Self::Stakeholder,
        Self::Reader,
        Self::Contributor,
        Self::Administrator,
    ];

    /// The spelling of org.toml.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for ProjectRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the service says somebody is in a project, the fewest rights first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveRole {
    /// In a group that somebody made, or that this version does not know.
    Custom,
    /// Work items only.
    Stakeholder,
    /// Sees everything, changes nothing.
    Reader,
    /// Takes part.
    Contributor,
    /// Administers the project.
    Administrator,
}

impl EffectiveRole {
    /// The spelling used in plans and snapshots.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Custom => "custom",
            Self::Stakeholder => "stakeholder",
            Self::Reader => "reader",
            Self::Contributor => "contributor",
            Self::Administrator => "administrator",
        }
    }

    /// The role that can be asked for, where it is one.
    pub const fn requestable(self) -> Option<ProjectRole> {
        match self {
            Self::Custom => None,
            Self::Stakeholder => Some(ProjectRole::Stakeholder),
            Self::Reader => Some(ProjectRole::Reader),
            Self::Contributor => Some(ProjectRole::Contributor),
            Self::Administrator => Some(ProjectRole::Administrator),
        }
    }
}

impl From<ProjectRole> for EffectiveRole {
    fn from(role: ProjectRole) -> Self {
        match role {
            ProjectRole::Stakeholder => Self::Stakeholder,
            ProjectRole::Reader => Self::Reader,
            ProjectRole::Contributor => Self::Contributor,
            ProjectRole::Administrator => Self::Administrator,
        }
    }
}

impl fmt::Display for EffectiveRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Somebody's membership of a project, as the service shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// What they are in it.
    pub role: EffectiveRole,
    /// They are it through a group and not by themselves, so it cannot be taken from them alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_group: bool,
}

impl Membership {
    /// Whether somebody who is to have `role` has it.
    ///
    /// A better role through a group stays whatever is written for the person, so asking for the
    /// lesser one again would never end.
    pub fn meets(self, role: ProjectRole) -> bool {
        let wanted = EffectiveRole::from(role);
        self.role == wanted || (self.by_group && self.role > wanted)
    }

    /// The role that counts as theirs for somebody who is to have `wanted`: that one, where they have
    /// it. Any other role by a group is nothing of their own.
    pub fn role_for(self, wanted: Option<EffectiveRole>) -> Option<EffectiveRole> {
        let asked = wanted.and_then(EffectiveRole::requestable);
        if asked.is_some_and(|role| self.meets(role)) {
            wanted
        } else {
            (!self.by_group).then_some(self.role)
        }
    }

    /// Which of two entries about one project counts: the person's own, else the one with more
    /// rights.
    #[must_use = "returns the entry that counts"]
    pub fn or(self, other: Self) -> Self {
        match (self.by_group, other.by_group) {
            (false, true) => self,
            (true, false) => other,
            (_, _) if self.role >= other.role => self,
            (_, _) => other,
        }
    }
}

/// Membership of a project that is given, or was.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct ProjectAccess {
    /// The project.
    pub id: ProjectId,
    /// What somebody is in it.
    pub role: EffectiveRole,
}

/// The roles by project, whatever the projects are called.
pub fn roles(
    projects: &BTreeMap<ProjectName, ProjectAccess>,
) -> BTreeMap<ProjectId, EffectiveRole> {
    let projects = projects.values();
    projects.map(|access| (access.id, access.role)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn membership(role: EffectiveRole, by_group: bool) -> Membership {
        Membership { role, by_group }
    }

    #[test]
    fn a_role_of_ones_own_is_met_exactly_and_one_by_a_group_at_least() {
        use EffectiveRole::{Administrator, Contributor, Custom, Reader};
        let rows = [
            (Contributor, false, true),
            (Reader, false, false),
            (Administrator, false, false),
            (Custom, false, false),
            (Contributor, true, true),
            (Administrator, true, true),
            (Reader, true, false),
            (Custom, true, false),
        ];
        for (role, by_group, met) in rows {
            let has = membership(role, by_group);
            assert_eq!(has.meets(ProjectRole::Contributor), met, "{has:?}");
        }
    }

    #[test]
    fn a_role_by_a_group_counts_where_it_is_enough_for_what_is_wanted() {
        use EffectiveRole::{Administrator, Contributor, Custom, Reader};
        let rows = [
            (Reader, false, Some(Contributor), Some(Reader)),
            (Contributor, true, Some(Contributor), Some(Contributor)),
            (Administrator, true, Some(Contributor), Some(Contributor)),
            (Administrator, false, Some(Contributor), Some(Administrator)),
            (Reader, true, Some(Contributor), None),
            // Nobody can be asked to be something of a project's own.
            (Custom, true, Some(Custom), None),
            (Custom, false, Some(Custom), Some(Custom)),
            (Reader, true, None, None),
            (Reader, false, None, Some(Reader)),
        ];
        for (role, by_group, wanted, counts) in rows {
            let has = membership(role, by_group);
            assert_eq!(has.role_for(wanted), counts, "{has:?} for {wanted:?}");
        }
    }

    #[test]
    fn the_persons_own_entry_counts_before_one_by_a_group() {
        let own = membership(EffectiveRole::Reader, false);
        let by_group = membership(EffectiveRole::Administrator, true);
        assert_eq!(own.or(by_group), own);
        assert_eq!(by_group.or(own), own);
        let lesser = membership(EffectiveRole::Reader, true);
        assert_eq!(lesser.or(by_group), by_group);
        assert_eq!(by_group.or(lesser), by_group);
    }

    #[test]
    fn a_role_that_can_be_asked_for_is_the_one_that_is_shown() {
        for role in ProjectRole::ALL {
            let shown = EffectiveRole::from(role);
            assert_eq!(shown.requestable(), Some(role));
            assert_eq!(shown.as_str(), role.as_str());
        }
        assert_eq!(EffectiveRole::Custom.requestable(), None);
    }
}
