//! Whatever is done in whatever order: the index agrees with the document, the file can be read
//! again, nobody's storage key is lost to somebody else, and who looks at a replica that lags sees
//! the world as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::{key, live, object, tenant};
use crate::lag::{Late, Look};
use crate::world::{InvitationOrder, Lag, MapTarget, Settings, UserChange, Who, World};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::TenantId;
use orgctl_model::live::UserType;
use uuid::Uuid;

#[derive(Clone, Copy, Debug)]
enum Change {
    Connect(bool),
    Map(u128, u128),
    Disable(u128),
    Entitle(usize),
    EntitleObject(u128),
    Remove(u128),
    Rename(u128, usize),
    Delete(u128),
    Restore(u128),
    Invite(usize),
    Join(u128),
    Leave(u128),
    Group(u128),
    Rule(bool),
}

const NAMES: [&str; 5] = [
    "ana@contoso.com",
    "Lee@outlook.com",
    "lee@contoso.com",
    "kim@contoso.com",
    "noor@fabrikam.com",
];

fn change() -> impl Strategy<Value = Change> {
    let number = || 1_u128..5;
    let name = || 0..NAMES.len();
    prop_oneof![
        any::<bool>().prop_map(Change::Connect),
        Just(Change::Connect(true)),
        (number(), number()).prop_map(|(from, to)| Change::Map(from, to)),
        number().prop_map(Change::Disable),
        name().prop_map(Change::Entitle),
        number().prop_map(Change::EntitleObject),
        number().prop_map(Change::Remove),
        (number(), name()).prop_map(|(id, to)| Change::Rename(id, to)),
        number().prop_map(Change::Delete),
        number().prop_map(Change::Restore),
        name().prop_map(Change::Invite),
        number().prop_map(Change::Join),
        number().prop_map(Change::Leave),
        number().prop_map(Change::Group),
        any::<bool>().prop_map(Change::Rule),
    ]
}

/// Whether it was done; refusals are as good as any other answer here.
fn apply(world: &mut World, change: Change) -> bool {
    let level = EffectiveLevel::Basic;
    let named = |number| {
        world
            .member(key(number))
            .map(|member| member.descriptor.clone())
    };
    let group = world.groups_after(None).next().map(|(key, _)| key).unwrap();
    match change {
        Change::Join(who) => {
            let there = world.member(key(who)).is_some();
            if there {
                world.add_by_key(key(who), group);
            }
            there
        }
        Change::Leave(who) => world.remove_by_key(key(who), group),
        Change::Group(id) => world.materialise_group(object(id), "Group").is_ok(),
        Change::Rule(true) => {
            world.set_rule(group, level, BTreeMap::new(), true);
            true
        }
        Change::Rule(false) => world.remove_rule(group),
        Change::Connect(true) => world.connect(tenant()).is_ok(),
        Change::Connect(false) => world.connect(TenantId::new(Uuid::nil())).is_ok(),
        Change::Map(from, to) => {
            let from = named(from);
            let target = MapTarget::Object(object(to));
            from.is_some_and(|from| world.map(&from, target).is_ok())
        }
        Change::Disable(who) => named(who).is_some_and(|who| world.disable(&who).is_some()),
        Change::Entitle(name) => world.entitle(Who::Name(NAMES[name]), level).is_ok(),
        Change::EntitleObject(id) => world.entitle(Who::Object(object(id)), level).is_ok(),
        Change::Remove(who) => world.remove_entitlement(key(who)).is_ok(),
        Change::Rename(id, name) => {
            let change = UserChange {
                user_principal_name: Some(NAMES[name].to_owned()),
                ..UserChange::default()
            };
            world.change_user(object(id), change).is_ok()
        }
        Change::Delete(id) => world.delete_user(object(id)).is_ok(),
        Change::Restore(id) => world.restore_user(object(id), None).is_ok(),
        Change::Invite(name) => {
            let order = InvitationOrder {
                address: NAMES[name],
                display_name: None,
                user_type: UserType::Guest,
                user: None,
                reset: false,
                without_person: false,
                sponsors: BTreeSet::new(),
            };
            world.invite(&order).is_ok()
        }
    }
}

/// Whatever can be asked about people.
fn seen(world: &World) -> Vec<String> {
    let members: Vec<_> = world.members_after(None).collect();
    let users: Vec<_> = world.users_after(None).collect();
    let mut answers = vec![
        format!("{members:?}"),
        format!("{users:?}"),
        format!("{} {}", world.entitled(), world.user_count()),
        world.next_event().to_string(),
    ];
    for (key, member) in &members {
        assert_eq!(world.member(*key), Some(*member));
        let called = world.member_called(&member.descriptor);
        assert_eq!(called.map(|(key, _)| key), Some(*key));
        assert_eq!(
            world
                .members_after(Some(*key))
                .next()
                .map(|row| row.0 > *key),
            { (members.last().map(|last| last.0) != Some(*key)).then_some(true) }
        );
    }
    for (id, user) in &users {
        assert_eq!(world.user(*id), Some(*user));
        let called = world.user_called(&user.user_principal_name);
        assert_eq!(called.map(|(id, _)| id), Some(*id));
    }
    for name in NAMES {
        let beginning: BTreeSet<_> = world
            .members_beginning(&name[..4], 100)
            .into_iter()
            .collect();
        let called = world.user_called(name).map(|(id, _)| id);
        answers.push(format!(
            "{called:?} {:?} {:?} {beginning:?}",
            world.users_at(name),
            world.members_at(name)
        ));
    }
    answers
}

proptest! {
    #[test]
    fn a_replica_that_lags_shows_the_world_of_before(
        old in vec(change(), 0..20),
        new in vec(change(), 0..20),
    ) {
        let lag = Lag { min_ms: 1000, max_ms: 1000, changes: true, ..Lag::default() };
        let settings = Settings { lag, ..Settings::default() };
        let mut world = World::from_live(&live()).unwrap().with_settings(settings).unwrap();
        let mut late = Late::default();
        let mut before = world.clone();
        for (changes, now_ms) in [(old, 0), (new, 500)] {
            before = world.clone();
            for change in changes {
                apply(&mut world, change);
                late.note(world.take_changes(), lag, now_ms);
            }
        }
        let now = seen(&world);
        let mut at = |now_ms| {
            let [view] = late.views([Look::ByName], lag, now_ms);
            world.look_through(Arc::new(view.unwrap_or_default()));
            let seen = seen(&world);
            world.look_directly();
            seen
        };
        assert_eq!(at(1000), seen(&before));
        assert_eq!(at(1500), now);
    }

    #[test]
    fn any_order_of_changes_leaves_a_sound_world(changes in vec(change(), 1..40)) {
        let mut world = World::from_live(&live()).unwrap();
        for change in changes {
            let before: Vec<_> = world
                .members_after(None)
                .filter(|(_, member)| !member.removed)
                .map(|(key, _)| key)
                .collect();
            apply(&mut world, change);
            let anew = World::new(world.document.clone());
            let anew = anew.unwrap_or_else(|error| panic!("{error} after {change:?}"));
            assert_eq!(format!("{:?}", world.index), format!("{:?}", anew.index), "{change:?}");
            assert_eq!(format!("{:?}", world.membership_index), format!("{:?}", anew.membership_index), "{change:?}");
            for key in before {
                assert!(world.member(key).is_some(), "{change:?} lost {key}");
            }
        }
        let file = serde_json::to_string(&world).unwrap();
        assert_eq!(serde_json::from_str::<World>(&file).unwrap(), world);
    }
}
