//! One change of somebody's access, and the operations for it. Pure.

use serde_json::{Value, json};

use crate::azure::transport::request::Repeat;
use crate::model::access::{AccessLevel, EffectiveLevel};
use crate::model::ids::{ObjectId, ProjectId, StorageKey};
use crate::model::live::Member;
use crate::model::project::ProjectRole;

/// Whose access is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A directory identity's that is not in the organization yet.
    New(ObjectId),
    /// A member's.
    Existing(StorageKey),
}

/// What becomes of somebody's membership of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProjectChange {
    /// They come into it.
    Join(ProjectRole),
    /// They are in it, and get another role.
    Become(ProjectRole),
    /// They leave it.
    Leave,
}

/// Access to set.
#[derive(Clone, Debug)]
pub(crate) struct AccessChange {
    /// Whose.
    pub(crate) whose: Whose,
    /// To what level; absent where it stays. Somebody new has one.
    pub(crate) level: Option<AccessLevel>,
    /// In which projects.
    pub(crate) projects: Vec<(ProjectId, ProjectChange)>,
}

impl AccessChange {
    /// Setting something twice is as good as once; adding somebody is looked up first.
    pub(super) const fn repeat(&self) -> Repeat {
        match self.whose {
            Whose::New(_) => Repeat::Never,
            Whose::Existing(_) => Repeat::Freely,
        }
    }

    /// How many operations it takes. Each has a result of its own.
    pub(super) const fn size(&self) -> usize {
        match self.whose {
            Whose::New(_) => 1,
            Whose::Existing(_) => self.projects.len() + if self.level.is_some() { 1 } else { 0 },
        }
    }

    /// The operations for it, as the service takes them.
    pub(super) fn operations(&self) -> Vec<Value> {
        let level = self.level.map(level);
        match self.whose {
            // One key and no empty one beside it: with both the service finds nobody.
            Whose::New(id) => {
                let projects = self.projects.iter();
                let projects: Vec<Value> = projects
                    .filter_map(|(id, change)| change.role().map(|role| membership(*id, role)))
                    .collect();
                vec![json!({"from": "", "op": "add", "path": "", "value": {
                    "accessLevel": level, "extensions": [], "projectEntitlements": projects,
                    "user": {"origin": "aad", "originId": id, "subjectKind": "user"},
                }})]
            }
            Whose::Existing(key) => {
                let level = level.map(|level| {
                    let path = format!("/{key}/accessLevel");
                    json!({"from": "", "op": "replace", "path": path, "value": level})
                });
                let projects = self.projects.iter();
                let projects = projects.map(|(id, change)| change.operation(key, *id));
                level.into_iter().chain(projects).collect()
            }
        }
    }

    /// Whether a member has what is asked for.
    pub(super) fn is_met_by(&self, member: &Member) -> bool {
        let has_level = self
            .level
            .is_none_or(|level| is_granted(level, member.access, member.access_by_group));
        has_level
            && self.projects.iter().all(|(id, change)| {
                let now = member.projects.get(id);
                match change.role() {
                    Some(role) => now.is_some_and(|membership| membership.meets(role)),
                    None => now.is_none_or(|membership| membership.by_group),
                }
            })
    }
}

impl ProjectChange {
    const fn role(self) -> Option<ProjectRole> {
        match self {
            Self::Join(role) | Self::Become(role) => Some(role),
            Self::Leave => None,
        }
    }

    fn operation(self, key: StorageKey, id: ProjectId) -> Value {
        let path = format!("/{key}/projectEntitlements/{id}");
        let (op, value) = match self {
            Self::Join(role) => ("add", membership(id, role)),
            Self::Become(role) => ("replace", membership(id, role)),
            Self::Leave => ("remove", json!("")),
        };
        json!({"from": "", "op": op, "path": path, "value": value})
    }
}

/// Whether what the service shows is all that asking for a level comes to: the level, what the service
/// makes of it, or more by a group rule.
pub(super) fn is_granted(level: AccessLevel, granted: EffectiveLevel, by_group: bool) -> bool {
    level.is_met_by(granted) || level.is_overruled_by(granted, by_group)
}

fn level(level: AccessLevel) -> Value {
    let account =
        |licence: &str| json!({"licensingSource": "account", "accountLicenseType": licence});
    match level {
        AccessLevel::Stakeholder => account("stakeholder"),
        AccessLevel::Basic => account("express"),
        AccessLevel::BasicTestPlans => account("advanced"),
        AccessLevel::VisualStudio => {
            json!({"licensingSource": "msdn", "msdnLicenseType": "eligible"})
        }
    }
}

fn membership(id: ProjectId, role: ProjectRole) -> Value {
    let group = match role {
        ProjectRole::Stakeholder => "projectStakeholder",
        ProjectRole::Reader => "projectReader",
        ProjectRole::Contributor => "projectContributor",
        ProjectRole::Administrator => "projectAdministrator",
    };
    json!({"group": {"groupType": group}, "projectRef": {"id": id}})
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "22222222-1111-6111-8111-000000000001";
    const WEBSITE: &str = "88888888-7777-4777-8777-000000000007";

    fn change(whose: Whose, level: Option<AccessLevel>) -> AccessChange {
        AccessChange {
            whose,
            level,
            projects: Vec::new(),
        }
    }

    fn website(change: ProjectChange) -> (ProjectId, ProjectChange) {
        (WEBSITE.parse().unwrap(), change)
    }

    #[test]
    fn an_addition_names_its_user_once_and_brings_the_projects_along() {
        let id = "66666666-5555-4555-8555-000000000005";
        let whose = Whose::New(id.parse().unwrap());
        let mut change = change(whose, Some(AccessLevel::Basic));
        change.projects = vec![website(ProjectChange::Join(ProjectRole::Reader))];
        let operations = change.operations();
        assert_eq!((operations.len(), change.size()), (1, 1));
        let value = &operations[0]["value"];
        let user = json!({"origin": "aad", "originId": id, "subjectKind": "user"});
        assert_eq!(value["user"], user);
        let projects = json!([
            {"group": {"groupType": "projectReader"}, "projectRef": {"id": WEBSITE}}
        ]);
        assert_eq!(value["projectEntitlements"], projects);
    }

    #[test]
    fn every_level_names_its_source() {
        for level in AccessLevel::ALL {
            let whose = Whose::Existing(KEY.parse().unwrap());
            let operations = change(whose, Some(level)).operations();
            let source = &operations[0]["value"]["licensingSource"];
            assert!(source.is_string(), "{level}");
        }
    }

    #[test]
    fn a_member_takes_an_operation_for_the_level_and_one_a_project() {
        let rows = [
            (ProjectChange::Join(ProjectRole::Administrator), "add"),
            (ProjectChange::Become(ProjectRole::Contributor), "replace"),
            (ProjectChange::Leave, "remove"),
        ];
        for (project, op) in rows {
            let whose = Whose::Existing(KEY.parse().unwrap());
            let mut change = change(whose, None);
            change.projects = vec![website(project)];
            let operations = change.operations();
            assert_eq!(
                (operations.len(), change.size()),
                (1, 1),
                "no level is asked for"
            );
            assert_eq!(operations[0]["op"], op);
            let path = format!("/{KEY}/projectEntitlements/{WEBSITE}");
            assert_eq!(operations[0]["path"], path);
            change.level = Some(AccessLevel::Stakeholder);
            assert_eq!((change.operations().len(), change.size()), (2, 2));
        }
    }
}
