//! Access levels: giving, changing and taking them. Adding a user to an organization is giving one.

use std::collections::BTreeMap;

use thiserror::Error;
use uuid::Uuid;

use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{ObjectId, StorageKey};
use orgctl_model::live::{MemberStatus, Origin};

use super::descriptor;
use super::rebind::bound;
use crate::world::World;
use crate::world::document::{Entitlement, Member, ProjectRole};
use crate::world::index::folded;
use crate::world::seed::added_member;
use crate::world::time::stamp::derived_guid;

/// Who is to get an access level.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who<'a> {
    /// By sign-in name or address.
    Name(&'a str),
    /// By object id in the directory.
    Object(ObjectId),
    /// By storage key.
    Key(StorageKey),
}

/// Why somebody does not get an access level. The numbers and words are the service's.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum EntitleRefusal {
    /// Neither the organization nor its directory knows the person.
    #[error(
        "You are trying to invite a user from outside your directory, but something went wrong. \
         Please contact Azure DevOps support."
    )]
    Outside,
    /// All are taken.
    #[error("Failed to assign license {licence} to identity with id {key}")]
    NoLicence {
        licence: &'static str,
        key: StorageKey,
    },
    /// No such member.
    #[error("The user {0} does not exist in the organization.")]
    NoSuchMember(StorageKey),
}

impl World {
    /// Gives somebody an access level, and makes them a user of the organization if need be.
    pub(crate) fn entitle(
        &mut self,
        who: Who<'_>,
        level: EffectiveLevel,
    ) -> Result<StorageKey, EntitleRefusal> {
        let (key, row) = self.row_for(who)?;
        let level = self.granted(level);
        let current = row.entitlement.clone().filter(|_| !row.removed);
        let current = current.map(|current| current.assigned(level));
        let effective = current.as_ref().map_or(level, |current| current.level);
        self.check_licence(key, effective)?;
        let created = self.tick();
        let entitlement = current.unwrap_or_else(|| Entitlement {
            level,
            status: MemberStatus::Pending,
            created,
            last_access: None,
            projects: BTreeMap::new(),
            by_rule: false,
            own: None,
        });
        let row = Member {
            entitlement: Some(entitlement),
            enabled: true,
            removed: false,
            ..row
        };
        self.put_member(key, row);
        self.record_level("Licensing.Assigned", key, level);
        self.await_rules_on(key);
        Ok(key)
    }

    /// Changes an access level.
    pub(crate) fn set_level(
        &mut self,
        key: StorageKey,
        level: EffectiveLevel,
    ) -> Result<(), EntitleRefusal> {
        let level = self.granted(level);
        let current = self.entitled_member(key)?.entitlement.clone();
        if let Some(assigned) = current.map(|current| current.assigned(level)) {
            self.check_licence(key, assigned.level)?;
            self.change_entitlement(key, |entitlement| *entitlement = assigned)?;
        }
        self.record_level("Licensing.Modified", key, level);
        self.await_rules_on(key);
        Ok(())
    }

    /// Makes somebody a member of a project, or no longer one.
    pub(crate) fn set_project(
        &mut self,
        key: StorageKey,
        project: Uuid,
        role: Option<ProjectRole>,
    ) -> Result<(), EntitleRefusal> {
        self.entitled_member(key)?;
        let role = role.map(|role| self.in_project(project, role));
        self.change_entitlement(key, |entitlement| match role {
            Some(role) => {
                entitlement.projects.insert(project, role);
            }
            // What comes by a group stays as long as the person is in it.
            None => entitlement
                .projects
                .retain(|id, role| *id != project || role.by_group),
        })?;
        self.record_project(key, project);
        Ok(())
    }

    /// Takes somebody out of the organization. Their ids wait for the day they are added again.
    pub(crate) fn remove_entitlement(&mut self, key: StorageKey) -> Result<(), EntitleRefusal> {
        let member = self.entitled_member(key)?.clone();
        let level = member.entitlement.as_ref().map(|own| own.level);
        self.tick();
        let directory = self.leave_own_groups(key);
        let removed = if directory {
            Member {
                entitlement: None,
                ..member
            }
        } else {
            Member {
                entitlement: None,
                enabled: false,
                removed: true,
                disconnected: false,
                ..member
            }
        };
        self.put_member(key, removed);
        self.await_rules(key);
        self.record_level(
            "Licensing.Removed",
            key,
            level.unwrap_or(EffectiveLevel::None),
        );
        Ok(())
    }

    fn record_level(&mut self, action: &str, key: StorageKey, level: EffectiveLevel) {
        let (id, level) = (key.to_string(), level.as_str());
        let details = format!("{level} access level, {id}");
        let data = [("UserIdentifier", &*id), ("AccessLevel", level)];
        self.record(action, details, &data);
    }

    fn entitled_member(&self, key: StorageKey) -> Result<&Member, EntitleRefusal> {
        let member = self.member(key).filter(|m| m.entitlement.is_some());
        member.ok_or(EntitleRefusal::NoSuchMember(key))
    }

    fn change_entitlement(
        &mut self,
        key: StorageKey,
        change: impl FnOnce(&mut Entitlement),
    ) -> Result<(), EntitleRefusal> {
        let mut member = self.entitled_member(key)?.clone();
        if let Some(entitlement) = &mut member.entitlement {
            change(entitlement);
        }
        self.tick();
        self.put_member(key, member);
        Ok(())
    }

    /// What the service gives to who asks for a level.
    const fn granted(&self, level: EffectiveLevel) -> EffectiveLevel {
        let replaced = matches!(level, EffectiveLevel::Stakeholder | EffectiveLevel::Basic);
        if replaced && self.settings().early_adopter {
            return EffectiveLevel::EarlyAdopter;
        }
        level
    }

    /// How many licences of a level there are; `None` for as many as asked for.
    pub(crate) fn licences_of(&self, level: EffectiveLevel) -> Option<u32> {
        let own = self.contents().licences.get(&level).copied();
        own.or_else(|| paid(level).and(self.settings().licences))
    }

    fn check_licence(&self, key: StorageKey, level: EffectiveLevel) -> Result<(), EntitleRefusal> {
        let Some(licence) = paid(level) else {
            return Ok(());
        };
        let Some(licences) = self.licences_of(level) else {
            return Ok(());
        };
        let holds = |(other, member): &(StorageKey, &Member)| {
            *other != key
                && member
                    .entitlement
                    .as_ref()
                    .is_some_and(|e| e.level == level)
        };
        let taken = self.members_after(None).filter(holds).count();
        if u32::try_from(taken).is_ok_and(|taken| taken < licences) {
            return Ok(());
        }
        Err(EntitleRefusal::NoLicence { licence, key })
    }

    /// The row of somebody, as it is or as it will be.
    pub(in crate::world) fn row_for(
        &self,
        who: Who<'_>,
    ) -> Result<(StorageKey, Member), EntitleRefusal> {
        if let Who::Key(key) = who {
            let member = self.member(key).ok_or(EntitleRefusal::Outside)?;
            return Ok((key, member.clone()));
        }
        match self.organization().tenant {
            Some(tenant) if tenant == self.directory().tenant => self.directory_row(who),
            Some(_) => self.known_row(who).ok_or(EntitleRefusal::Outside),
            None => match who {
                Who::Name(name) => Ok(self.known_row(who).unwrap_or_else(|| self.new_row(name))),
                Who::Object(_) | Who::Key(_) => Err(EntitleRefusal::Outside),
            },
        }
    }

    fn directory_row(&self, who: Who<'_>) -> Result<(StorageKey, Member), EntitleRefusal> {
        let tenant = self.directory().tenant;
        let id = match who {
            Who::Object(id) => Some(id),
            Who::Name(name) => {
                let called = self.user_called(name).map(|(id, _)| id);
                called.or_else(|| self.users_at(name).first().copied())
            }
            Who::Key(_) => None,
        };
        let Some((id, user)) = id.and_then(|id| self.user(id).map(|user| (id, user))) else {
            return self.known_row(who).ok_or(EntitleRefusal::Outside);
        };
        let known = self.index.member_by_object(id);
        if let Some((key, member)) = known.and_then(|key| Some((key, self.member(key)?))) {
            return Ok((key, member.clone()));
        }
        let (key, row) = self.new_row(&user.user_principal_name);
        Ok((key, bound(row, tenant, id, user)))
    }

    /// A row of that name or object id: one in use if there is one, else what a removed user left.
    fn known_row(&self, who: Who<'_>) -> Option<(StorageKey, Member)> {
        let keys: Vec<StorageKey> = match who {
            Who::Name(name) => self.index.members_named(&folded(name)).collect(),
            Who::Object(id) => self.index.member_by_object(id).into_iter().collect(),
            Who::Key(key) => vec![key],
        };
        let rows = || {
            keys.iter()
                .filter_map(|key| Some((*key, self.member(*key)?)))
        };
        let in_use = rows().find(|(_, member)| !member.removed);
        let left = || rows().find(|(_, member)| self.organization().tenant == member.tenant);
        let (key, member) = in_use.or_else(left)?;
        Some((key, member.clone()))
    }

    pub(in crate::world) fn new_row(&self, name: &str) -> (StorageKey, Member) {
        let serial = (self.document.serial + 1).to_string();
        let key = StorageKey::new(derived_guid(&["storage key", &serial, name]));
        let mut row = added_member(name, EffectiveLevel::None, self.now());
        row.origin = Origin::Personal;
        row.entitlement = None;
        row.descriptor = descriptor::of_member(&row);
        (key, row)
    }
}

/// The name of a level that has to be paid for.
const fn paid(level: EffectiveLevel) -> Option<&'static str> {
    match level {
        EffectiveLevel::Basic => Some("Account-Express"),
        EffectiveLevel::BasicTestPlans => Some("Account-Advanced"),
        EffectiveLevel::None
        | EffectiveLevel::Stakeholder
        | EffectiveLevel::VisualStudio
        | EffectiveLevel::VisualStudioProfessional
        | EffectiveLevel::VisualStudioEligible
        | EffectiveLevel::EarlyAdopter
        | EffectiveLevel::GitHubEnterprise
        | EffectiveLevel::Other => None,
    }
}
