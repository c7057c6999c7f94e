//! Members and directory users, one by one and in order, as the reader of the moment sees them; and
//! the one way in which they are stored, which keeps the index true.

use std::mem;
use std::ops::Bound;
use std::sync::Arc;

use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};

use super::World;
use super::directory::delta::{self, UserEvent};
use super::document::{DeletedUser, DirectoryUser, Member};
use super::index::{addresses, folded};
use super::time::replica_view::{Changed, Changes, ReplicaView, shown};

impl World {
    /// Shows the next reader some things otherwise than they are, until it is lifted again.
    pub(crate) fn look_through(&mut self, view: Arc<ReplicaView>) {
        self.replica_view = view;
    }

    /// Shows everything as it is.
    pub(crate) fn look_directly(&mut self) {
        self.replica_view = Arc::default();
    }

    /// What has changed since this was asked last.
    pub(crate) fn take_changes(&mut self) -> Changes {
        mem::take(&mut self.changes)
    }

    pub(crate) fn member(&self, key: StorageKey) -> Option<&Member> {
        match self.replica_view.members.get(&key) {
            None => self.document.organization.members.get(&key),
            Some(seen) => seen.as_deref(),
        }
    }

    pub(crate) fn member_called(&self, descriptor: &Descriptor) -> Option<(StorageKey, &Member)> {
        let is_it = |member: &Member| member.descriptor == *descriptor;
        let seen = |key: &StorageKey| self.member(*key).is_some_and(is_it);
        let now = self.index.member(descriptor).filter(seen);
        let key = now.or_else(|| self.replica_view.members_where(is_it).next())?;
        self.member(key).map(|member| (key, member))
    }

    /// Members in the order of their storage keys, from behind `after`.
    pub(crate) fn members_after(
        &self,
        after: Option<StorageKey>,
    ) -> impl Iterator<Item = (StorageKey, &Member)> {
        let behind = (
            after.map_or(Bound::Unbounded, Bound::Excluded),
            Bound::Unbounded,
        );
        let members = self.document.organization.members.range(behind);
        shown(members, self.replica_view.members.range(behind))
    }

    /// How many members have an entitlement.
    pub(crate) fn entitled(&self) -> usize {
        let members = &self.document.organization.members;
        let has = |member: &Member| member.entitlement.is_some();
        let replaced = self.replica_view.members.keys();
        let now = replaced.filter(|key| members.get(*key).is_some_and(has));
        let seen = self.replica_view.members_where(has);
        (self.index.entitled + seen.count()).saturating_sub(now.count())
    }

    /// Stores a member under its key and keeps the index true. What is left of another user with
    /// the same identity makes way: only a removed one can have it.
    pub(super) fn put_member(&mut self, key: StorageKey, member: Member) {
        let before = self.drop_member(key);
        if before.as_ref().is_none_or(|before| before.removed) || self.settings().lag.changes {
            self.note_member(key, before);
        }
        let named = self.index.member(&member.descriptor);
        let bound = member
            .object_id
            .and_then(|id| self.index.member_by_object(id));
        for other in [named, bound].into_iter().flatten() {
            let left = self.drop_member(other);
            if left.is_some() && self.settings().lag.changes {
                self.note_member(other, left);
            }
            let caller = &mut self.document.organization.caller;
            if *caller == other {
                *caller = key;
            }
            let owner = &mut self.document.organization.contents.owner;
            if *owner == Some(other) {
                *owner = Some(key);
            }
        }
        self.index.add_member(key, &member);
        self.document.organization.members.insert(key, member);
    }

    fn drop_member(&mut self, key: StorageKey) -> Option<Member> {
        let member = self.document.organization.members.remove(&key)?;
        self.index.drop_member(key, &member);
        Some(member)
    }

    fn note_member(&mut self, key: StorageKey, before: Option<Member>) {
        let before = before.filter(|_| self.settings().lag.changes);
        self.changes.members.push(Changed {
            key,
            before: before.map(Arc::new),
            event: 0,
        });
    }

    pub(crate) fn user(&self, id: ObjectId) -> Option<&DirectoryUser> {
        match self.replica_view.users.get(&id) {
            None => self.document.directory.users.get(&id),
            Some(seen) => seen.as_deref(),
        }
    }

    /// A directory user by user principal name.
    pub(crate) fn user_called(&self, upn: &str) -> Option<(ObjectId, &DirectoryUser)> {
        let name = folded(upn);
        let is_it = |user: &DirectoryUser| folded(&user.user_principal_name) == name;
        let seen = |id: &ObjectId| {
            let replaced = self.replica_view.users.get(id);
            replaced.is_none_or(|seen| seen.as_deref().is_some_and(is_it))
        };
        let now = self.index.user(&name).filter(seen);
        let id = now.or_else(|| self.replica_view.users_where(is_it).next())?;
        self.user(id).map(|user| (id, user))
    }

    /// Directory users with that address for mail, first or further.
    pub(crate) fn users_at(&self, address: &str) -> Vec<ObjectId> {
        let address = folded(address);
        let now = self.index.users_at(&address);
        let now = now.filter(|id| !self.replica_view.users.contains_key(id));
        let is_it = |user: &DirectoryUser| addresses(user).any(|own| own == address);
        let mut found: Vec<ObjectId> = now.chain(self.replica_view.users_where(is_it)).collect();
        found.sort();
        found
    }

    /// Directory users in the order of their ids, from behind `after`.
    pub(crate) fn users_after(
        &self,
        after: Option<ObjectId>,
    ) -> impl Iterator<Item = (ObjectId, &DirectoryUser)> {
        let behind = (
            after.map_or(Bound::Unbounded, Bound::Excluded),
            Bound::Unbounded,
        );
        let users = self.document.directory.users.range(behind);
        shown(users, self.replica_view.users.range(behind))
    }

    /// How many directory users there are.
    pub(crate) fn user_count(&self) -> usize {
        let users = &self.document.directory.users;
        let replaced = self.replica_view.users.keys();
        let now = replaced.filter(|id| users.contains_key(id));
        let seen = self.replica_view.users_where(|_| true);
        (users.len() + seen.count()).saturating_sub(now.count())
    }

    /// A user that was deleted and can be restored.
    pub(crate) fn deleted_user(&self, id: ObjectId) -> Option<&DeletedUser> {
        let deleted = self.document.directory.deleted.get(&id);
        deleted.filter(|_| self.user(id).is_none())
    }

    /// Deleted users in the order of their ids, from behind `after`.
    pub(crate) fn deleted_users_after(
        &self,
        after: Option<ObjectId>,
    ) -> impl Iterator<Item = (ObjectId, &DeletedUser)> {
        let behind = (
            after.map_or(Bound::Unbounded, Bound::Excluded),
            Bound::Unbounded,
        );
        let deleted = self.document.directory.deleted.range(behind);
        deleted
            .filter(|(id, _)| self.user(**id).is_none())
            .map(|(id, row)| (*id, row))
    }

    pub(super) fn put_user(&mut self, id: ObjectId, user: DirectoryUser) {
        let before = self.drop_user(id);
        let event = match &before {
            Some(before) => UserEvent::Changed(delta::changed(before, &user)),
            None => UserEvent::Made,
        };
        self.note_user(id, before, event);
        self.index.add_user(id, &user);
        self.document.directory.users.insert(id, user);
    }

    pub(super) fn drop_user(&mut self, id: ObjectId) -> Option<DirectoryUser> {
        let user = self.document.directory.users.remove(&id)?;
        self.index.drop_user(id, &user);
        Some(user)
    }

    /// Takes note of what became of a user who was like that before.
    pub(super) fn note_user(
        &mut self,
        id: ObjectId,
        before: Option<DirectoryUser>,
        event: UserEvent,
    ) {
        let number = self.events.push(id, event);
        if before.is_none() || self.settings().lag.changes {
            self.changes.users.push(Changed {
                key: id,
                before: before.map(Arc::new),
                event: number,
            });
        }
    }
}
