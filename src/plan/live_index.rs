//! Indexes over live for what looks at one step after the other: the facts that a step rests on, and
//! what became of an intent. They are built once; each look then costs log n.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::attributes::Identity;
use crate::model::directory_index::DirectoryIndex;
use crate::model::ids::{ObjectId, StorageKey};
use crate::model::live::{DirectoryUser, Live};
use crate::model::person::Email;

/// A user of the directory and its id.
pub(super) type UserRef<'a> = (ObjectId, &'a DirectoryUser);

/// Live, and its people by their ids and addresses.
pub struct LiveIndex<'a> {
    pub(super) live: &'a Live,
    directory: DirectoryIndex<'a>,
    by_identity: BTreeMap<ObjectId, StorageKey>,
}

impl fmt::Debug for LiveIndex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveIndex").finish_non_exhaustive()
    }
}

impl<'a> LiveIndex<'a> {
    /// The indexes over one reading of live.
    pub fn new(live: &'a Live) -> Self {
        let members = live.members.iter();
        Self {
            live,
            directory: DirectoryIndex::new(&live.directory),
            by_identity: members
                .filter_map(|(key, member)| Some((member.object_id?, *key)))
                .collect(),
        }
    }

    /// The user of the directory who signs in under a name.
    pub(super) fn user_at(&self, address: &Email) -> Option<UserRef<'a>> {
        let found = self.directory.account(address)?;
        Some((found.id, found.user))
    }

    /// The user of the directory who is an identity, or has the address of the step that makes it.
    pub(super) fn user(&self, identity: &Identity) -> Option<UserRef<'a>> {
        match identity {
            Identity::ObjectId(id) => {
                let user = self.live.directory.users.get(id)?;
                Some((*id, user))
            }
            Identity::After(address) => self.user_at(&address.person()),
        }
    }

    /// The user of the organization who is an identity of the directory.
    pub(super) fn member_with(&self, id: ObjectId) -> Option<StorageKey> {
        self.by_identity.get(&id).copied()
    }
}
