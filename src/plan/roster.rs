//! The roster: which user of the organization each line of org.toml is about. Made once, so that all
//! rooms of the planner take a line for the same person.

use std::collections::{BTreeMap, BTreeSet};

use super::lookup::Lookup;
use crate::model::ids::StorageKey;
use crate::model::person::Email;

/// Who is who.
#[derive(Default)]
pub(super) struct Roster<'a> {
    by_line: BTreeMap<&'a Email, StorageKey>,
    /// Lines that are about somebody of whom another line speaks already.
    pub(super) doubles: BTreeMap<&'a Email, &'a Email>,
    /// Everybody of whom a line of `[members]` or `[guests]` speaks.
    pub(super) spoken_of: BTreeSet<StorageKey>,
    /// Everybody of whom a line of `[remove]` speaks.
    pub(super) unwanted: BTreeSet<StorageKey>,
    pub(super) owner: Option<StorageKey>,
    protected: BTreeSet<StorageKey>,
}

impl<'a> Roster<'a> {
    pub(super) fn new(lookup: &Lookup<'a>) -> Self {
        let desired = lookup.desired;
        let mut roster = Self::default();
        let mut line_of = BTreeMap::new();
        let members = desired
            .members
            .iter()
            .map(|(person, line)| (person, &line.to));
        let guests = desired.guests.keys().map(|person| (person, person));
        let removals = desired.removals.keys().map(|person| (person, person));
        for (person, identity) in members.chain(guests).chain(removals) {
            let identity = lookup.directory.find(identity).map(|found| found.id);
            let Some((key, _)) = lookup.person(person, identity) else {
                continue;
            };
            if let Some(other) = line_of.insert(key, person) {
                line_of.insert(key, other);
                roster.doubles.insert(person, other);
            } else {
                roster.by_line.insert(person, key);
            }
        }
        for (person, key) in &roster.by_line {
            let unwanted = desired.removals.contains_key(*person);
            let lines = if unwanted {
                &mut roster.unwanted
            } else {
                &mut roster.spoken_of
            };
            lines.insert(*key);
        }
        let by_target: BTreeMap<&Email, StorageKey> = desired
            .members
            .iter()
            .filter_map(|(person, line)| Some((&line.to, *roster.by_line.get(person)?)))
            .collect();
        let key_of = |address: &Email| {
            let identity = lookup.directory.find(address).map(|found| found.id);
            let by_line = roster
                .by_line
                .get(address)
                .or_else(|| by_target.get(address));
            by_line
                .copied()
                .or_else(|| Some(lookup.person(address, identity)?.0))
        };
        let owner = desired
            .owner
            .as_ref()
            .and_then(|owner| key_of(&owner.email));
        let protected = &lookup.guards.protected;
        let by_mail = lookup.members().filter_map(|(key, user)| {
            user.mail
                .as_ref()
                .is_some_and(|mail| protected.contains(mail))
                .then_some(key)
        });
        let protected = protected.iter().filter_map(key_of).chain(by_mail).collect();
        roster.owner = owner;
        roster.protected = protected;
        roster
    }

    /// The user whom a line is about; nobody when another line has them already.
    pub(super) fn member(&self, line: &Email) -> Option<StorageKey> {
        self.by_line.get(line).copied()
    }

    /// Whether somebody may never be removed, under whichever of their addresses that is written.
    pub(super) fn is_protected(&self, member: StorageKey) -> bool {
        self.protected.contains(&member)
    }
}
