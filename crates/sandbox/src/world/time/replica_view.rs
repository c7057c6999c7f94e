//! What the reader of the moment sees otherwise than it is: replicas learn late of what was made,
//! changed and deleted.
//!
//! No document stores this view. Every read of the world goes through it.

use std::collections::{BTreeMap, btree_map};
use std::iter;
use std::sync::Arc;

use orgctl_model::ids::{ObjectId, StorageKey};

use crate::world::document::{DirectoryUser, Member};

/// Objects as somebody still sees them; nothing for one that is not seen at all.
type Rows<K, T> = BTreeMap<K, Option<Arc<T>>>;

/// What is seen otherwise than it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReplicaView {
    pub(crate) users: Rows<ObjectId, DirectoryUser>,
    pub(crate) members: Rows<StorageKey, Member>,
    /// The number of the first event of a user that is not seen yet.
    pub(crate) first_event: Option<u64>,
}

impl ReplicaView {
    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty() && self.members.is_empty()
    }

    /// What a writer of a directory user misses: whom its replica does not have yet. Changes are
    /// written to what is there, never to what is still seen.
    pub(crate) fn only_new(self) -> Self {
        let new = self.users.into_iter().filter(|(_, seen)| seen.is_none());
        Self {
            users: new.collect(),
            ..Self::default()
        }
    }

    /// What a writer of another service misses that has a copy of the directory.
    pub(crate) fn only_users(self) -> Self {
        Self {
            users: self.users,
            ..Self::default()
        }
    }

    /// The users that are seen as they were, where they meet a condition.
    pub(in crate::world) fn users_where(
        &self,
        fits: impl Fn(&DirectoryUser) -> bool,
    ) -> impl Iterator<Item = ObjectId> {
        keys_where(&self.users, fits)
    }

    /// The members that are seen as they were, where they meet a condition.
    pub(in crate::world) fn members_where(
        &self,
        fits: impl Fn(&Member) -> bool,
    ) -> impl Iterator<Item = StorageKey> {
        keys_where(&self.members, fits)
    }
}

fn keys_where<K: Copy, T>(rows: &Rows<K, T>, fits: impl Fn(&T) -> bool) -> impl Iterator<Item = K> {
    let seen = rows
        .iter()
        .filter_map(|(key, seen)| Some((*key, seen.as_deref()?)));
    seen.filter(move |(_, seen)| fits(seen)).map(|(key, _)| key)
}

/// Rows in the order of their keys: as they are, or as the view shows them.
pub(in crate::world) fn shown<'a, K: Copy + Ord, T>(
    rows: btree_map::Range<'a, K, T>,
    replaced: btree_map::Range<'a, K, Option<Arc<T>>>,
) -> impl Iterator<Item = (K, &'a T)> {
    let mut rows = rows.peekable();
    let mut replaced = replaced.peekable();
    iter::from_fn(move || {
        loop {
            let row = rows.peek().map(|(key, _)| **key);
            let Some(other) = replaced.peek().map(|(key, _)| **key) else {
                return rows.next().map(|(key, row)| (*key, row));
            };
            if row.is_some_and(|row| row < other) {
                return rows.next().map(|(key, row)| (*key, row));
            }
            if row == Some(other) {
                rows.next();
            }
            if let Some((key, Some(seen))) = replaced.next() {
                return Some((*key, seen));
            }
        }
    })
}

/// An object that has just been made, changed or deleted.
#[derive(Clone, Debug)]
pub(crate) struct Changed<K, T> {
    pub(crate) key: K,
    /// How it was; nothing when it is new.
    pub(crate) before: Option<Arc<T>>,
    /// The number of the event, where this kind has numbers.
    pub(crate) event: u64,
}

/// What has changed since somebody asked last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) users: Vec<Changed<ObjectId, DirectoryUser>>,
    pub(crate) members: Vec<Changed<StorageKey, Member>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_rows_as_they_are_or_as_they_were_in_the_order_of_keys() {
        let rows: BTreeMap<u8, &str> = [(1, "a"), (3, "c"), (4, "d")].into();
        let was = |text| Some(Arc::new(text));
        let replaced: Rows<u8, &str> = [
            (0, was("gone")),
            (1, None),
            (2, None),
            (3, was("old")),
            (9, was("last")),
        ]
        .into();
        let all = |from: u8| -> Vec<(u8, &str)> {
            shown(rows.range(from..), replaced.range(from..))
                .map(|(key, text)| (key, *text))
                .collect()
        };
        assert_eq!(all(0), [(0, "gone"), (3, "old"), (4, "d"), (9, "last")]);
        assert_eq!(all(4), [(4, "d"), (9, "last")]);
        let bare = shown(rows.range(..), BTreeMap::new().range(..)).count();
        assert_eq!(bare, 3);
    }
}
