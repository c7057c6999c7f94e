//! The rules of a world, without HTTP: above all that the index and the document never disagree.

mod properties;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{EntitleRefusal, MapTarget, NewUser, UserChange, Who, World};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{ObjectId, OrganizationId, OrganizationName, StorageKey, TenantId};
use orgctl_model::live::{
    Caller, CallerKind, Connection, Directory, DirectoryUser, Live, Member, MemberStatus,
    Organization, Origin, UserType,
};
use orgctl_model::person::Email;
use orgctl_model::preflight::{Preflight, Readable};

fn key(number: u128) -> StorageKey {
    StorageKey::new(Uuid::from_u128(number))
}

fn object(number: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(number << 64))
}

fn tenant() -> TenantId {
    TenantId::new(Uuid::from_u128(9))
}

fn member(name: &str) -> Member {
    Member {
        principal_name: Email::from_service(name),
        display_name: name.to_owned(),
        mail: Some(Email::from_service(name)),
        origin: Origin::Personal,
        tenant: None,
        object_id: None,
        descriptor: None,
        access: EffectiveLevel::Basic,
        status: MemberStatus::Active,
        disconnected: false,
        access_by_group: false,
        projects: BTreeMap::new(),
    }
}

fn user(name: &str) -> DirectoryUser {
    DirectoryUser {
        user_principal_name: Email::from_service(name),
        display_name: name.to_owned(),
        mail: Some(Email::from_service(name)),
        other_mails: BTreeSet::new(),
        user_type: UserType::Member,
        enabled: true,
        invitation: None,
        synced: false,
        created: None,
    }
}

fn live() -> Live {
    let members = ["ana@contoso.com", "lee@outlook.com", "sam@outlook.com"];
    let users = ["ana@contoso.com", "lee@contoso.com", "kim@contoso.com"];
    Live {
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id: OrganizationId::new(Uuid::from_u128(5)),
            name: OrganizationName::new("contoso"),
            connection: Connection::Personal,
        },
        caller: Caller {
            storage_key: key(1),
            principal_name: Email::from_service("ana@contoso.com"),
            kind: CallerKind::Person,
        },
        members: (1..).map(key).zip(members.map(member)).collect(),
        group_only: BTreeMap::new(),
        applications: Readable::NotAsked,
        projects: BTreeMap::new(),
        directory: Directory {
            tenant: tenant(),
            display_name: "Contoso".to_owned(),
            verified_domains: ["contoso.com".to_owned()].into(),
            users: (1..).map(object).zip(users.map(user)).collect(),
            deleted: Readable::NotAsked,
            caller: CallerKind::Person,
        },
        preflight: Preflight::default(),
        policies: BTreeMap::new(),
        credentials: None,
    }
}

/// A world, and a check of its index after every change.
struct Checked(World);

impl Checked {
    fn new() -> Self {
        Self(World::from_live(&live()).unwrap())
    }

    #[track_caller]
    fn after<R>(&mut self, change: impl FnOnce(&mut World) -> R) -> R {
        let result = change(&mut self.0);
        let anew = World::new(self.0.document.clone()).unwrap();
        assert_eq!(format!("{:?}", self.0.index), format!("{:?}", anew.index));
        result
    }

    fn lee(&self) -> super::Member {
        self.0.member(key(2)).unwrap().clone()
    }
}

#[test]
fn the_index_follows_every_change() {
    let mut world = Checked::new();
    world.after(|w| w.connect(tenant())).unwrap();
    let lee = world.lee().descriptor;
    let target = MapTarget::Object(object(2));
    world.after(|w| w.map(&lee, target)).unwrap();
    let level = EffectiveLevel::Basic;
    let kim = world
        .after(|w| w.entitle(Who::Name("kim@contoso.com"), level))
        .unwrap();
    world
        .after(|w| w.set_level(kim, EffectiveLevel::Stakeholder))
        .unwrap();
    world.after(|w| w.remove_entitlement(kim)).unwrap();
    assert_eq!(
        world.after(|w| w.entitle(Who::Object(object(3)), level)),
        Ok(kim)
    );
    let sam = world.0.member(key(3)).unwrap().descriptor.clone();
    assert_eq!(world.after(|w| w.disable(&sam)), Some(key(3)));
    let new = NewUser {
        user_principal_name: "Lou@contoso.com".to_owned(),
        display_name: "Lou".to_owned(),
        enabled: true,
        user_type: UserType::Member,
        mail: None,
        details: BTreeMap::new(),
    };
    let lou = world.after(|w| w.create_user(new)).unwrap();
    let change = UserChange {
        user_principal_name: Some("Lou.Vale@contoso.com".to_owned()),
        mail: Some("lou@contoso.com".to_owned()),
        ..UserChange::default()
    };
    world.after(|w| w.change_user(lou, change)).unwrap();
    world.after(|w| w.delete_user(lou)).unwrap();
    world.after(|w| w.restore_user(lou, None)).unwrap();
    assert_eq!(world.0.users_at("LOU@contoso.com"), [lou]);
    world
        .after(|w| w.connect(TenantId::new(Uuid::nil())))
        .unwrap();
    world.after(|w| w.connect(tenant())).unwrap();
}

#[test]
fn a_mapped_member_is_cut_off_when_the_tenant_goes_and_found_again_when_it_returns() {
    let mut world = Checked::new();
    world.after(|w| w.connect(tenant())).unwrap();
    let lee = world.lee().descriptor;
    world
        .after(|w| w.map(&lee, MapTarget::Name("lee@contoso.com")))
        .unwrap();
    let mapped = world.lee();
    world
        .after(|w| w.connect(TenantId::new(Uuid::nil())))
        .unwrap();
    assert!(
        world.lee().disconnected,
        "no personal account has that name"
    );
    assert_eq!(world.0.member(key(1)).unwrap().origin, Origin::Personal);
    world.after(|w| w.connect(tenant())).unwrap();
    assert_eq!(world.lee().descriptor, mapped.descriptor);
    assert!(!world.lee().disconnected, "the tenant knows that identity");
}

#[test]
fn nobody_loses_their_place_to_a_namesake_when_the_tenant_returns() {
    let mut world = Checked::new();
    let nobody = TenantId::new(Uuid::nil());
    world.after(|w| w.connect(tenant())).unwrap();
    let lee = world.lee().descriptor;
    world
        .after(|w| w.map(&lee, MapTarget::Name("lee@contoso.com")))
        .unwrap();
    let rename = UserChange {
        user_principal_name: Some("lee.wu@contoso.com".to_owned()),
        ..UserChange::default()
    };
    world.after(|w| w.change_user(object(2), rename)).unwrap();
    world.after(|w| w.connect(nobody)).unwrap();
    let namesake = Who::Name("lee.wu@contoso.com");
    let other = world
        .after(|w| w.entitle(namesake, EffectiveLevel::Basic))
        .unwrap();
    world.after(|w| w.connect(tenant())).unwrap();
    let bound = [key(2), other].map(|key| world.0.member(key).map(|m| m.disconnected));
    let mut bound = bound.to_vec();
    bound.sort();
    assert_eq!(
        bound,
        [Some(false), Some(true)],
        "both are there, and one of them is Lee"
    );
}

#[test]
fn mapping_again_onto_the_same_identity_changes_nothing() {
    let mut world = Checked::new();
    world.after(|w| w.connect(tenant())).unwrap();
    let target = MapTarget::Object(object(2));
    let lee = world.lee().descriptor;
    world.after(|w| w.map(&lee, target)).unwrap();
    let mapped = world.lee();
    let again = mapped.descriptor.clone();
    assert_eq!(world.after(|w| w.map(&again, target)), Ok(key(2)));
    assert_eq!(world.lee(), mapped);
}

#[test]
fn what_is_left_of_a_removed_user_makes_way_for_a_mapping() {
    let mut world = Checked::new();
    world.after(|w| w.connect(tenant())).unwrap();
    let level = EffectiveLevel::Basic;
    let kim = world
        .after(|w| w.entitle(Who::Name("kim@contoso.com"), level))
        .unwrap();
    let target = MapTarget::Object(object(3));
    let lee = world.lee().descriptor;
    assert!(
        world.after(|w| w.map(&lee, target)).is_err(),
        "kim is active"
    );
    world.after(|w| w.remove_entitlement(kim)).unwrap();
    assert_eq!(world.after(|w| w.map(&lee, target)), Ok(key(2)));
    assert!(world.0.member(kim).is_none());
}

#[test]
fn a_disconnected_member_keeps_the_level_and_can_be_given_another() {
    let mut world = Checked::new();
    world.after(|w| w.connect(tenant())).unwrap();
    let level = EffectiveLevel::Stakeholder;
    assert_eq!(
        world.after(|w| w.entitle(Who::Name("lee@outlook.com"), level)),
        Ok(key(2))
    );
    assert_eq!(world.lee().entitlement.map(|e| e.level), Some(level));
    let stranger = world.after(|w| w.entitle(Who::Name("new@outlook.com"), level));
    assert_eq!(stranger, Err(EntitleRefusal::Outside));
}

#[test]
fn a_snapshot_keeps_what_it_holds() {
    let mut live = live();
    let descriptor = orgctl_model::ids::Descriptor::new("msa.Z2l2ZW4");
    let lee = live.members.get_mut(&key(2)).unwrap();
    lee.descriptor = Some(descriptor.clone());
    lee.disconnected = true;
    let group = Email::from_service("lee@contoso.com");
    live.group_only.insert(group, "Lee".to_owned());
    let world = World::from_live(&live).unwrap();
    let lee = world.member(key(2)).unwrap();
    assert!(lee.disconnected);
    assert_eq!(lee.descriptor, descriptor);
    assert_eq!(world.entitled(), 3);
    let by_group = world
        .members_after(None)
        .find(|(_, m)| m.entitlement.is_none());
    assert_eq!(by_group.and_then(|(_, m)| m.object_id), Some(object(2)));
}
