//! What the reader of the moment does not see yet: replicas learn late of what was made.
//!
//! Part of no document. Whoever looks at the world lays the veil over it first.

use std::collections::BTreeSet;

use crate::model::ids::{ObjectId, StorageKey};

/// What is hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Veil {
    pub(crate) users: BTreeSet<ObjectId>,
    pub(crate) members: BTreeSet<StorageKey>,
}

impl Veil {
    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty() && self.members.is_empty()
    }
}

/// What has been made since somebody asked last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) users: Vec<ObjectId>,
    pub(crate) members: Vec<StorageKey>,
}
