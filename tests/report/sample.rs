//! Hand-built plans: one with every kind, action, severity and awkward name, and an empty one.

use std::collections::BTreeMap;
use std::sync::Arc;

use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, DirectoryUserAttributes, GuestBy, Identity,
    InvitationAttributes, MappingAttributes,
};
use orgctl::model::desired::{ConnectWith, Place};
use orgctl::model::ids::{
    Digest, Lineage, ObjectId, OrganizationName, Serial, StorageKey, TenantId,
};
use orgctl::model::live::Connection;
use orgctl::model::person::Email;
use orgctl::plan::rules::{
    Finding, GroupOnly, LockedOut, NotInOrganization, OwnerLockedOut, Severity, TargetMissing,
    Uncovered,
};
use orgctl::plan::value::{Change, Drift, DriftKind, Header, Plan, Reason, StageSteps, Step};
use uuid::Uuid;

use super::stages::{access_stage, clean, connect, directory, map};

pub(super) fn digest() -> Digest {
    Digest::new("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
}

pub(super) fn email(text: &str) -> Email {
    Email::from_service(text)
}

pub(super) fn storage_key(n: u128) -> StorageKey {
    StorageKey::new(Uuid::from_u128(
        0xaaaa_0000_0000_0000_0000_0000_0000_0000 + n,
    ))
}

pub(super) fn object_id(n: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(
        0xbbbb_0000_0000_0000_0000_0000_0000_0000 + n,
    ))
}

pub(super) fn tenant() -> TenantId {
    TenantId::new(Uuid::from_u128(0xaaaa_bbbb_0000_cccc_1111_dddd_2222_eeee))
}

pub(super) fn place(line: u32) -> Place {
    Place {
        file: Arc::from("org.toml"),
        line,
    }
}

pub(super) fn header() -> Header {
    Header {
        organization: OrganizationName::new("contoso"),
        tenant: tenant(),
        tenant_name: "Contoso Ltd".to_owned(),
        connection: Connection::Personal,
        members: 42,
        lineage: Lineage::new(Uuid::from_u128(7)),
        serial: Serial::new(3),
        lead_days: None,
        undo: None,
    }
}

/// A step with nothing unusual about it.
pub(super) fn step(kind: Kind, person: &str, name: Option<&str>, change: Change) -> Step {
    Step {
        address: Address::of(kind, &email(person)),
        change,
        reason: Reason::Missing,
        needs: Vec::new(),
        source: Some(place(14)),
        display_name: name.map(str::to_owned),
    }
}

pub(super) fn directory_user(name: &str) -> Attributes {
    Attributes::DirectoryUser(DirectoryUserAttributes {
        display_name: name.to_owned(),
        restored: None,
    })
}

pub(super) fn invitation(name: Option<&str>, message: Option<&str>) -> Attributes {
    Attributes::Invitation(InvitationAttributes {
        display_name: name.map(str::to_owned),
        message: message.map(str::to_owned),
        ..InvitationAttributes::default()
    })
}

/// The same for somebody who is asked once more.
pub(super) fn resent(name: Option<&str>, message: Option<&str>) -> Attributes {
    Attributes::Invitation(InvitationAttributes {
        display_name: name.map(str::to_owned),
        message: message.map(str::to_owned),
        by: GuestBy::Resending,
        resend: true,
        ..InvitationAttributes::default()
    })
}

pub(super) fn mapping(to: &str, identity: Identity) -> Attributes {
    Attributes::Mapping(MappingAttributes::new(storage_key(2), email(to), identity))
}

/// The same, onto an account that is called so.
pub(super) fn named(mapping: &Attributes, name: &str) -> Attributes {
    let mapping = mapping.mapping().unwrap().clone();
    let name = Some(name.to_owned());
    Attributes::Mapping(MappingAttributes { name, ..mapping })
}

pub(super) fn access(level: EffectiveLevel, identity: Option<Identity>) -> Attributes {
    Attributes::Access(AccessAttributes {
        level,
        projects: BTreeMap::new(),
        identity,
        added: false,
        account: None,
    })
}

pub(super) fn connection(tenant: Option<TenantId>) -> Attributes {
    Attributes::Connection(ConnectionAttributes {
        tenant,
        connect_with: ConnectWith::Portal,
    })
}

pub(super) fn invited(person: &str) -> Identity {
    Identity::After(Address::of(Kind::Invitation, &email(person)))
}

pub(super) fn known(n: u128) -> Identity {
    Identity::ObjectId(object_id(n))
}

/// A finding of each severity; `fatal` adds those that refuse the plan.
fn findings(fatal: bool) -> Vec<Finding> {
    let finding = |severity, evidence, line: Option<u32>| Finding {
        severity,
        evidence,
        place: line.map(place),
    };
    let mut findings = Vec::new();
    if fatal {
        findings.push(finding(
            Severity::Fatal,
            OwnerLockedOut {
                owner: email("ana@contoso.com"),
                why: LockedOut::Disconnected,
            }
            .into(),
            Some(4),
        ));
        for person in ["mia@outlook.com", "nils@outlook.com"] {
            let person = email(person);
            findings.push(finding(
                Severity::Fatal,
                Uncovered {
                    person,
                    suggestions: Vec::new(),
                    is_guest: false,
                }
                .into(),
                None,
            ));
        }
    }
    findings.push(finding(
        Severity::Blocked,
        TargetMissing {
            person: email("kim@outlook.com"),
            to: email("kim@contoso.com"),
            suggestions: Vec::new(),
        }
        .into(),
        Some(22),
    ));
    findings.push(finding(
        Severity::Warning,
        NotInOrganization {
            person: email("max@outlook.com"),
            suggestions: Vec::new(),
            account: None,
        }
        .into(),
        Some(31),
    ));
    findings.push(finding(Severity::Note, GroupOnly { users: 3 }.into(), None));
    findings
}

/// Every kind, action, severity and awkward name.
pub(super) fn full(fatal: bool) -> Plan {
    Plan {
        header: header(),
        stages: [clean(), directory(), connect(), map(), access_stage()]
            .into_iter()
            .filter_map(|steps| {
                let stage = steps.first()?.address.kind().stage();
                Some(StageSteps { stage, steps })
            })
            .collect(),
        findings: findings(fatal),
        drift: vec![
            Drift {
                address: Address::of(Kind::Mapping, &email("sam@hotmail.com")),
                kind: DriftKind::Gone,
                now: None,
            },
            Drift {
                address: Address::of(Kind::Access, &email("sam@hotmail.com")),
                kind: DriftKind::Changed,
                now: None,
            },
        ],
        facts: BTreeMap::new(),
    }
}

/// Nothing to do.
pub(super) fn empty() -> Plan {
    Plan {
        header: Header {
            connection: Connection::Tenant(tenant()),
            ..header()
        },
        stages: Vec::new(),
        findings: Vec::new(),
        drift: Vec::new(),
        facts: BTreeMap::new(),
    }
}
