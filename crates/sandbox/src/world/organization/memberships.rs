//! Who is in which group, and what follows from it: who may administer the organization.

use std::collections::BTreeSet;

use orgctl_model::ids::{Descriptor, StorageKey};

use super::groups::{GroupRefusal, Subject};
use crate::world::World;
use crate::world::document::Member;
use crate::world::document::organization_contents::{Group, GroupKind};

impl World {
    /// Whether the caller is a Project Collection Administrator, directly or through groups.
    pub(crate) fn caller_is_administrator(&self) -> bool {
        let caller = self.organization().caller;
        if !self.member(caller).is_some_and(Member::is_active) {
            return false;
        }
        let mut seen = BTreeSet::new();
        let mut open = vec![caller];
        while let Some(next) = open.pop() {
            for key in self.membership_index.containers_of(next) {
                let group = self.group(key);
                if group.is_some_and(|g| g.kind == GroupKind::Administrators) {
                    return true;
                }
                if seen.insert(key) {
                    open.push(key);
                }
            }
        }
        false
    }

    /// Whether a subject counts as a member of groups. A disabled user does not.
    fn counts(&self, key: StorageKey) -> bool {
        match self.subject_at(key) {
            Some(Subject::Member(member)) => member.is_active(),
            Some(Subject::Group(group)) => !group.deleted,
            None => false,
        }
    }

    /// The groups that a subject is in, one step up.
    pub(crate) fn containers_of(&self, key: StorageKey) -> Vec<StorageKey> {
        if !self.counts(key) {
            return Vec::new();
        }
        self.membership_index
            .containers_of(key)
            .chain(self.implied(key))
            .collect()
    }

    /// Everybody is a valid user, and so is the group of administrators.
    fn implied(&self, key: StorageKey) -> Option<StorageKey> {
        let counts = match self.subject_at(key)? {
            Subject::Member(member) => member.entitlement.is_some(),
            Subject::Group(group) => is_valid_user(group),
        };
        self.membership_index.valid_users().filter(|_| counts)
    }

    /// What is in a group, one step down. What is in a directory group, the directory knows.
    pub(crate) fn contents_of<'a>(
        &'a self,
        group: &'a Group,
    ) -> Box<dyn Iterator<Item = StorageKey> + 'a> {
        let counted = |key: &StorageKey| self.counts(*key);
        match group.kind {
            GroupKind::Directory => Box::new(std::iter::empty()),
            GroupKind::Own | GroupKind::Administrators => {
                Box::new(group.members.iter().copied().filter(counted))
            }
            GroupKind::ValidUsers => {
                let groups = self.groups_after(None);
                let groups = groups.filter(|(_, group)| is_valid_user(group));
                let entitled = self.members_after(None);
                let entitled = entitled.filter(|(_, m)| m.entitlement.is_some() && m.is_active());
                let keys = groups.map(|(key, _)| key);
                Box::new(keys.chain(entitled.map(|(key, _)| key)))
            }
        }
    }

    /// Whether a subject is directly in a group.
    pub(crate) fn is_in(&self, subject: StorageKey, group: StorageKey) -> bool {
        self.containers_of(subject).contains(&group)
    }

    /// Puts a subject into a group.
    pub(crate) fn join(
        &mut self,
        subject: &Descriptor,
        group: &Descriptor,
    ) -> Result<(), GroupRefusal> {
        let (member, container) = self.ends(subject, group)?;
        if member == container || self.reaches(container, member) {
            return Err(GroupRefusal::Circle(group.to_string()));
        }
        self.tick();
        self.put_into(member, container);
        let (what, into) = (member.to_string(), container.to_string());
        let details = format!("{subject} was added as a member of group {group}");
        let data = [("MemberId", &*what), ("GroupId", &*into)];
        self.record("Group.UpdateGroupMembership.Add", details, &data);
        Ok(())
    }

    /// Puts a subject into a group, and gives it what the group's rule gives.
    pub(in crate::world) fn put_into(&mut self, member: StorageKey, group: StorageKey) {
        if let Some(row) = self.contents_mut().groups.get_mut(&group) {
            row.members.insert(member);
            self.membership_index.add_member(member, group);
            self.activate(member);
            self.await_rules(member);
        }
    }

    /// Who was only made known is active once in a group.
    fn activate(&mut self, key: StorageKey) {
        let only_known =
            |member: &&Member| !member.enabled && !member.removed && member.entitlement.is_none();
        if let Some(member) = self.member(key).filter(only_known).cloned() {
            let enabled = true;
            self.put_member(key, Member { enabled, ..member });
        }
    }

    /// Takes a subject out of a group; whether it was in it.
    pub(crate) fn leave(
        &mut self,
        subject: &Descriptor,
        group: &Descriptor,
    ) -> Result<bool, GroupRefusal> {
        let (member, container) = self.ends(subject, group)?;
        self.tick();
        let was_in = self.take_out(member, container);
        if was_in {
            let (what, from) = (member.to_string(), container.to_string());
            let details = format!("{subject} was removed as a member of group {group}");
            let data = [("MemberId", &*what), ("GroupId", &*from)];
            self.record("Group.UpdateGroupMembership.Remove", details, &data);
        }
        Ok(was_in)
    }

    /// Takes a subject out of a group, and takes back what the group's rule gave.
    pub(in crate::world) fn take_out(&mut self, member: StorageKey, group: StorageKey) -> bool {
        let row = self.contents_mut().groups.get_mut(&group);
        let was_in = row.is_some_and(|row| row.members.remove(&member));
        self.membership_index.drop_member(member, group);
        self.await_rules(member);
        was_in
    }

    /// Puts a user into a group, of the directory too: the organization is told who is in it.
    pub(crate) fn add_by_key(&mut self, member: StorageKey, group: StorageKey) {
        self.tick();
        self.put_into(member, group);
        let (what, into) = (member.to_string(), group.to_string());
        let details = format!("{what} was added as a member of group {into}");
        let data = [("MemberId", &*what), ("GroupId", &*into)];
        self.record("Group.UpdateGroupMembership.Add", details, &data);
    }

    /// Takes a user out of a group, of the directory too; whether they were in it.
    pub(crate) fn remove_by_key(&mut self, member: StorageKey, group: StorageKey) -> bool {
        let there = self
            .group(group)
            .is_some_and(|row| row.members.contains(&member));
        if there {
            self.tick();
            self.take_out(member, group);
            let (what, from) = (member.to_string(), group.to_string());
            let details = format!("{what} was removed as a member of group {from}");
            let data = [("MemberId", &*what), ("GroupId", &*from)];
            self.record("Group.UpdateGroupMembership.Remove", details, &data);
        }
        there
    }

    /// Takes everybody out of a group.
    pub(crate) fn empty_group(&mut self, group: StorageKey) {
        let members = self.group(group).map(|row| row.members.clone());
        for member in members.into_iter().flatten() {
            self.remove_by_key(member, group);
        }
    }

    /// Takes a subject out of every group.
    pub(in crate::world) fn leave_all(&mut self, subject: StorageKey) {
        let groups: Vec<StorageKey> = self.membership_index.containers_of(subject).collect();
        for group in groups {
            if let Some(row) = self.contents_mut().groups.get_mut(&group) {
                row.members.remove(&subject);
            }
            self.membership_index.drop_member(subject, group);
        }
    }

    /// Takes somebody out of every group but those of the directory; whether any of those is left.
    pub(in crate::world) fn leave_own_groups(&mut self, subject: StorageKey) -> bool {
        let groups: Vec<StorageKey> = self.membership_index.containers_of(subject).collect();
        let mut left = false;
        for group in groups {
            if self
                .group(group)
                .is_some_and(|g| g.kind == GroupKind::Directory)
            {
                left = true;
                continue;
            }
            if let Some(row) = self.contents_mut().groups.get_mut(&group) {
                row.members.remove(&subject);
            }
            self.membership_index.drop_member(subject, group);
        }
        left
    }

    fn ends(
        &self,
        subject: &Descriptor,
        group: &Descriptor,
    ) -> Result<(StorageKey, StorageKey), GroupRefusal> {
        let member = self.subject(subject).map(|(key, _)| key);
        let member = member.ok_or_else(|| GroupRefusal::NoSuchSubject(subject.to_string()))?;
        let (container, row) = self.live_group(group)?;
        match row.kind {
            GroupKind::Own | GroupKind::Administrators => Ok((member, container)),
            GroupKind::ValidUsers | GroupKind::Directory => {
                Err(GroupRefusal::Fixed(group.to_string()))
            }
        }
    }

    /// Whether the way up from `from` leads to `to`.
    fn reaches(&self, from: StorageKey, to: StorageKey) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(next) = open.pop() {
            for key in self.membership_index.containers_of(next) {
                if key == to {
                    return true;
                }
                if seen.insert(key) {
                    open.push(key);
                }
            }
        }
        false
    }
}

fn is_valid_user(group: &Group) -> bool {
    group.kind != GroupKind::ValidUsers && !group.deleted
}
