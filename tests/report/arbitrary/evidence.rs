//! What rules find, with any text of a stranger.

use std::collections::BTreeSet;

use orgctl::model::ids::TenantId;
use orgctl::model::person::Email;
use orgctl::plan::rules::{
    AdministratorByGroup, ConnectedElsewhere, ConnectionUnknown, Evidence, LockedOut, NamesDiffer,
    OwnerLockedOut, PairsCrossed, SharedPrincipalName, SignInRemains, TargetActive, TargetDisabled,
    TooManyRemovals, Uncovered, Unread, Unreadable,
};
use proptest::prelude::{Strategy, any};
use uuid::Uuid;

use super::{guid, person, text};
use crate::report::sample::email;

pub(super) fn evidence() -> impl Strategy<Value = Evidence> {
    let parts = (0..13_u8, person(), text(), guid(), any::<u32>());
    parts.prop_map(|(which, name, called, id, n)| {
        if which < 8 {
            of_plan(which, &name, id, n)
        } else {
            of_pairs(which, &email(&name), called, n)
        }
    })
}

fn of_plan(which: u8, name: &str, id: Uuid, n: u32) -> Evidence {
    let (name, person) = (name.to_owned(), email(name));
    match which {
        0 => ConnectionUnknown {}.into(),
        1 => ConnectedElsewhere {
            connected: TenantId::new(id),
            wanted: TenantId::new(id),
        }
        .into(),
        2 => OwnerLockedOut {
            owner: person,
            why: LockedOut::NotThere,
        }
        .into(),
        3 => TooManyRemovals {
            removals: n,
            limit: 5,
        }
        .into(),
        4 => SharedPrincipalName {
            principal_name: person,
            users: n,
        }
        .into(),
        5 => Unreadable {
            what: Unread::Licences,
            why: name,
        }
        .into(),
        6 => AdministratorByGroup {
            caller: person,
            groups: BTreeSet::from([name]),
        }
        .into(),
        _ => SignInRemains {
            personal: n,
            users: n,
        }
        .into(),
    }
}

/// Of those who are mapped: with what both are called.
fn of_pairs(which: u8, person: &Email, name: String, n: u32) -> Evidence {
    let (person, to, to_name) = (person.clone(), person.clone(), name.clone());
    match which {
        8 => NamesDiffer {
            person,
            person_name: name,
            to,
            to_name,
        }
        .into(),
        9 => PairsCrossed {
            other: person.clone(),
            other_name: name.clone(),
            other_to: to.clone(),
            other_to_name: to_name.clone(),
            person,
            person_name: name,
            to,
            to_name,
        }
        .into(),
        10 => TargetActive {
            person,
            to,
            person_name: Some(name),
            to_name: (n > 9).then_some(to_name),
        }
        .into(),
        11 => TargetDisabled {
            person,
            to,
            person_name: (n > 9).then_some(name),
            to_name: Some(to_name),
        }
        .into(),
        _ => Uncovered {
            suggestions: vec![to],
            person,
            is_guest: n > 9,
        }
        .into(),
    }
}
