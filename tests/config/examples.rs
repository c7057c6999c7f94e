//! The examples: they load, fit the schema, and are what their comments say.

use std::collections::BTreeSet;
use std::fs;

use orgctl::config::{self, Resolved};
use orgctl::model::desired::{ConnectWith, TenantRef};
use orgctl::model::directory_index::{DirectoryIndex, FoundBy};
use orgctl::model::live::{Connection, Live, Member};
use orgctl::model::person::Email;

use super::{repository, text_of};

fn text(example: &str, file: &str) -> String {
    text_of(&repository("examples").join(example).join(file))
}

fn load(example: &str) -> (Resolved, Live) {
    let resolved = config::load("org.toml", &text(example, "org.toml"));
    let resolved = resolved.unwrap_or_else(|diagnostics| panic!("{:#?}", diagnostics.all()));
    let live = serde_json::from_str(&text(example, "live.json")).unwrap();
    (resolved, live)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covered {
    Matched,
    Mapped,
    Created,
    Guest,
    Removed,
    ByNothing,
}

fn covered(member: &Member, resolved: &Resolved, directory: &DirectoryIndex<'_>) -> Covered {
    let name = &member.principal_name;
    let desired = &resolved.desired;
    if desired.removals.contains_key(name) {
        Covered::Removed
    } else if let Some(member) = desired.members.get(name) {
        match directory.account(&member.to) {
            Some(_) => Covered::Mapped,
            None if member.create => Covered::Created,
            None => Covered::ByNothing,
        }
    } else if desired.guests.contains_key(name) {
        Covered::Guest
    } else {
        match directory.account(name) {
            Some(found) if found.by == FoundBy::PrincipalName => Covered::Matched,
            _ => Covered::ByNothing,
        }
    }
}

fn counts(resolved: &Resolved, live: &Live) -> [usize; 6] {
    let directory = DirectoryIndex::new(&live.directory);
    let all: Vec<Covered> = live
        .members
        .values()
        .map(|member| covered(member, resolved, &directory))
        .collect();
    [
        Covered::Matched,
        Covered::Mapped,
        Covered::Created,
        Covered::Guest,
        Covered::Removed,
        Covered::ByNothing,
    ]
    .map(|kind| all.iter().filter(|one| **one == kind).count())
}

#[test]
fn every_example_loads_and_fits_together() {
    for entry in fs::read_dir(repository("examples")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            text(&name, "org.toml").starts_with("#:schema ../../schemas/org.schema.json\n"),
            "{name}: editors find the schema by the first line"
        );
        let (resolved, live) = load(&name);
        let Resolved {
            desired, guards, ..
        } = &resolved;
        assert_eq!(desired.organization, live.organization.name, "{name}");
        match &desired.tenant {
            TenantRef::Id(id) => assert_eq!(*id, live.directory.tenant, "{name}"),
            TenantRef::Domain(domain) => {
                assert!(live.directory.verified_domains.contains(domain), "{name}");
            }
        }
        let caller = &live.members[&live.caller.storage_key];
        assert_eq!(caller.principal_name, live.caller.principal_name, "{name}");
        assert!(desired.removals.len() <= usize::try_from(guards.max_removals).unwrap());
        assert!(
            desired.removals.len() * 100
                <= live.members.len() * usize::from(guards.max_removal_percent),
            "{name}"
        );
        let names: BTreeSet<_> = live.members.values().map(|m| &m.principal_name).collect();
        assert_eq!(
            names.len(),
            live.members.len(),
            "{name}: one entry a person"
        );
    }
}

#[test]
fn minimal_has_one_person_of_each_kind() {
    let (resolved, live) = load("minimal");
    assert_eq!(counts(&resolved, &live), [1, 1, 1, 1, 1, 0]);
    assert_eq!(
        resolved.desired.owner.map(|owner| owner.email),
        Some(live.caller.principal_name)
    );
    let commented = text("minimal", "org.toml");
    let mut before = "#";
    for line in commented.lines().filter(|line| !line.is_empty()) {
        let uncommented = !line.starts_with('#') && !before.starts_with('#');
        assert!(
            !uncommented || before.starts_with('['),
            "{line}: no comment"
        );
        before = line;
    }
}

#[test]
fn notices_has_something_else_to_do_for_each() {
    let (resolved, live) = load("notices");
    assert_eq!(counts(&resolved, &live), [1, 3, 0, 1, 1, 0]);
    assert!(resolved.desired.notices.is_some());
    let comments = text("notices", "org.toml");
    for member in live.members.values() {
        let name = member.display_name.to_lowercase();
        let first = name.split(' ').next().unwrap();
        assert!(comments.contains(&format!("#   {first} ")), "{first}");
    }
}

#[test]
fn contoso_is_what_its_comments_say() {
    let (resolved, live) = load("contoso");
    let Resolved {
        desired, guards, ..
    } = &resolved;
    assert_eq!(live.members.len(), 42);
    assert_eq!(counts(&resolved, &live), [9, 19, 3, 8, 3, 0]);
    assert_eq!(live.organization.connection, Connection::Personal);
    assert_eq!(desired.connect_with, ConnectWith::Api);
    assert_eq!(
        desired.owner.as_ref().map(|owner| &owner.email),
        Some(&live.caller.principal_name)
    );

    let in_organization: BTreeSet<_> = live.members.values().map(|m| &m.principal_name).collect();
    let new = desired
        .guests
        .keys()
        .filter(|g| !in_organization.contains(g));
    assert_eq!(new.count(), 2);
    let partners: BTreeSet<_> = desired.guests.keys().map(Email::domain).collect();
    let expected = [
        "adventure-works.com",
        "fabrikam.com",
        "northwindtraders.com",
    ];
    assert!(partners.into_iter().eq(expected));

    let directory = DirectoryIndex::new(&live.directory);
    let known = desired
        .guests
        .keys()
        .filter_map(|guest| directory.account(guest));
    assert_eq!(known.count(), 1, "one guest is in the directory already");
    let wanted: BTreeSet<_> = desired.members.values().map(|m| &m.to).collect();
    let others = live.directory.users.values().filter(|user| {
        let name = &user.user_principal_name;
        !wanted.contains(name)
            && !in_organization.contains(name)
            && !user
                .mail
                .as_ref()
                .is_some_and(|m| in_organization.contains(m))
    });
    assert_eq!(
        others.count(),
        4,
        "the directory knows more than the organization"
    );
    for person in &guards.protected {
        assert!(in_organization.contains(person), "{person}");
    }
}
