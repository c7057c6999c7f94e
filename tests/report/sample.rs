//! Hand-built plans: one with every kind, action, severity and awkward name, an empty one, and a
//! large one.

use std::collections::BTreeSet;
use std::sync::Arc;

use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, DirectoryUserAttributes, Identity,
    InvitationAttributes, MappingAttributes, RemovalAttributes,
};
use orgctl::model::desired::{ConnectWith, Place};
use orgctl::model::ids::{
    Digest, Lineage, ObjectId, OrganizationName, RemoteId, Serial, StorageKey, TenantId,
};
use orgctl::model::live::Connection;
use orgctl::model::person::Email;
use orgctl::plan::change::{Change, Reason, RemoveFrom, Step};
use orgctl::plan::finding::{Evidence, Finding, LockedOut, Severity};
use orgctl::plan::value::{Drift, DriftKind, Header, Plan, Stage, StageSteps};
use uuid::Uuid;

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
    }
}

/// A step with nothing unusual about it.
pub(super) fn step(kind: Kind, person: &str, name: Option<&str>, change: Change) -> Step {
    Step {
        address: Address::of(kind, &email(person)),
        change,
        reason: Reason::Missing,
        needs: BTreeSet::new(),
        source: Some(place(14)),
        display_name: name.map(str::to_owned),
    }
}

fn removal(person: &str, name: &str, reason: &str) -> Step {
    let after = Attributes::Removal(RemovalAttributes {
        member: storage_key(1),
        reason: reason.to_owned(),
    });
    step(Kind::Removal, person, Some(name), Change::Create { after })
}

fn directory_user(name: &str) -> Attributes {
    Attributes::DirectoryUser(DirectoryUserAttributes {
        display_name: name.to_owned(),
    })
}

fn invitation(name: Option<&str>, message: Option<&str>) -> Attributes {
    Attributes::Invitation(InvitationAttributes {
        display_name: name.map(str::to_owned),
        message: message.map(str::to_owned),
    })
}

pub(super) fn mapping(to: &str, identity: Identity) -> Attributes {
    Attributes::Mapping(MappingAttributes {
        member: storage_key(2),
        to: email(to),
        identity,
    })
}

pub(super) fn access(level: EffectiveLevel, identity: Option<Identity>) -> Attributes {
    Attributes::Access(AccessAttributes { level, identity })
}

fn connection(tenant: Option<TenantId>) -> Attributes {
    Attributes::Connection(ConnectionAttributes {
        tenant,
        connect_with: ConnectWith::Portal,
    })
}

fn invited(person: &str) -> Identity {
    Identity::After(Address::of(Kind::Invitation, &email(person)))
}

pub(super) fn known(n: u128) -> Identity {
    Identity::ObjectId(object_id(n))
}

fn clean() -> Vec<Step> {
    let gone = Step {
        reason: Reason::LineGoneFinal,
        source: None,
        ..step(
            Kind::Removal,
            "zoe@outlook.com",
            None,
            Change::Forget {
                before: Attributes::Removal(RemovalAttributes {
                    member: storage_key(9),
                    reason: "left in March".to_owned(),
                }),
            },
        )
    };
    vec![
        removal("old@outlook.com", "Old Account", "left the company in May"),
        removal(
            "spoof@outlook.com",
            "\u{202e}nimdA\u{202c} \u{1b}[31mred\u{1b}[0m\r\nPlan: 0 to destroy",
            "looks | like `code` <script>alert(1)</script>\nand has two lines",
        ),
        gone,
    ]
}

fn directory() -> Vec<Step> {
    let mut steps = members();
    steps.extend(guests());
    steps
}

fn members() -> Vec<Step> {
    let id = RemoteId::ObjectId(object_id(20));
    vec![
        Step {
            reason: Reason::AlreadyThere,
            ..step(
                Kind::DirectoryUser,
                "lee@contoso.com",
                Some("Lee Park"),
                Change::Adopt {
                    id,
                    after: directory_user("Lee Park"),
                },
            )
        },
        step(
            Kind::DirectoryUser,
            "o'brien@contoso.com",
            None,
            Change::Create {
                after: directory_user("Renée O'Brien-Müller"),
            },
        ),
        Step {
            reason: Reason::DiffersNotOurs,
            ..step(
                Kind::DirectoryUser,
                "sam@contoso.com",
                Some("Sam"),
                Change::Update {
                    id,
                    before: directory_user("Sam"),
                    after: directory_user("Sam Ode"),
                },
            )
        },
    ]
}

fn guests() -> Vec<Step> {
    let id = RemoteId::ObjectId(object_id(21));
    vec![
        step(
            Kind::Invitation,
            "li@例子.公司",
            Some("李雷"),
            Change::Create {
                after: invitation(Some("李雷"), None),
            },
        ),
        step(
            Kind::Invitation,
            "noor@fabrikam.com",
            None,
            Change::Create {
                after: invitation(Some("نور حداد"), Some("Welcome")),
            },
        ),
        Step {
            reason: Reason::Differs,
            ..step(
                Kind::Invitation,
                "pat@fabrikam.com",
                Some("Pat 👩\u{200d}💻"),
                Change::Update {
                    id,
                    before: invitation(
                        Some("Pat"),
                        Some("Hello Pat,\nplease accept before Friday.\nThe Contoso team"),
                    ),
                    after: invitation(
                        Some("Pat 👩\u{200d}💻"),
                        Some("Hello Pat,\nplease accept before Monday.\nThe Contoso team"),
                    ),
                },
            )
        },
        Step {
            reason: Reason::LineGone,
            source: None,
            ..step(
                Kind::Invitation,
                "quinn@fabrikam.com",
                Some("Quinn"),
                Change::Remove {
                    id,
                    before: invitation(Some("Quinn"), None),
                    from: RemoveFrom {
                        organization: Some(storage_key(5)),
                        directory: true,
                    },
                },
            )
        },
    ]
}

fn connect() -> Vec<Step> {
    vec![Step {
        address: Address::connection(&OrganizationName::new("contoso")),
        change: Change::Update {
            id: RemoteId::TenantId(tenant()),
            before: connection(None),
            after: connection(Some(tenant())),
        },
        reason: Reason::DiffersNotOurs,
        needs: BTreeSet::new(),
        source: Some(place(6)),
        display_name: None,
    }]
}

fn map() -> Vec<Step> {
    let create = |person, name, to, identity| {
        step(
            Kind::Mapping,
            person,
            name,
            Change::Create {
                after: mapping(to, identity),
            },
        )
    };
    let mut awaited = create(
        "noor@fabrikam.com",
        Some("Noor Haddad"),
        "noor@fabrikam.com",
        invited("noor@fabrikam.com"),
    );
    awaited.needs = BTreeSet::from([
        Address::of(Kind::Invitation, &email("noor@fabrikam.com")),
        Address::connection(&OrganizationName::new("contoso")),
    ]);
    vec![
        create(
            "lee@outlook.com",
            Some("Lee Park"),
            "lee@contoso.com",
            known(1),
        ),
        create(
            "maximilian.von-und-zu-hohenlohe-langenburg@outlook.example.com",
            Some("Maximilian"),
            "maximilian.von-und-zu-hohenlohe-langenburg@contoso.onmicrosoft.com",
            known(2),
        ),
        awaited,
        Step {
            reason: Reason::MatchedByMailOnly,
            ..create(
                "ola@contoso.com",
                Some("Ola Nordmann, Head of Platform Engineering and Everything Else"),
                "ola.nordmann@contoso.com",
                known(3),
            )
        },
        Step {
            reason: Reason::GoneOutside,
            ..create(
                "sam@hotmail.com",
                Some("Sam Ode"),
                "sam@contoso.com",
                known(4),
            )
        },
    ]
}

fn access_stage() -> Vec<Step> {
    vec![
        step(
            Kind::Access,
            "li@例子.公司",
            Some("李雷"),
            Change::Create {
                after: access(EffectiveLevel::Stakeholder, Some(invited("li@例子.公司"))),
            },
        ),
        Step {
            reason: Reason::Differs,
            ..step(
                Kind::Access,
                "sam@hotmail.com",
                Some("Sam Ode"),
                Change::Update {
                    id: RemoteId::StorageKey(storage_key(4)),
                    before: access(EffectiveLevel::Basic, None),
                    after: access(EffectiveLevel::BasicTestPlans, None),
                },
            )
        },
        Step {
            reason: Reason::NothingLeft,
            source: None,
            ..step(
                Kind::Access,
                "tess@outlook.com",
                None,
                Change::Forget {
                    before: access(EffectiveLevel::Basic, None),
                },
            )
        },
    ]
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
            Evidence::OwnerLockedOut {
                owner: email("ana@contoso.com"),
                why: LockedOut::Disconnected,
            },
            Some(4),
        ));
        for person in ["mia@outlook.com", "nils@outlook.com"] {
            let person = email(person);
            findings.push(finding(
                Severity::Fatal,
                Evidence::Uncovered { person },
                None,
            ));
        }
    }
    findings.push(finding(
        Severity::Blocked,
        Evidence::TargetMissing {
            person: email("kim@outlook.com"),
            to: email("kim@contoso.com"),
        },
        Some(22),
    ));
    findings.push(finding(
        Severity::Warning,
        Evidence::NotInOrganization {
            person: email("max@outlook.com"),
        },
        Some(31),
    ));
    findings.push(finding(
        Severity::Note,
        Evidence::GroupOnly { users: 3 },
        None,
    ));
    findings
}

/// Every kind, action, severity and awkward name.
pub(super) fn full(fatal: bool) -> Plan {
    Plan {
        header: header(),
        stages: [clean(), directory(), connect(), map(), access_stage()]
            .into_iter()
            .filter_map(|steps| {
                let stage = Stage::of(steps.first()?.address.kind());
                Some(StageSteps { stage, steps })
            })
            .collect(),
        findings: findings(fatal),
        drift: vec![
            Drift {
                address: Address::of(Kind::Mapping, &email("sam@hotmail.com")),
                kind: DriftKind::Gone,
            },
            Drift {
                address: Address::of(Kind::Access, &email("sam@hotmail.com")),
                kind: DriftKind::Changed,
            },
        ],
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
    }
}

/// `people` mappings and as many equal access changes, with a few exceptions among them.
pub(super) fn large(people: u32) -> Plan {
    let person = |n: u32| format!("person{n:05}@outlook.com");
    let mappings = (0..people).map(|n| {
        let to = if n % 199 == 7 {
            format!("someone.else{n}@contoso.com")
        } else {
            format!("person{n:05}@contoso.com")
        };
        let after = mapping(&to, known(u128::from(n)));
        let name = format!("Person {n}");
        step(
            Kind::Mapping,
            &person(n),
            Some(&name),
            Change::Create { after },
        )
    });
    let levels = (0..people).map(|n| {
        let after = if n % 101 == 3 {
            EffectiveLevel::BasicTestPlans
        } else {
            EffectiveLevel::Stakeholder
        };
        let change = Change::Update {
            id: RemoteId::StorageKey(storage_key(u128::from(n))),
            before: access(EffectiveLevel::Basic, None),
            after: access(after, None),
        };
        Step {
            reason: Reason::Differs,
            ..step(Kind::Access, &person(n), None, change)
        }
    });
    Plan {
        header: Header {
            members: people + 12,
            ..header()
        },
        stages: vec![
            StageSteps {
                stage: Stage::Map,
                steps: mappings.collect(),
            },
            StageSteps {
                stage: Stage::Access,
                steps: levels.collect(),
            },
        ],
        findings: Vec::new(),
        drift: Vec::new(),
    }
}
