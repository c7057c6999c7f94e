//! The state: our record of what we applied and own. A value; its files are in `store`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Owned;
use crate::model::ids::{Lineage, OrganizationId, RemoteId, RequestId, Serial};
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
        let is_person = |kind| {
            !matches!(
                kind,
                Kind::Connection | Kind::Policy | Kind::NoticeBefore | Kind::NoticeAfter
            )
        };
        let people = entries().filter(|(address, _)| is_person(address.kind()));
        Owned {
            people: people
                .map(|(address, _)| Email::from_service(address.key()))
                .collect(),
            identities: entries()
                .filter_map(|(_, entry)| entry.remote_id.object_id())
                .collect(),
            projects: entries().any(|(_, entry)| entry.attributes.has_projects()),
            revocations: false,
        }
    }

    /// Takes in what one step did.
    pub fn record(&mut self, address: Address, effect: Effect) {
        match effect {
            Effect::Own(entry) => {
                self.entries.insert(address, entry);
            }
            Effect::Disown => {
                self.entries.remove(&address);
            }
        }
    }
}
