//! The groups of the tenant and who is in them, by the group resource of Microsoft Graph v1.0.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use orgctl_model::ids::ObjectId;

use crate::world::World;
use crate::world::time::stamp::Stamp;

/// How many members one change of a group may bind.
pub(crate) const MAX_BOUND: usize = 20;

/// A group of the tenant.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the group resource has these flags"
)]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryGroup {
    /// The name that people see. Two groups may share it.
    pub(crate) display_name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Its short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail_nickname: Option<String>,
    /// Its address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<String>,
    /// Whether it has a mailbox or forwards mail.
    #[serde(default)]
    pub(crate) mail_enabled: bool,
    /// Whether it can be given rights.
    #[serde(default)]
    pub(crate) security_enabled: bool,
    /// `Unified`, `DynamicMembership`, both or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) types: Vec<String>,
    /// Who belongs to it, when that is computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) membership_rule: Option<String>,
    /// Mastered on premises, so not to be edited here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) synced: bool,
    /// Whether directory roles can be given to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) role_assignable: bool,
    /// When it was made.
    #[serde(default)]
    pub(crate) created: Stamp,
    /// Users, groups and applications in it. Who is deleted stays, for the day of a restore.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) members: BTreeSet<ObjectId>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) owners: BTreeSet<ObjectId>,
}

impl DirectoryGroup {
    /// Whether it is of a type such as `Unified`.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.types.iter().any(|own| own.eq_ignore_ascii_case(kind))
    }

    /// Why its members cannot be written here, if they cannot.
    fn fixed_members(&self) -> Option<DirectoryGroupRefusal> {
        if self.synced {
            return Some(DirectoryGroupRefusal::Synced);
        }
        if self.is("DynamicMembership") {
            return Some(DirectoryGroupRefusal::Dynamic);
        }
        let by_exchange = self.mail_enabled && !self.is("Unified");
        by_exchange.then_some(DirectoryGroupRefusal::MailEnabled)
    }
}

/// A deleted group that can be restored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeletedGroup {
    /// When it was deleted.
    pub(crate) deleted: Stamp,
    /// The group, as it was.
    pub(crate) group: DirectoryGroup,
}

/// What is to change about a group; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupChange {
    pub(crate) display_name: Option<String>,
    /// The empty text clears it.
    pub(crate) description: Option<String>,
    pub(crate) mail_nickname: Option<String>,
    pub(crate) bind: Vec<String>,
}

/// Why a group stays as it is. The words are the service's.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum DirectoryGroupRefusal {
    #[error(
        "Unable to update the specified properties for on-premises mastered Directory Sync \
         objects or objects currently undergoing migration."
    )]
    Synced,
    #[error("Insufficient privileges to complete the operation.")]
    Dynamic,
    #[error("Cannot Update a mail-enabled security groups and or distribution list.")]
    MailEnabled,
    #[error(
        "One or more added object references already exist for the following modified \
         properties: 'members'."
    )]
    AlreadyIn,
    #[error("A group can be changed by at most {MAX_BOUND} members at once.")]
    TooMany,
    #[error(
        "Resource '{0}' does not exist or one of its queried reference-property objects are not \
         present."
    )]
    Missing(String),
}

impl World {
    pub(crate) const fn groups(&self) -> &BTreeMap<ObjectId, DirectoryGroup> {
        &self.document.directory.groups
    }

    pub(crate) fn directory_group(&self, id: ObjectId) -> Option<&DirectoryGroup> {
        self.groups().get(&id)
    }

    /// Whether a group answers to an address.
    pub(crate) fn is_group_address(&self, address: &str) -> bool {
        let mut mails = self
            .groups()
            .values()
            .filter_map(|group| group.mail.as_ref());
        mails.any(|mail| mail.eq_ignore_ascii_case(address))
    }

    /// Makes a group.
    pub(crate) fn create_directory_group(&mut self, group: DirectoryGroup) -> ObjectId {
        let created = self.tick();
        let id = self.new_object_id(&group.display_name);
        let groups = &mut self.document.directory.groups;
        groups.insert(id, DirectoryGroup { created, ..group });
        id
    }

    /// Changes a group; members are all bound or none is.
    pub(crate) fn change_directory_group(
        &mut self,
        id: ObjectId,
        change: GroupChange,
    ) -> Result<(), DirectoryGroupRefusal> {
        let missing = || DirectoryGroupRefusal::Missing(id.to_string());
        let mut group = self.directory_group(id).ok_or_else(missing)?.clone();
        if group.synced {
            return Err(DirectoryGroupRefusal::Synced);
        }
        if change.bind.len() > MAX_BOUND {
            return Err(DirectoryGroupRefusal::TooMany);
        }
        for name in &change.bind {
            let member = self.new_member(&group, name)?;
            group.members.insert(member);
        }
        group.display_name = change.display_name.unwrap_or(group.display_name);
        if let Some(text) = change.description {
            group.description = Some(text).filter(|text| !text.is_empty());
        }
        group.mail_nickname = change.mail_nickname.or(group.mail_nickname);
        self.tick();
        self.document.directory.groups.insert(id, group);
        Ok(())
    }

    fn new_member(
        &self,
        group: &DirectoryGroup,
        name: &str,
    ) -> Result<ObjectId, DirectoryGroupRefusal> {
        if let Some(refusal) = group.fixed_members() {
            return Err(refusal);
        }
        let missing = || DirectoryGroupRefusal::Missing(name.to_owned());
        let member = name.parse().map_err(|_| missing())?;
        if !self.has_object(member) {
            return Err(missing());
        }
        if group.members.contains(&member) {
            return Err(DirectoryGroupRefusal::AlreadyIn);
        }
        Ok(member)
    }

    /// Takes somebody out of a group.
    pub(crate) fn drop_group_member(
        &mut self,
        id: ObjectId,
        member: ObjectId,
    ) -> Result<(), DirectoryGroupRefusal> {
        let missing = || DirectoryGroupRefusal::Missing(id.to_string());
        let group = self.directory_group(id).ok_or_else(missing)?;
        if let Some(refusal) = group.fixed_members() {
            return Err(refusal);
        }
        if !group.members.contains(&member) || !self.has_object(member) {
            return Err(DirectoryGroupRefusal::Missing(member.to_string()));
        }
        self.tick();
        if let Some(group) = self.document.directory.groups.get_mut(&id) {
            group.members.remove(&member);
        }
        Ok(())
    }

    /// Deletes a group. Only a Microsoft 365 group can be restored.
    pub(crate) fn delete_directory_group(
        &mut self,
        id: ObjectId,
    ) -> Result<(), DirectoryGroupRefusal> {
        let missing = || DirectoryGroupRefusal::Missing(id.to_string());
        if self.directory_group(id).ok_or_else(missing)?.synced {
            return Err(DirectoryGroupRefusal::Synced);
        }
        let deleted = self.tick();
        let directory = &mut self.document.directory;
        let group = directory.groups.remove(&id);
        if let Some(group) = group.filter(|group| group.is("Unified")) {
            let row = DeletedGroup { deleted, group };
            directory.deleted_groups.insert(id, row);
        }
        Ok(())
    }

    /// Brings a deleted group back; says whether there was one.
    pub(crate) fn restore_group(&mut self, id: ObjectId) -> bool {
        let Some(row) = self.document.directory.deleted_groups.remove(&id) else {
            return false;
        };
        self.tick();
        self.document.directory.groups.insert(id, row.group);
        true
    }

    /// Deletes a deleted group for good; says whether there was one.
    pub(crate) fn purge_group(&mut self, id: ObjectId) -> bool {
        let gone = self.document.directory.deleted_groups.remove(&id);
        if gone.is_some() {
            self.tick();
        }
        gone.is_some()
    }

    /// Whether the directory has an object of that id that can be referred to.
    pub(crate) fn has_object(&self, id: ObjectId) -> bool {
        self.user(id).is_some()
            || self.directory_group(id).is_some()
            || self.application_of(id).is_some()
    }

    /// The groups that an object is in, directly.
    pub(crate) fn groups_of(&self, id: ObjectId) -> BTreeSet<ObjectId> {
        let has = |(_, group): &(&ObjectId, &DirectoryGroup)| group.members.contains(&id);
        self.groups()
            .iter()
            .filter(has)
            .map(|(id, _)| *id)
            .collect()
    }

    /// The groups that an object is in, directly or through other groups.
    pub(crate) fn all_groups_of(&self, id: ObjectId) -> BTreeSet<ObjectId> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for group in self.groups_of(id) {
                if found.insert(group) {
                    open.push(group);
                }
            }
        }
        found
    }

    /// Who is in a group, directly or through other groups.
    pub(crate) fn all_members_of(&self, id: ObjectId) -> BTreeSet<ObjectId> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        while let Some(group) = open.pop().and_then(|id| self.directory_group(id)) {
            for member in &group.members {
                if found.insert(*member) && self.directory_group(*member).is_some() {
                    open.push(*member);
                }
            }
        }
        found
    }
}
