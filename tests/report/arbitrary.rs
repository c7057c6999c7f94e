//! Any plan whatever, for properties.

mod evidence;

use std::collections::{BTreeMap, BTreeSet};

use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, DirectoryUserAttributes, GuestBy, Identity,
    InvitationAttributes, MappingAttributes, PolicyAttributes, RemovalAttributes,
    RevocationAttributes,
};
use orgctl::model::credential::Credential;
use orgctl::model::desired::{ConnectWith, Place};
use orgctl::model::ids::{
    AuthorizationId, Digest, Lineage, ObjectId, OrganizationName, ProjectId, ProjectName, RemoteId,
    Serial, StorageKey, TenantId,
};
use orgctl::model::live::Connection;
use orgctl::model::notice::{Deliver, Fate, NoticeAttributes, Todo};
use orgctl::model::policy::Policy;
use orgctl::model::project::{EffectiveRole, ProjectAccess};
use orgctl::plan::rules::{Finding, Severity};
use orgctl::plan::value::{
    Change, Drift, DriftKind, Facts, Header, Plan, Reason, RemoveFrom, Stage, StageSteps, Step,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use strum::VariantArray as _;
use uuid::Uuid;

use super::sample::email;

/// Any text, hostile characters included.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        any::<String>(),
        "[\u{0}-\u{20}\u{7f}-\u{a0}\u{202a}-\u{202e}\u{2066}-\u{2069}|`<\\\\李ن👩]{0,12}",
    ]
}

fn guid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn person() -> impl Strategy<Value = String> {
    prop_oneof!["[a-d]{1,2}@[ab]\\.co", ".{1,9}"]
}

fn address() -> impl Strategy<Value = Address> {
    (select(&Kind::ALL[..]), person()).prop_map(|(kind, key)| Address::of(kind, &email(&key)))
}

fn place() -> impl Strategy<Value = Option<Place>> {
    let place = (text(), any::<u32>()).prop_map(|(file, line)| Place {
        file: file.into(),
        line,
    });
    option::of(place)
}

fn identity() -> impl Strategy<Value = Identity> {
    prop_oneof![
        guid().prop_map(|id| Identity::ObjectId(ObjectId::new(id))),
        address().prop_map(Identity::After),
    ]
}

fn level() -> impl Strategy<Value = EffectiveLevel> {
    select(vec![
        EffectiveLevel::None,
        EffectiveLevel::Stakeholder,
        EffectiveLevel::BasicTestPlans,
        EffectiveLevel::VisualStudioProfessional,
        EffectiveLevel::VisualStudioEligible,
        EffectiveLevel::GitHubEnterprise,
        EffectiveLevel::Other,
    ])
}

fn guest_by(id: Uuid) -> GuestBy {
    match id.as_bytes()[0] % 4 {
        0 => GuestBy::Invitation,
        1 => GuestBy::Resending,
        2 => GuestBy::Resetting,
        _ => GuestBy::Restoring {
            user: ObjectId::new(id),
            with_invitation: id.as_bytes()[1] > 127,
        },
    }
}

fn projects(id: Uuid, name: Option<String>) -> BTreeMap<ProjectName, ProjectAccess> {
    let role = match id.as_bytes()[0] % 3 {
        0 => EffectiveRole::Custom,
        1 => EffectiveRole::Reader,
        _ => EffectiveRole::Administrator,
    };
    let id = ProjectId::new(id);
    let named = |name| (ProjectName::new(name), ProjectAccess { id, role });
    name.map(named).into_iter().collect()
}

/// Every field that some kind needs; each kind takes its own.
fn attributes(kind: Kind) -> impl Strategy<Value = Attributes> {
    let tenant = option::of(guid().prop_map(TenantId::new));
    let with = select(vec![ConnectWith::Portal, ConnectWith::Api]);
    let texts = (text(), option::of(text()), option::of(text()), person());
    let ids = (guid(), identity(), option::of(identity()));
    (texts, ids, tenant, with, level()).prop_map(
        move |(texts, ids, tenant, connect_with, level)| {
            let (reason, name, message, to) = texts;
            let member = StorageKey::new(ids.0);
            match kind {
                Kind::Removal => Attributes::Removal(RemovalAttributes { member, reason }),
                Kind::DirectoryUser => Attributes::DirectoryUser(DirectoryUserAttributes {
                    display_name: reason,
                    restored: tenant.map(|id| ObjectId::new(id.guid())),
                }),
                Kind::Invitation => Attributes::Invitation(InvitationAttributes {
                    sender: name.as_ref().map(|_| email(&to)),
                    by: guest_by(ids.0),
                    resend: name.is_some(),
                    reset_redemption: message.is_some(),
                    mail_owed: tenant.is_some(),
                    display_name: name,
                    message,
                    adopted: false,
                }),
                Kind::Connection => Attributes::Connection(ConnectionAttributes {
                    tenant,
                    connect_with,
                }),
                Kind::Mapping => Attributes::Mapping(MappingAttributes {
                    member,
                    to: email(&to),
                    identity: ids.1,
                    inform: message.is_some(),
                    from: name.as_ref().map(|_| email(&reason)),
                    account: message.as_ref().map(|_| email(&reason)),
                    name,
                    because: message,
                }),
                Kind::Policy => Attributes::Policy(PolicyAttributes {
                    enabled: name.is_some(),
                }),
                Kind::SshKey => Attributes::SshKey(revocation(member, reason)),
                Kind::Token => Attributes::Token(revocation(member, reason)),
                Kind::NoticeBefore => Attributes::NoticeBefore(notice(member, &to, name)),
                Kind::NoticeAfter => Attributes::NoticeAfter(notice(member, &to, name)),
                Kind::Access => Attributes::Access(AccessAttributes {
                    level,
                    projects: projects(ids.0, name),
                    identity: ids.2,
                    added: false,
                    account: None,
                }),
            }
        },
    )
}

fn revocation(member: StorageKey, name: String) -> RevocationAttributes {
    let id = AuthorizationId::new(member.guid());
    let valid_to = None;
    RevocationAttributes {
        member,
        credentials: vec![Credential { name, id, valid_to }],
    }
}

fn notice(member: StorageKey, mail: &str, token: Option<String>) -> NoticeAttributes {
    NoticeAttributes {
        member,
        mail: email(mail),
        fate: Fate::Guest,
        account: token.as_ref().map(|_| email(mail)),
        todo: vec![
            Todo::SignInAnew,
            Todo::CheckTokens(token.into_iter().collect()),
        ],
        deliver: Deliver::Graph,
    }
}

fn remote_id() -> impl Strategy<Value = RemoteId> {
    prop_oneof![
        guid().prop_map(|id| RemoteId::StorageKey(StorageKey::new(id))),
        guid().prop_map(|id| RemoteId::ObjectId(ObjectId::new(id))),
        guid().prop_map(|id| RemoteId::TenantId(TenantId::new(id))),
        select(Policy::VARIANTS).prop_map(RemoteId::Policy),
    ]
}

fn change(kind: Kind) -> impl Strategy<Value = Change> {
    let from = (option::of(guid()), any::<[bool; 2]>()).prop_map(
        |(organization, [directory, projects])| RemoveFrom {
            organization: organization.map(StorageKey::new),
            directory,
            projects,
        },
    );
    let which = 0..5_u8;
    let parts = (which, attributes(kind), attributes(kind), remote_id(), from);
    parts.prop_map(|(which, before, after, id, from)| match which {
        0 => Change::Create { after },
        1 => Change::Update { id, before, after },
        2 => Change::Adopt { id, after },
        3 => Change::Remove { id, before, from },
        _ => Change::Forget { before },
    })
}

fn step() -> impl Strategy<Value = Step> {
    use proptest::strategy::Strategy as _;
    let reason = select(vec![
        Reason::Missing,
        Reason::GoneOutside,
        Reason::DiffersNotOurs,
        Reason::MatchedByMailOnly,
    ]);
    address().prop_flat_map(move |address| {
        let change = change(address.kind());
        let needs = btree_set(self::address(), 0..3);
        let rest = (reason.clone(), needs, place(), option::of(text()));
        (Just(address), change, rest).prop_map(|(address, change, rest)| {
            let (reason, needs, source, display_name) = rest;
            Step {
                address,
                change,
                reason,
                needs: needs.into_iter().collect(),
                source,
                display_name,
            }
        })
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    let severity = select(vec![
        Severity::Fatal,
        Severity::Blocked,
        Severity::Warning,
        Severity::Note,
    ]);
    let parts = (severity, evidence::evidence(), place());
    parts.prop_map(|(severity, evidence, place)| Finding {
        severity,
        evidence,
        place,
    })
}

fn header() -> impl Strategy<Value = Header> {
    let connection = prop_oneof![
        Just(Connection::Personal),
        Just(Connection::Unknown),
        guid().prop_map(|id| Connection::Tenant(TenantId::new(id))),
    ];
    let numbers = (any::<u32>(), any::<u64>());
    (text(), guid(), text(), connection, numbers).prop_map(
        |(organization, tenant, tenant_name, connection, (members, serial))| Header {
            organization: OrganizationName::new(organization),
            tenant: TenantId::new(tenant),
            tenant_name,
            connection,
            members,
            lineage: Lineage::new(tenant),
            serial: Serial::new(serial),
            lead_days: (members > 7).then_some(members),
            undo: None,
        },
    )
}

/// What was looked at for a step, with any text of a stranger.
fn facts() -> impl Strategy<Value = Facts> {
    (text(), text()).prop_map(|(name, access)| {
        let facts = serde_json::json!({ "name": name, "access": access, "account": "none" });
        serde_json::from_value(facts).unwrap()
    })
}

/// A plan with its steps in order and grouped by stage, as the planner promises.
pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let drift = (address(), any::<bool>()).prop_map(|(address, gone)| Drift {
        address,
        kind: if gone {
            DriftKind::Gone
        } else {
            DriftKind::Changed
        },
        now: None,
    });
    let parts = (
        header(),
        vec(step(), 0..12),
        vec(finding(), 0..5),
        vec(drift, 0..3),
        option::of(facts()),
    );
    parts.prop_map(|(header, steps, findings, drift, facts)| {
        let unique: BTreeMap<Address, Step> = steps
            .into_iter()
            .map(|step| (step.address.clone(), step))
            .collect();
        let stages: BTreeSet<Stage> = unique.keys().map(|at| at.kind().stage()).collect();
        let facts = facts.iter().flat_map(|facts| {
            let addresses = unique.keys();
            addresses.map(|address| (address.clone(), facts.clone()))
        });
        let facts = facts.collect();
        let of = |stage| {
            let steps = unique.values().cloned();
            steps.filter(move |step| step.address.kind().stage() == stage)
        };
        Plan {
            stages: stages
                .into_iter()
                .map(|stage| StageSteps {
                    stage,
                    steps: of(stage).collect(),
                })
                .collect(),
            header,
            findings,
            drift,
            facts,
        }
    })
}

/// Any digest.
pub(super) fn digest() -> impl Strategy<Value = Digest> {
    "[0-9a-f]{64}".prop_map(Digest::new)
}
