//! The state: our record of what we applied and own. A value; its files are in `store`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Owned;
use crate::model::ids::{
    Lineage, ObjectId, OrganizationId, RemoteId, RequestId, Serial, StorageKey, TenantId,
};
use crate::model::person::Email;

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
    /// Who the names under `guards.protected` and `organization.owner` were at the last apply. A name that
    /// is in org.toml no longer guards nobody.
    pub guarded: BTreeMap<Email, Guarded>,
}

/// Who a guarded name was, by ids.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct Guarded {
    /// Users of the organization.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub members: BTreeSet<StorageKey>,
    /// Accounts of the directory.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<ObjectId>,
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
    /// The tenant that it was made for, where its kind belongs to one; of a mapping, as long as that
    /// tenant backs the organization. Entries from before it was recorded have none.
    pub tenant: Option<TenantId>,
    /// What the service called the request; absent where none was sent.
    pub request_id: Option<RequestId>,
}

impl Entry {
    /// The account of the directory that it is about.
    pub fn identity(&self) -> Option<ObjectId> {
        let of_content = || self.attributes.identity()?.object_id();
        let of_access = || self.attributes.access()?.known_account();
        let made = self.remote_id.object_id();
        made.or_else(of_content).or_else(of_access)
    }
}

/// What applying one step did to the state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "almost every one of them owns something"
)]
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
            guarded: BTreeMap::new(),
        }
    }

    /// Of whom it speaks.
    pub fn owned(&self) -> Owned {
        let entries = || self.entries.iter();
        // Of whom the directory knows nothing more because they were told.
        let is_person = |kind: Kind| kind.is_per_person() && !kind.is_notice();
        let people = entries().filter(|(address, _)| is_person(address.kind()));
        let guarded = self.guarded.values().flat_map(|it| &it.accounts).copied();
        Owned {
            people: people.map(|(address, _)| address.person()).collect(),
            identities: entries()
                .filter_map(|(_, entry)| entry.identity())
                .chain(guarded)
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
                if self.changes_tenant(&address, &entry) {
                    self.end_mappings();
                }
                self.entries.insert(address, entry);
            }
            Effect::Disown => {
                self.entries.remove(&address);
            }
        }
    }

    /// Whether an entry says that something else backs the organization than the state says.
    fn changes_tenant(&self, address: &Address, entry: &Entry) -> bool {
        let backing = |entry: &Entry| Some(entry.attributes.connection()?.tenant);
        let Some(now) = backing(entry) else {
            return false;
        };
        let before = self.entries.get(address).and_then(backing);
        before.is_some_and(|before| before != now)
    }

    /// Mappings end with the connection, also for the day when the organization comes back.
    fn end_mappings(&mut self) {
        let all = self.entries.range_mut(Address::begin(Kind::Mapping)..);
        let mappings = all.take_while(|(address, _)| address.kind().maps());
        mappings.for_each(|(_, entry)| entry.tenant = None);
    }

    /// By their times the plan tells mappings without a tenant that were made for this connection from
    /// those of before it. So these keep their order, whatever the clock does in between.
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
    use crate::model::attributes::{
        ConnectionAttributes, DirectoryUserAttributes, Identity, MappingAttributes,
    };
    use crate::model::desired::ConnectWith;
    use crate::model::ids::{ObjectId, OrganizationName, StorageKey, TenantId};
    use crate::model::person::Email;
    use uuid::Uuid;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const TENANT: TenantId = TenantId::new(Uuid::from_u128(5));

    fn connect(state: &mut State, second: i64) -> Timestamp {
        connect_to(state, Some(TENANT), second)
    }

    fn connect_to(state: &mut State, tenant: Option<TenantId>, second: i64) -> Timestamp {
        let address = Address::connection(&OrganizationName::new("contoso"));
        let connection = ConnectionAttributes {
            tenant,
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
        let mapping = MappingAttributes::new(
            member,
            person.clone(),
            Identity::ObjectId(ObjectId::new(Uuid::from_u128(2))),
        );
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
            tenant: address.kind().belongs_to_tenant().then_some(TENANT),
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

    #[test]
    fn mappings_end_with_the_connection_and_accounts_do_not() {
        let mut state = State::new(Lineage::NONE);
        let ana = Email::from_service("ana@x.y");
        let (mapping, user) = (
            Address::of(Kind::Mapping, &ana),
            Address::of(Kind::DirectoryUser, &ana),
        );
        connect(&mut state, 1000);
        map(&mut state, "ana@x.y", 1100);
        let made = Attributes::DirectoryUser(DirectoryUserAttributes {
            display_name: "Ana".to_owned(),
            restored: None,
        });
        let id = RemoteId::ObjectId(ObjectId::new(Uuid::from_u128(2)));
        own(&mut state, &user, id, made, 900);
        connect(&mut state, 1200);
        assert_eq!(state.entries[&mapping].tenant, Some(TENANT), "the same");
        connect_to(&mut state, None, 1300);
        assert_eq!(state.entries[&mapping].tenant, None);
        // It is older than the connection of the day when the organization comes back.
        assert!(connect(&mut state, 800) > state.entries[&mapping].applied_at);
        assert_eq!(state.entries[&user].tenant, Some(TENANT));
    }
}
