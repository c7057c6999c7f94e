//! The second ways into a world: by descriptor, by name, by address. Kept beside the document and
//! never written to the file; [`super::World`] is the only one to change either.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};
use orgctl_model::person::Email;

use super::WorldError;
use super::document::{DirectoryUser, Document, Member};

/// The second ways in.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    by_descriptor: BTreeMap<Descriptor, StorageKey>,
    by_object: BTreeMap<ObjectId, StorageKey>,
    by_name: BTreeSet<(Email, StorageKey)>,
    /// What people are searched by: name, sign-in name, address.
    by_text: BTreeSet<(Email, StorageKey)>,
    by_upn: BTreeMap<Email, ObjectId>,
    by_address: BTreeSet<(Email, ObjectId)>,
    /// People among the members who are active.
    pub(super) active: usize,
    /// Members with an entitlement.
    pub(super) entitled: usize,
}

impl Index {
    /// Indexes a document, and refuses one in which two things share what must be unique.
    pub(super) fn new(document: &Document) -> Result<Self, WorldError> {
        let mut index = Self::default();
        for (key, member) in &document.organization.members {
            let taken = member.object_id.and_then(|id| index.member_by_object(id));
            if taken.is_some() {
                return Err(WorldError::SharedObjectId(member.principal_name.clone()));
            }
            if index.member(&member.descriptor).is_some() {
                return Err(WorldError::SharedDescriptor(member.descriptor.clone()));
            }
            index.add_member(*key, member);
        }
        for (id, user) in &document.directory.users {
            if index.user(&folded(&user.user_principal_name)).is_some() {
                return Err(WorldError::SharedName(user.user_principal_name.clone()));
            }
            index.add_user(*id, user);
        }
        Ok(index)
    }

    pub(super) fn add_member(&mut self, key: StorageKey, member: &Member) {
        self.by_descriptor.insert(member.descriptor.clone(), key);
        if let Some(id) = member.object_id {
            self.by_object.insert(id, key);
        }
        self.by_name.insert((folded(&member.principal_name), key));
        self.by_text.extend(texts(member).map(|text| (text, key)));
        self.active += usize::from(is_active_person(member));
        self.entitled += usize::from(member.entitlement.is_some());
    }

    pub(super) fn drop_member(&mut self, key: StorageKey, member: &Member) {
        self.by_descriptor.remove(&member.descriptor);
        if let Some(id) = member.object_id {
            self.by_object.remove(&id);
        }
        self.by_name.remove(&(folded(&member.principal_name), key));
        for text in texts(member) {
            self.by_text.remove(&(text, key));
        }
        self.active -= usize::from(is_active_person(member));
        self.entitled -= usize::from(member.entitlement.is_some());
    }

    pub(super) fn add_user(&mut self, id: ObjectId, user: &DirectoryUser) {
        self.by_upn.insert(folded(&user.user_principal_name), id);
        self.by_address
            .extend(addresses(user).map(|address| (address, id)));
    }

    pub(super) fn drop_user(&mut self, id: ObjectId, user: &DirectoryUser) {
        self.by_upn.remove(&folded(&user.user_principal_name));
        for address in addresses(user) {
            self.by_address.remove(&(address, id));
        }
    }

    pub(super) fn member(&self, descriptor: &Descriptor) -> Option<StorageKey> {
        self.by_descriptor.get(descriptor).copied()
    }

    pub(super) fn member_by_object(&self, id: ObjectId) -> Option<StorageKey> {
        self.by_object.get(&id).copied()
    }

    /// Every member of that name; more than one is possible.
    pub(super) fn members_named(&self, name: &Email) -> impl Iterator<Item = StorageKey> {
        let start = (name.clone(), StorageKey::new(Uuid::nil()));
        let same = move |entry: &&(Email, StorageKey)| entry.0 == *name;
        self.by_name.range(start..).take_while(same).map(|e| e.1)
    }

    /// Everybody with a name, sign-in name or address that begins so, in the order of those.
    pub(super) fn members_beginning(&self, start: &Email) -> impl Iterator<Item = StorageKey> {
        let first = (start.clone(), StorageKey::new(Uuid::nil()));
        let begins =
            move |entry: &&(Email, StorageKey)| entry.0.as_str().starts_with(start.as_str());
        let range = self.by_text.range(first..);
        range.take_while(begins).map(|entry| entry.1)
    }

    /// Every name and who has it, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &(Email, StorageKey)> {
        self.by_name.iter()
    }

    pub(super) fn user(&self, upn: &Email) -> Option<ObjectId> {
        self.by_upn.get(upn).copied()
    }

    /// Every directory user with that address for mail, first or further.
    pub(super) fn users_at(&self, address: &Email) -> impl Iterator<Item = ObjectId> {
        let start = (address.clone(), ObjectId::new(Uuid::nil()));
        let same = move |entry: &&(Email, ObjectId)| entry.0 == *address;
        self.by_address.range(start..).take_while(same).map(|e| e.1)
    }
}

/// A name in the form in which names are compared.
pub(super) fn folded(name: &str) -> Email {
    Email::from_service(name)
}

const fn is_active_person(member: &Member) -> bool {
    member.kind.is_person() && member.is_active()
}

pub(super) fn texts(member: &Member) -> impl Iterator<Item = Email> {
    let named = [&member.display_name, &member.principal_name];
    named
        .into_iter()
        .chain(&member.mail)
        .map(|text| folded(text))
}

pub(super) fn addresses(user: &DirectoryUser) -> impl Iterator<Item = Email> {
    user.mail.iter().chain(&user.other_mails).map(|m| folded(m))
}
