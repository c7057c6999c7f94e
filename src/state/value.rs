//! The state: our record of what we applied and own. A value; its files are in `store`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Owned;
use crate::model::ids::{Lineage, OrganizationId, RemoteId, RequestId, Serial};

/// What we applied and own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The line of files that this one belongs to.
    pub lineage: Lineage,
    /// The organization that it is about; none until the first apply.
    pub organization: Option<OrganizationId>,
    /// How often it has been written; 0 is a state that no file holds yet.
    pub serial: Serial,
    /// What we own.
    pub entries: BTreeMap<Address, Entry>,
}

/// One thing that we own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id under which the service knows it.
    pub remote_id: RemoteId,
    /// As we applied it. Of the address' kind.
    pub attributes: Attributes,
    /// When.
    pub applied_at: Timestamp,
    /// What the service called the request; absent where none was sent.
    pub request_id: Option<RequestId>,
}

/// What applying one step did to the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// We own it now, or own it anew.
    Own(Entry),
    /// We no longer own it.
    Disown,
}

impl State {
    /// A state that no file holds yet: its lineage is the zero GUID until the first apply.
    pub const fn unsaved() -> Self {
        Self::new(Lineage::NONE)
    }

    /// A state that owns nothing.
    pub const fn new(lineage: Lineage) -> Self {
        Self {
            lineage,
            organization: None,
            serial: Serial::new(0),
            entries: BTreeMap::new(),
        }
    }

    /// Of whom it speaks.
    pub fn owned(&self) -> Owned {
        let entries = || self.entries.iter();
        // Of whom the directory knows nothing more because they were told.
        let is_person = |kind: Kind| kind.is_per_person() && !kind.is_notice();
        let people = entries().filter(|(address, _)| is_person(address.kind()));
        Owned {
            people: people.map(|(address, _)| address.person()).collect(),
            identities: entries()
                .filter_map(|(_, entry)| entry.remote_id.object_id())
                .collect(),
            projects: entries().any(|(_, entry)| entry.attributes.has_projects()),
            // A policy that is no longer asked for stays as it stands.
            policies: false,
            revocations: false,
        }
    }

    /// Takes in what one step did.
    pub fn record(&mut self, address: Address, effect: Effect) {
        match effect {
            Effect::Own(mut entry) => {
                entry.applied_at = self.in_order(address.kind(), entry.applied_at);
                self.entries.insert(address, entry);
            }
            Effect::Disown => {
                self.entries.remove(&address);
            }
        }
    }

    /// By their times the plan tells mappings that were made for this connection from those of before
    /// it. So these keep their order, whatever the clock does in between.
    fn in_order(&self, kind: Kind, at: Timestamp) -> Timestamp {
        const NEXT: SignedDuration = SignedDuration::from_millis(1);
        let last = |kind| {
            let all = self.entries.range(Address::begin(kind)..);
            let of_kind = all.take_while(|(address, _)| address.kind() == kind);
            of_kind.map(|(_, entry)| entry.applied_at).max()
        };
        let not_before = if kind == Kind::Mapping {
            last(Kind::Connection)
        } else if kind == Kind::Connection {
            last(Kind::Mapping).and_then(|last| last.checked_add(NEXT).ok())
        } else {
            None
        };
        not_before.map_or(at, |not_before| at.max(not_before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::attributes::{ConnectionAttributes, Identity, MappingAttributes};
    use crate::model::desired::ConnectWith;
    use crate::model::ids::{ObjectId, OrganizationName, StorageKey, TenantId};
    use crate::model::person::Email;
    use uuid::Uuid;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn connect(state: &mut State, second: i64) -> Timestamp {
        let address = Address::connection(&OrganizationName::new("contoso"));
        let connection = ConnectionAttributes {
            tenant: Some(TenantId::new(Uuid::from_u128(5))),
            connect_with: ConnectWith::Api,
        };
        let remote_id = connection.remote_id();
        own(
            state,
            &address,
            remote_id,
            Attributes::Connection(connection),
            second,
        )
    }

    fn map(state: &mut State, person: &str, second: i64) -> Timestamp {
        let person = Email::from_service(person);
        let member = StorageKey::new(Uuid::from_u128(1));
        let mapping = MappingAttributes {
            member,
            to: person.clone(),
            identity: Identity::ObjectId(ObjectId::new(Uuid::from_u128(2))),
            inform: false,
        };
        let address = Address::of(Kind::Mapping, &person);
        let attributes = Attributes::Mapping(mapping);
        own(
            state,
            &address,
            RemoteId::StorageKey(member),
            attributes,
            second,
        )
    }

    fn own(
        state: &mut State,
        address: &Address,
        remote_id: RemoteId,
        attributes: Attributes,
        second: i64,
    ) -> Timestamp {
        let entry = Entry {
            remote_id,
            attributes,
            applied_at: at(second),
            request_id: None,
        };
        state.record(address.clone(), Effect::Own(entry));
        state.entries[address].applied_at
    }

    #[test]
    fn a_clock_that_was_put_back_changes_no_order() {
        let mut state = State::new(Lineage::NONE);
        assert_eq!(connect(&mut state, 1000), at(1000));
        assert_eq!(map(&mut state, "ana@x.y", 400), at(1000));
        assert_eq!(map(&mut state, "lee@x.y", 1500), at(1500));
        // Of another connection, which is made later although the clock says otherwise.
        assert!(connect(&mut state, 600) > at(1500));
        assert!(map(&mut state, "sam@x.y", 700) > at(1500));
    }
}
