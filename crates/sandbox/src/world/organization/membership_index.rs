//! The second ways into what an organization holds: groups by descriptor, the groups that somebody
//! is in, the tokens of somebody. Follows from the document, like the index of users.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};

use crate::world::document::organization_contents::{Group, GroupKind, OrganizationContents};

/// The second ways in.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct MembershipIndex {
    by_descriptor: BTreeMap<Descriptor, StorageKey>,
    by_object: BTreeMap<ObjectId, StorageKey>,
    /// The group that everybody is in.
    valid_users: Option<StorageKey>,
    /// Member and group.
    containers: BTreeSet<(StorageKey, StorageKey)>,
    /// User, whether it is an SSH key, and the authorization id.
    tokens: BTreeSet<(StorageKey, bool, Uuid)>,
}

const FIRST: StorageKey = StorageKey::NONE;

impl MembershipIndex {
    pub(in crate::world) fn new(contents: &OrganizationContents) -> Self {
        let mut index = Self::default();
        for (key, group) in &contents.groups {
            index.add_group(*key, group);
        }
        for (id, token) in &contents.tokens {
            index.add_token(token.user, token.public_key.is_some(), *id);
        }
        index
    }

    pub(in crate::world) fn add_group(&mut self, key: StorageKey, group: &Group) {
        self.by_descriptor.insert(group.descriptor.clone(), key);
        if let Some(id) = group.object_id {
            self.by_object.insert(id, key);
        }
        if group.kind == GroupKind::ValidUsers {
            self.valid_users = Some(key);
        }
        let pairs = group.members.iter().map(|member| (*member, key));
        self.containers.extend(pairs);
    }

    pub(in crate::world) fn drop_group(&mut self, key: StorageKey, group: &Group) {
        self.by_descriptor.remove(&group.descriptor);
        if let Some(id) = group.object_id {
            self.by_object.remove(&id);
        }
        for member in &group.members {
            self.containers.remove(&(*member, key));
        }
    }

    pub(in crate::world) fn add_member(&mut self, member: StorageKey, group: StorageKey) {
        self.containers.insert((member, group));
    }

    pub(in crate::world) fn drop_member(&mut self, member: StorageKey, group: StorageKey) {
        self.containers.remove(&(member, group));
    }

    pub(in crate::world) fn add_token(&mut self, user: StorageKey, ssh_key: bool, id: Uuid) {
        self.tokens.insert((user, ssh_key, id));
    }

    pub(in crate::world) fn group(&self, descriptor: &Descriptor) -> Option<StorageKey> {
        self.by_descriptor.get(descriptor).copied()
    }

    /// The group that everybody is in without being written down.
    pub(in crate::world) const fn valid_users(&self) -> Option<StorageKey> {
        self.valid_users
    }

    pub(in crate::world) fn group_by_object(&self, id: ObjectId) -> Option<StorageKey> {
        self.by_object.get(&id).copied()
    }

    /// The groups that somebody is written down in.
    pub(in crate::world) fn containers_of(
        &self,
        member: StorageKey,
    ) -> impl Iterator<Item = StorageKey> {
        let range = self.containers.range((member, FIRST)..);
        let own = range.take_while(move |tie| tie.0 == member);
        own.map(|tie| tie.1)
    }

    /// The personal access tokens or the SSH keys of somebody, from behind one of them.
    pub(in crate::world) fn tokens_of(
        &self,
        user: StorageKey,
        ssh_keys: bool,
        after: Option<Uuid>,
    ) -> impl Iterator<Item = Uuid> {
        let start = (user, ssh_keys, after.unwrap_or(Uuid::nil()));
        let range = self.tokens.range(start..);
        let own = range.take_while(move |token| token.0 == user && token.1 == ssh_keys);
        own.map(|token| token.2)
            .filter(move |id| Some(*id) != after)
    }
}
