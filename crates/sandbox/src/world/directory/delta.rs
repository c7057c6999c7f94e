//! What has changed about the users of the tenant, for who asks again and again. Kept in memory
//! only: a token from before a restart is too old, which the service allows at any time.

use std::collections::{BTreeMap, BTreeSet};

use orgctl_model::ids::ObjectId;

use crate::world::World;
use crate::world::document::DirectoryUser;

/// What became of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UserEvent {
    /// It is new or came back.
    Made,
    /// These properties have other values, by their wire names.
    Changed(BTreeSet<String>),
    /// It was deleted and can be restored.
    Deleted,
    /// It was deleted for good.
    Purged,
}

/// The events of the users, by number.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct Events {
    rows: BTreeMap<u64, (ObjectId, UserEvent)>,
    next: u64,
    /// The world's count when this began, by which one run of a sandbox is told from the next.
    begun: u64,
}

impl Events {
    pub(in crate::world) fn from_serial(serial: u64) -> Self {
        Self {
            begun: serial,
            ..Self::default()
        }
    }

    /// Adds an event, and says its number.
    pub(in crate::world) fn push(&mut self, id: ObjectId, event: UserEvent) -> u64 {
        let number = self.next;
        self.rows.insert(number, (id, event));
        self.next += 1;
        number
    }
}

impl World {
    /// The number of the next event. Behind one that the reader does not see yet everything waits,
    /// so that nobody is passed over.
    pub(crate) fn next_event(&self) -> u64 {
        let next = self.events.next;
        self.replica_view
            .first_event
            .map_or(next, |first| first.min(next))
    }

    /// What tells the numbers of this run from those of another.
    pub(crate) const fn events_begun(&self) -> u64 {
        self.events.begun
    }

    /// What became of each user from an event on: the latest of every user.
    pub(crate) fn events_from(&self, first: u64) -> BTreeMap<ObjectId, UserEvent> {
        let mut latest: BTreeMap<ObjectId, UserEvent> = BTreeMap::new();
        let end = self.next_event().max(first);
        for (id, event) in self.events.rows.range(first..end).map(|(_, row)| row) {
            let merged = match (latest.remove(id), event) {
                (Some(UserEvent::Changed(mut fields)), UserEvent::Changed(more)) => {
                    fields.extend(more.iter().cloned());
                    UserEvent::Changed(fields)
                }
                (Some(UserEvent::Made), UserEvent::Changed(_)) => UserEvent::Made,
                (_, event) => event.clone(),
            };
            latest.insert(*id, merged);
        }
        latest
    }
}

/// The properties in which two states of a user differ, by their wire names.
pub(in crate::world) fn changed(before: &DirectoryUser, after: &DirectoryUser) -> BTreeSet<String> {
    let pairs = [
        (
            "userPrincipalName",
            before.user_principal_name != after.user_principal_name,
        ),
        ("displayName", before.display_name != after.display_name),
        ("mail", before.mail != after.mail),
        ("proxyAddresses", before.mail != after.mail),
        ("otherMails", before.other_mails != after.other_mails),
        ("userType", before.user_type != after.user_type),
        ("accountEnabled", before.enabled != after.enabled),
        ("externalUserState", before.invitation != after.invitation),
        (
            "externalUserStateChangeDateTime",
            before.invitation != after.invitation,
        ),
        ("identities", before.invitation != after.invitation),
        ("onPremisesSyncEnabled", before.synced != after.synced),
    ];
    let named = pairs.into_iter().filter(|(_, differs)| *differs);
    let named = named.map(|(name, _)| name.to_owned());
    let keys = before.details.keys().chain(after.details.keys());
    let differs = |key: &&String| before.details.get(*key) != after.details.get(*key);
    named.chain(keys.filter(differs).cloned()).collect()
}
