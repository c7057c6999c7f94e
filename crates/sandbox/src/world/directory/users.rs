//! The users of the tenant: making, changing, deleting and restoring them, by the rules of the user
//! resource of Microsoft Graph v1.0.

use std::collections::BTreeMap;

use thiserror::Error;

use orgctl_model::ids::{ObjectId, TenantId};
use orgctl_model::live::UserType;
use orgctl_model::preflight::TenantKind;

use super::delta::UserEvent;
use super::policies::Policies;
use crate::world::World;
use crate::world::document::{DeletedUser, Directory, DirectoryUser};
use crate::world::time::stamp::derived_guid;

impl Directory {
    /// A tenant with nothing in it.
    pub(in crate::world) fn empty(tenant: TenantId) -> Self {
        Self {
            tenant,
            display_name: String::new(),
            kind: TenantKind::Workforce,
            initial_domain: String::new(),
            domains: BTreeMap::new(),
            users: BTreeMap::new(),
            deleted: BTreeMap::new(),
            groups: BTreeMap::new(),
            deleted_groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            applications: BTreeMap::new(),
            managers: BTreeMap::new(),
            sponsors: BTreeMap::new(),
            policies: Policies::default(),
            invite_rules: BTreeMap::new(),
            mail_refusals: BTreeMap::new(),
            outbox: Vec::new(),
            letters: Vec::new(),
            device_codes: BTreeMap::new(),
        }
    }

    /// The domain that the tenant is shown under.
    pub(crate) fn default_domain(&self) -> &str {
        let own = |(name, verified): &(&String, &bool)| **verified && **name != self.initial_domain;
        let first = self.domains.iter().find(own);
        first.map_or(&self.initial_domain, |(name, _)| name)
    }

    /// Whether the tenant has proved to own a domain.
    pub(crate) fn owns(&self, domain: &str) -> bool {
        let domain = domain.to_lowercase();
        domain == self.initial_domain || self.domains.get(&domain) == Some(&true)
    }
}

/// A user to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) user_principal_name: String,
    pub(crate) display_name: String,
    pub(crate) enabled: bool,
    pub(crate) user_type: UserType,
    pub(crate) mail: Option<String>,
    pub(crate) details: BTreeMap<String, String>,
}

/// What is to change about a user; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserChange {
    pub(crate) user_principal_name: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) enabled: Option<bool>,
    pub(crate) user_type: Option<UserType>,
    /// The empty text clears it.
    pub(crate) mail: Option<String>,
    pub(crate) other_mails: Option<Vec<String>>,
    /// By wire name; `None` clears one.
    pub(crate) details: BTreeMap<String, Option<String>>,
}

/// Why the directory stays as it is.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum DirectoryRefusal {
    /// A property that nobody else may have is somebody's.
    #[error("Another object with the same value for property {0} already exists.")]
    Taken(&'static str),
    /// The domain of the name is not the tenant's.
    #[error("Property {0} is invalid.")]
    Invalid(&'static str),
    /// Mastered elsewhere.
    #[error(
        "Unable to update the specified properties for on-premises mastered Directory Sync \
         objects or objects currently undergoing migration."
    )]
    Synced,
    /// No such user.
    #[error(
        "Resource '{0}' does not exist or one of its queried reference-property objects are not \
         present."
    )]
    NoSuchUser(String),
}

/// The name of the property that tells users apart.
const UPN: &str = "userPrincipalName";

impl World {
    /// Makes a user of the tenant's own.
    pub(crate) fn create_user(&mut self, new: NewUser) -> Result<ObjectId, DirectoryRefusal> {
        self.check_new_name(&new.user_principal_name)?;
        let created = self.tick();
        let id = self.new_object_id(&new.user_principal_name);
        let NewUser {
            user_principal_name,
            display_name,
            enabled,
            user_type,
            mail,
            details,
        } = new;
        let user = DirectoryUser {
            user_principal_name,
            display_name,
            mail,
            other_mails: Vec::new(),
            user_type,
            enabled,
            invitation: None,
            synced: false,
            created,
            details,
        };
        self.put_user(id, user);
        Ok(id)
    }

    /// Whom a user answers to, or nobody.
    pub(crate) fn set_manager(&mut self, id: ObjectId, manager: Option<ObjectId>) {
        self.tick();
        let managers = &mut self.document.directory.managers;
        match manager {
            Some(manager) => managers.insert(id, manager),
            None => managers.remove(&id),
        };
    }

    /// The id of the object that this event makes.
    pub(in crate::world) fn new_object_id(&self, name: &str) -> ObjectId {
        let serial = self.document.serial.to_string();
        ObjectId::new(derived_guid(&["object", &serial, name]))
    }

    fn check_new_name(&self, upn: &str) -> Result<(), DirectoryRefusal> {
        let domain = upn.rsplit_once('@').map(|(_, domain)| domain);
        if !domain.is_some_and(|domain| self.directory().owns(domain)) {
            return Err(DirectoryRefusal::Invalid(UPN));
        }
        if self.user_called(upn).is_some() {
            return Err(DirectoryRefusal::Taken(UPN));
        }
        Ok(())
    }

    /// Changes a user.
    pub(crate) fn change_user(
        &mut self,
        id: ObjectId,
        change: UserChange,
    ) -> Result<(), DirectoryRefusal> {
        let missing = || DirectoryRefusal::NoSuchUser(id.to_string());
        let mut user = self.user(id).ok_or_else(missing)?.clone();
        if user.synced {
            return Err(DirectoryRefusal::Synced);
        }
        if let Some(upn) = change.user_principal_name {
            let same = upn.to_lowercase() == user.user_principal_name.to_lowercase();
            if !same {
                self.check_new_name(&upn)?;
            }
            user.user_principal_name = upn;
        }
        user.display_name = change.display_name.unwrap_or(user.display_name);
        user.enabled = change.enabled.unwrap_or(user.enabled);
        user.user_type = change.user_type.unwrap_or(user.user_type);
        if let Some(mail) = change.mail {
            user.mail = Some(mail).filter(|mail| !mail.is_empty());
        }
        user.other_mails = change.other_mails.unwrap_or(user.other_mails);
        for (name, value) in change.details {
            match value {
                Some(value) => user.details.insert(name, value),
                None => user.details.remove(&name),
            };
        }
        self.tick();
        self.put_user(id, user);
        Ok(())
    }

    /// Deletes a user; it can be restored.
    pub(crate) fn delete_user(&mut self, id: ObjectId) -> Result<(), DirectoryRefusal> {
        let missing = || DirectoryRefusal::NoSuchUser(id.to_string());
        let user = self.drop_user(id).ok_or_else(missing)?;
        let deleted = self.tick();
        self.note_user(id, Some(user.clone()), UserEvent::Deleted);
        let bin = &mut self.document.directory.deleted;
        bin.insert(id, DeletedUser { deleted, user });
        Ok(())
    }

    /// Brings a deleted user back, under another name if one is given.
    pub(crate) fn restore_user(
        &mut self,
        id: ObjectId,
        new_name: Option<&str>,
    ) -> Result<(), DirectoryRefusal> {
        let missing = || DirectoryRefusal::NoSuchUser(id.to_string());
        let deleted = &self.directory().deleted;
        let mut user = deleted.get(&id).ok_or_else(missing)?.user.clone();
        if let Some(name) = new_name {
            self.check_new_name(name)?;
            name.clone_into(&mut user.user_principal_name);
        }
        if self.user_called(&user.user_principal_name).is_some() {
            return Err(DirectoryRefusal::Taken(UPN));
        }
        self.document.directory.deleted.remove(&id);
        self.tick();
        self.put_user(id, user);
        Ok(())
    }

    /// Deletes a deleted user for good.
    pub(crate) fn purge_user(&mut self, id: ObjectId) -> Result<(), DirectoryRefusal> {
        let missing = || DirectoryRefusal::NoSuchUser(id.to_string());
        let gone = self.document.directory.deleted.remove(&id);
        gone.ok_or_else(missing)?;
        self.tick();
        self.events.push(id, UserEvent::Purged);
        let directory = &mut self.document.directory;
        for group in directory.groups.values_mut() {
            group.members.remove(&id);
            group.owners.remove(&id);
        }
        for holders in directory.roles.values_mut() {
            holders.remove(&id);
        }
        directory
            .managers
            .retain(|user, manager| *user != id && *manager != id);
        directory.sponsors.remove(&id);
        Ok(())
    }
}
