//! A small organization and the steps that move it, for the tests of what goes on with a plan after it
//! was made.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::fingerprint;
use super::planner::into_stages;
use super::value::{Change, Header, Plan, Reason, Step};
use crate::model::access::EffectiveLevel;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, DirectoryUserAttributes, Identity,
    InvitationAttributes, MappingAttributes, PolicyAttributes,
};
use crate::model::desired::ConnectWith;
use crate::model::ids::{
    Lineage, ObjectId, OrganizationName, RemoteId, Serial, StorageKey, TenantId,
};
use crate::model::live::{Connection, Live, Member};
use crate::model::person::Email;
use crate::model::policy::Policy;

pub(crate) const TENANT: TenantId = TenantId::new(Uuid::from_u128(9));

/// Somebody who signs in with a personal account, and the account in the directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) key: StorageKey,
    pub(crate) id: ObjectId,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
}

/// Both are in the directory already.
pub(crate) const LEE: Person = person(1, "lee@outlook.com", "lee@contoso.com");
pub(crate) const ANA: Person = person(2, "ana@outlook.com", "ana@contoso.com");
/// Sam is not.
pub(crate) const SAM: Person = person(3, "sam@outlook.com", "sam@contoso.com");

const fn person(number: u128, from: &'static str, to: &'static str) -> Person {
    Person {
        key: StorageKey::new(Uuid::from_u128(number)),
        id: ObjectId::new(Uuid::from_u128(0x100 + number)),
        from,
        to,
    }
}

/// Everybody has basic, and no tenant backs the organization.
pub(crate) fn live() -> Live {
    let mut members = BTreeMap::new();
    for person in [LEE, ANA, SAM] {
        let member = json!({
            "principal_name": person.from, "display_name": person.from, "access": "basic",
        });
        members.insert(person.key.to_string(), member);
    }
    let live = json!({
        "format_version": 1,
        "organization": { "id": Uuid::from_u128(8), "name": "contoso", "connection": "personal" },
        "caller": { "storage_key": ANA.key, "principal_name": ANA.from },
        "members": members,
        "directory": {
            "tenant": TENANT, "display_name": "Contoso", "verified_domains": [], "users": {},
        },
        "policies": { "ssh_access": true },
    });
    let mut live: Live = serde_json::from_value(live).unwrap();
    for person in [LEE, ANA] {
        make_account(&mut live, person);
    }
    live
}

/// Makes the account of somebody in the directory.
pub(crate) fn make_account(live: &mut Live, person: Person) {
    let user = json!({ "user_principal_name": person.to, "display_name": person.to });
    let user = serde_json::from_value(user).unwrap();
    live.directory.users.insert(person.id, user);
}

pub(crate) fn member(live: &mut Live, person: Person) -> &mut Member {
    live.members.get_mut(&person.key).unwrap()
}

pub(crate) fn of(kind: Kind, name: &str) -> Address {
    Address::of(kind, &Email::from_service(name))
}

pub(crate) fn step(address: Address, change: Change, needs: Vec<Address>) -> Step {
    Step {
        address,
        change,
        reason: Reason::Missing,
        needs,
        source: None,
        display_name: None,
    }
}

pub(crate) fn connection() -> Step {
    let address = Address::connection(&OrganizationName::new("contoso"));
    let after = Attributes::Connection(ConnectionAttributes {
        tenant: Some(TENANT),
        connect_with: ConnectWith::Api,
    });
    step(address, Change::Create { after }, Vec::new())
}

pub(crate) fn directory_user(person: Person) -> Step {
    let after = Attributes::DirectoryUser(DirectoryUserAttributes {
        display_name: person.to.to_owned(),
        restored: None,
    });
    let address = of(Kind::DirectoryUser, person.to);
    step(address, Change::Create { after }, Vec::new())
}

pub(crate) fn invitation(person: Person) -> Step {
    let after = Attributes::Invitation(InvitationAttributes::default());
    let address = of(Kind::Invitation, person.from);
    step(address, Change::Create { after }, Vec::new())
}

/// Onto the account that is there.
pub(crate) fn mapping(person: Person) -> Step {
    mapping_onto(person, Identity::ObjectId(person.id))
}

/// Onto an account that an earlier step makes.
pub(crate) fn mapping_after(person: Person, makes: &Step) -> Step {
    mapping_onto(person, Identity::After(makes.address.clone()))
}

fn mapping_onto(person: Person, identity: Identity) -> Step {
    let mut needs = vec![connection().address];
    needs.extend(identity.awaited().cloned());
    let after = Attributes::Mapping(MappingAttributes::new(
        person.key,
        Email::from_service(person.to),
        identity,
    ));
    let address = of(Kind::Mapping, person.from);
    step(address, Change::Create { after }, needs)
}

pub(crate) fn access(person: Person, level: EffectiveLevel) -> Step {
    let at = |level| {
        Attributes::Access(AccessAttributes {
            level,
            projects: BTreeMap::new(),
            identity: None,
            added: false,
            account: None,
        })
    };
    let change = Change::Update {
        id: RemoteId::StorageKey(person.key),
        before: at(EffectiveLevel::Basic),
        after: at(level),
    };
    let needs = vec![connection().address, of(Kind::Mapping, person.from)];
    step(of(Kind::Access, person.from), change, needs)
}

pub(crate) fn policy() -> Step {
    let at = |enabled| Attributes::Policy(PolicyAttributes { enabled });
    let change = Change::Update {
        id: RemoteId::Policy(Policy::SshAccess),
        before: at(true),
        after: at(false),
    };
    step(Address::policy(Policy::SshAccess), change, Vec::new())
}

/// A plan that does not say what was looked at.
pub(crate) fn plan(mut steps: Vec<Step>) -> Plan {
    steps.sort_by(|one, other| one.address.cmp(&other.address));
    Plan {
        header: Header {
            organization: OrganizationName::new("contoso"),
            tenant: TENANT,
            tenant_name: String::new(),
            connection: Connection::Personal,
            members: 3,
            lineage: Lineage::NONE,
            serial: Serial::new(1),
            lead_days: None,
            undo: None,
        },
        stages: into_stages(steps),
        findings: Vec::new(),
        drift: Vec::new(),
        facts: BTreeMap::new(),
    }
}

/// A plan as it is saved, that was made when live was so.
pub(crate) fn saved(steps: Vec<Step>, live: &Live) -> Plan {
    let plan = plan(steps);
    let facts = fingerprint::of_plan(&plan, live);
    Plan { facts, ..plan }
}
