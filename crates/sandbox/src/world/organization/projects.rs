//! Projects, as far as people are made members of them. They are made elsewhere, so a world takes
//! each one that it is told of.

use uuid::Uuid;

use orgctl_model::ids::StorageKey;
use orgctl_model::project::{EffectiveRole, Membership};

use super::entitle::Who;
use crate::world::World;
use crate::world::document::ProjectRole;
use crate::world::document::organization_contents::Project;

/// What the audit log calls a change of somebody's membership of a project. The service's own word
/// for it is not public.
const PROJECT_CHANGED: &str = "Sandbox.ProjectEntitlementChanged";

impl ProjectRole {
    /// As a snapshot shows it.
    pub(in crate::world) fn seeded(name: Option<&str>, membership: Membership) -> Self {
        let group = match membership.role {
            EffectiveRole::Stakeholder => "projectStakeholder",
            EffectiveRole::Reader => "projectReader",
            EffectiveRole::Contributor => "projectContributor",
            EffectiveRole::Administrator => "projectAdministrator",
            EffectiveRole::Custom => "custom",
        };
        Self {
            name: name.unwrap_or_default().to_owned(),
            group: group.to_owned(),
            by_group: membership.by_group,
        }
    }
}

impl World {
    /// The role under the name that the project has; a project that is new is written down.
    pub(crate) fn in_project(&mut self, id: Uuid, role: ProjectRole) -> ProjectRole {
        let given = role.name.clone();
        let named = || Project {
            name: if given.is_empty() {
                id.to_string()
            } else {
                given
            },
        };
        let projects = &mut self.contents_mut().projects;
        let name = projects.entry(id).or_insert_with(named).name.clone();
        ProjectRole { name, ..role }
    }

    pub(in crate::world) fn record_project(&mut self, key: StorageKey, project: Uuid) {
        let (user, project) = (key.to_string(), project.to_string());
        let details = format!("{user} in project {project}");
        let data = [("UserIdentifier", &*user), ("ProjectId", &*project)];
        self.record(PROJECT_CHANGED, details, &data);
    }

    /// Somebody who has an access level already.
    pub(crate) fn entitled_as(&self, who: Who<'_>) -> Option<StorageKey> {
        let (key, row) = self.row_for(who).ok()?;
        let entitled = row.entitlement.is_some() && self.member(key).is_some();
        entitled.then_some(key)
    }

    /// Whether the caller may look for people who are not in the organization: without a tenant
    /// there is no directory to be kept out of.
    pub(crate) fn may_look_up(&self) -> bool {
        self.settings().devops.directory_readable || self.organization().tenant.is_none()
    }

    /// Writes down a bulk change that is asked after.
    pub(crate) fn begin_operation(&mut self, id: Uuid, succeeds: bool) {
        self.contents_mut().operations.insert(id, succeeds);
    }
}
