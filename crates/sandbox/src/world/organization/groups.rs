//! Groups and who is in them: "Groups" and "Memberships" of the Azure DevOps graph. Two groups are
//! always there. Groups of the directory are made known here and filled there.

use std::collections::BTreeSet;
use std::ops::Bound;

use thiserror::Error;
use uuid::Uuid;

use orgctl_model::ids::{Descriptor, ObjectId, StorageKey, TenantId};

use super::descriptor;
use crate::world::World;
use crate::world::document::organization_contents::{Group, GroupKind, OrganizationContents};
use crate::world::document::{Document, Member};
use crate::world::time::stamp::derived_guid;

/// Either of the two things that can be in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    Member(&'a Member),
    Group(&'a Group),
}

/// Why a group stays as it is.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum GroupRefusal {
    /// No such group.
    #[error("The group {0} does not exist in the organization.")]
    NoSuchGroup(String),
    /// No such user or group.
    #[error("The subject {0} does not exist in the organization.")]
    NoSuchSubject(String),
    /// Built in, or of the directory.
    #[error("The group {0} cannot be changed here.")]
    Fixed(String),
    /// The organization has no directory.
    #[error("The organization is not connected to a Microsoft Entra tenant.")]
    NotConnected,
    /// It would contain itself.
    #[error("The group {0} would be a member of itself.")]
    Circle(String),
}

const ADMINISTRATORS: &str = "Project Collection Administrators";
const VALID_USERS: &str = "Project Collection Valid Users";

/// The key of a group of the directory in an organization of that tenant.
pub(in crate::world) fn directory_group_guid(tenant: TenantId, id: ObjectId) -> Uuid {
    derived_guid(&["directory group", &tenant.to_string(), &id.to_string()])
}

/// Adds the groups that every organization has.
pub(in crate::world) fn add_built_in(document: &mut Document) {
    let organization = &mut document.organization;
    let id = organization.id.guid();
    // Whoever reads an organization for a snapshot administers it.
    let caller = organization.caller;
    let owner = organization.contents.owner.unwrap_or(caller);
    let groups = &mut organization.contents.groups;
    let mut add = |kind, name: &str, number: u32, description: &str, members| {
        if groups.values().any(|group| group.kind == kind) {
            return;
        }
        let key = StorageKey::new(derived_guid(&["built-in group", &id.to_string(), name]));
        let group = Group {
            display_name: name.to_owned(),
            description: description.to_owned(),
            kind,
            project: None,
            object_id: None,
            descriptor: descriptor::of_built_in(id, number),
            deleted: false,
            members,
        };
        groups.insert(key, group);
    };
    add(
        GroupKind::Administrators,
        ADMINISTRATORS,
        1,
        "Members of this application group can perform all privileged operations on the Team \
         Project Collection.",
        BTreeSet::from([owner, caller]),
    );
    add(
        GroupKind::ValidUsers,
        VALID_USERS,
        3,
        "This application group contains all users and groups that have access to the Team \
         Project Collection.",
        BTreeSet::new(),
    );
}

impl World {
    pub(crate) const fn contents(&self) -> &OrganizationContents {
        &self.document.organization.contents
    }

    pub(in crate::world) const fn contents_mut(&mut self) -> &mut OrganizationContents {
        &mut self.document.organization.contents
    }

    pub(crate) fn group(&self, key: StorageKey) -> Option<&Group> {
        self.contents().groups.get(&key)
    }

    pub(crate) fn group_called(&self, name: &Descriptor) -> Option<(StorageKey, &Group)> {
        let key = self.membership_index.group(name)?;
        self.group(key).map(|group| (key, group))
    }

    /// Groups in the order of their storage keys, from behind `after`.
    pub(crate) fn groups_after(
        &self,
        after: Option<StorageKey>,
    ) -> impl Iterator<Item = (StorageKey, &Group)> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let groups = self.contents().groups.range((start, Bound::Unbounded));
        groups.map(|(key, group)| (*key, group))
    }

    /// A user or group by what the service calls it.
    pub(crate) fn subject(&self, name: &Descriptor) -> Option<(StorageKey, Subject<'_>)> {
        let member = self.member_called(name);
        let member = member.map(|(key, member)| (key, Subject::Member(member)));
        let group = || self.group_called(name);
        member.or_else(|| group().map(|(key, group)| (key, Subject::Group(group))))
    }

    pub(crate) fn subject_at(&self, key: StorageKey) -> Option<Subject<'_>> {
        let member = self.member(key).map(Subject::Member);
        member.or_else(|| self.group(key).map(Subject::Group))
    }

    /// What a group is called in full.
    pub(crate) fn group_name(&self, group: &Group) -> String {
        let scope = match (group.kind, group.project) {
            (GroupKind::Directory, _) => "TEAM FOUNDATION".to_owned(),
            (GroupKind::Own | GroupKind::Administrators | GroupKind::ValidUsers, Some(id)) => {
                let project = self.contents().projects.get(&id);
                project.map_or_else(|| id.to_string(), |project| project.name.clone())
            }
            (GroupKind::Own | GroupKind::Administrators | GroupKind::ValidUsers, None) => {
                self.organization().name.to_string()
            }
        };
        format!("[{scope}]\\{}", group.display_name)
    }

    /// Makes a group of the organization's own.
    pub(crate) fn create_group(
        &mut self,
        name: &str,
        description: &str,
        project: Option<Uuid>,
    ) -> StorageKey {
        let serial = (self.document.serial + 1).to_string();
        let guid = derived_guid(&["group", &serial, name]);
        let key = StorageKey::new(guid);
        self.tick();
        let group = Group {
            display_name: name.to_owned(),
            description: description.to_owned(),
            kind: GroupKind::Own,
            project,
            object_id: None,
            descriptor: descriptor::of_group(guid),
            deleted: false,
            members: BTreeSet::new(),
        };
        self.put_group(key, group);
        let details = format!("{name} group was created");
        self.record("Group.CreateGroups", details, &[("GroupName", name)]);
        key
    }

    /// Makes a group of the directory known; a second time finds the first.
    pub(crate) fn materialise_group(
        &mut self,
        id: ObjectId,
        name: &str,
    ) -> Result<StorageKey, GroupRefusal> {
        let tenant = self.organization().tenant;
        let tenant = tenant.ok_or(GroupRefusal::NotConnected)?;
        if let Some(key) = self.membership_index.group_by_object(id) {
            return Ok(key);
        }
        let guid = directory_group_guid(tenant, id);
        let key = StorageKey::new(guid);
        self.tick();
        let group = Group {
            display_name: name.to_owned(),
            description: String::new(),
            kind: GroupKind::Directory,
            project: None,
            object_id: Some(id),
            descriptor: descriptor::of_directory_group(guid),
            deleted: false,
            members: BTreeSet::new(),
        };
        self.put_group(key, group);
        let details = format!("{name} group was created");
        self.record("Group.CreateGroups", details, &[("GroupName", name)]);
        Ok(key)
    }

    /// Gives a group another name or description.
    pub(crate) fn change_group(
        &mut self,
        name: &Descriptor,
        change: impl FnOnce(&mut Group),
    ) -> Result<StorageKey, GroupRefusal> {
        let key = self.own_group(name)?;
        self.tick();
        let Some(mut group) = self.drop_group(key) else {
            return Err(GroupRefusal::NoSuchGroup(name.to_string()));
        };
        change(&mut group);
        let details = format!("{} group information was updated", group.display_name);
        self.put_group(key, group);
        let data = [("GroupId", &*key.to_string())];
        self.record("Group.UpdateGroups.Modify", details, &data);
        Ok(key)
    }

    /// Deletes a group. It can still be read; nobody is in it any more, and it is in nothing.
    pub(crate) fn delete_group(&mut self, name: &Descriptor) -> Result<(), GroupRefusal> {
        let (key, group) = self.live_group(name)?;
        if !matches!(group.kind, GroupKind::Own | GroupKind::Directory) {
            return Err(GroupRefusal::Fixed(name.to_string()));
        }
        let title = group.display_name.clone();
        self.drop_rule(key);
        self.leave_all(key);
        self.tick();
        if let Some(mut group) = self.drop_group(key) {
            group.members.clear();
            group.deleted = true;
            self.put_group(key, group);
        }
        let details = format!("{title} group was deleted");
        let data = [("GroupId", &*key.to_string())];
        self.record("Group.UpdateGroups.Delete", details, &data);
        Ok(())
    }

    pub(in crate::world) fn put_group(&mut self, key: StorageKey, group: Group) {
        self.membership_index.add_group(key, &group);
        self.contents_mut().groups.insert(key, group);
    }

    pub(in crate::world) fn drop_group(&mut self, key: StorageKey) -> Option<Group> {
        let group = self.contents_mut().groups.remove(&key)?;
        self.membership_index.drop_group(key, &group);
        Some(group)
    }

    pub(in crate::world) fn live_group(
        &self,
        name: &Descriptor,
    ) -> Result<(StorageKey, &Group), GroupRefusal> {
        let found = self.group_called(name).filter(|(_, group)| !group.deleted);
        found.ok_or_else(|| GroupRefusal::NoSuchGroup(name.to_string()))
    }

    fn own_group(&self, name: &Descriptor) -> Result<StorageKey, GroupRefusal> {
        let (key, group) = self.live_group(name)?;
        match group.kind {
            GroupKind::Own => Ok(key),
            GroupKind::Administrators | GroupKind::ValidUsers | GroupKind::Directory => {
                Err(GroupRefusal::Fixed(name.to_string()))
            }
        }
    }

    /// A change of tenant takes the groups of the directory with it, and the rules on them.
    pub(in crate::world) fn forget_directory_groups(&mut self) {
        let of_directory = |group: &Group| group.kind == GroupKind::Directory;
        let groups = self.groups_after(None);
        let gone = groups.filter(|(_, group)| of_directory(group));
        let gone: Vec<StorageKey> = gone.map(|(key, _)| key).collect();
        for key in gone {
            self.drop_rule(key);
            self.leave_all(key);
            self.drop_group(key);
        }
    }
}
