//! The roster: which user of the organization, and which account of the directory, each line of org.toml
//! is about. Made once, so that all rooms of the planner take a line for the same person.

use std::collections::{BTreeMap, BTreeSet};

use super::lookup::Lookup;
use super::resolver::{self, Account};
use crate::model::ids::{ObjectId, StorageKey};
use crate::model::person::Email;

/// Who is who.
#[derive(Default)]
pub(super) struct Roster<'a> {
    by_line: BTreeMap<&'a Email, StorageKey>,
    accounts: BTreeMap<&'a Email, Account<'a>>,
    /// Lines that are about somebody of whom another line speaks already.
    pub(super) doubles: BTreeMap<&'a Email, &'a Email>,
    /// Lines of `[guests]` that a member becomes, and the lines of those members: both are one person.
    pub(super) becomes_guest: BTreeMap<&'a Email, &'a Email>,
    /// Lines of `[members]` that add somebody to the organization.
    pub(super) joiners: BTreeSet<&'a Email>,
    /// Everybody of whom a line of `[members]` or `[guests]` speaks.
    pub(super) spoken_of: BTreeSet<StorageKey>,
    /// Everybody of whom a line of `[remove]` speaks.
    pub(super) unwanted: BTreeSet<StorageKey>,
    pub(super) owner: Option<StorageKey>,
    /// Everybody whom each name of `protected` means.
    pub(super) guarded: BTreeMap<&'a Email, BTreeSet<StorageKey>>,
    protected: BTreeSet<StorageKey>,
    real_owner: Option<StorageKey>,
}

impl<'a> Roster<'a> {
    pub(super) fn new(lookup: &Lookup<'a>) -> Self {
        let mut roster = Self::default();
        roster.find_accounts(lookup);
        roster.find_members(lookup);
        roster.find_guarded(lookup);
        roster
    }

    fn find_accounts(&mut self, lookup: &Lookup<'a>) {
        let desired = lookup.desired;
        let members = desired.members.iter();
        let members = members.map(|(person, line)| {
            let account = resolver::account_of_member(lookup, person, line);
            (person, account)
        });
        let guests = desired.guests.keys();
        let guests = guests.map(|person| (person, resolver::account_of_guest(lookup, person)));
        self.accounts = members.chain(guests).collect();
    }

    fn find_members(&mut self, lookup: &Lookup<'a>) {
        let desired = lookup.desired;
        let mut line_of: BTreeMap<StorageKey, &Email> = BTreeMap::new();
        for person in desired.members.keys() {
            let found = resolver::member_of(lookup, person, self.account(person));
            self.put(&mut line_of, person, found.map(|(key, _)| key));
        }
        let becomes = BecomesGuest::new(self, lookup);
        for person in desired.guests.keys() {
            let found = resolver::member_of(lookup, person, self.account(person));
            let found = found.map(|(key, _)| key);
            let line = becomes.line(person, self.account(person));
            let member = line.and_then(|line| self.by_line.get(line));
            match line.zip(member) {
                // They are in the organization as the member, if at all.
                Some((line, member)) if found.is_none_or(|key| key == *member) => {
                    self.becomes_guest.insert(person, line);
                }
                Some(_) | None => self.put(&mut line_of, person, found),
            }
        }
        self.find_joiners(lookup);
        self.spoken_of = self.by_line.values().copied().collect();
        for person in desired.removals.keys() {
            let found = resolver::removed_by(lookup, person);
            self.put(&mut line_of, person, found.map(|(key, _)| key));
            self.unwanted.extend(self.by_line.get(person));
        }
    }

    /// A line of `[members]` under one name alone, which asks for access, adds a person who is not there
    /// yet: if the account is there or is to be made, for a misspelt name must not become a person.
    fn find_joiners(&mut self, lookup: &Lookup<'a>) {
        for (person, line) in &lookup.desired.members {
            let wants_access = line.access.is_some() || !line.projects.is_empty();
            let is_absent =
                !self.by_line.contains_key(person) && !self.doubles.contains_key(person);
            if !wants_access || !is_absent || line.to != *person {
                continue;
            }
            let has_account = match self.account(person) {
                Account::There(_) => true,
                Account::Missing { .. } => line.create && line.id.is_none(),
                Account::Renamed(_) | Account::SomebodyElse { .. } => false,
            };
            if has_account {
                self.joiners.insert(person);
            }
        }
    }

    /// Puts down whom a line is about, or that another line has them already.
    fn put(
        &mut self,
        line_of: &mut BTreeMap<StorageKey, &'a Email>,
        person: &'a Email,
        found: Option<StorageKey>,
    ) {
        let Some(key) = found else {
            return;
        };
        if let Some(other) = line_of.get(&key) {
            self.doubles.insert(person, other);
        } else {
            line_of.insert(key, person);
            self.by_line.insert(person, key);
        }
    }

    /// Finds whom the guards mean: by the names of now, and by the ids that the state recorded for a name.
    fn find_guarded(&mut self, lookup: &Lookup<'a>) {
        let targets: BTreeMap<&Email, StorageKey> = lookup
            .desired
            .members
            .iter()
            .filter_map(|(person, line)| Some((&line.to, *self.by_line.get(person)?)))
            .collect();
        let by_line = |name: &Email| {
            let line = self.by_line.get(name).or_else(|| targets.get(name));
            line.copied()
        };
        let by_name = |name: &Email| -> Vec<StorageKey> {
            let members = resolver::guarded(lookup, name).into_iter();
            members.map(|(key, _)| key).collect()
        };
        let by_id = |name: &Email| resolver::recorded_as_guarded(lookup, name);
        let owner = lookup.desired.owner.as_ref().map(|owner| &owner.email);
        // The ids in the state count before the name: it may be somebody else's by now.
        let owner = owner.and_then(|name| {
            let first = |keys: Vec<StorageKey>| keys.first().copied();
            by_line(name)
                .or_else(|| first(by_id(name)))
                .or_else(|| first(by_name(name)))
        });
        let mut by_mail: BTreeMap<&Email, Vec<StorageKey>> = BTreeMap::new();
        for (key, user) in lookup.members() {
            let mail = user.mail.as_ref();
            if let Some(mail) = mail.filter(|mail| lookup.guards.protected.contains(*mail)) {
                by_mail.entry(mail).or_default().push(key);
            }
        }
        for name in &lookup.guards.protected {
            let mut keys: BTreeSet<StorageKey> = by_line(name).into_iter().collect();
            keys.extend(by_name(name));
            keys.extend(by_id(name));
            keys.extend(by_mail.get(name).into_iter().flatten());
            self.protected.extend(&keys);
            self.guarded.insert(name, keys);
        }
        self.owner = owner;
        self.real_owner = lookup.live.preflight.owner.known().copied();
    }

    /// The user whom a line is about; nobody when another line has them already.
    pub(super) fn member(&self, line: &Email) -> Option<StorageKey> {
        self.by_line.get(line).copied()
    }

    /// The account of the directory that a line of `[members]` or `[guests]` is about.
    pub(super) fn account(&self, line: &Email) -> Account<'a> {
        let account = self.accounts.get(line).copied();
        account.unwrap_or(Account::Missing { recorded: None })
    }

    /// The accounts of all lines, in the order of the lines.
    pub(super) fn accounts(&self) -> impl Iterator<Item = (&'a Email, Account<'a>)> {
        self.accounts
            .iter()
            .map(|(line, account)| (*line, *account))
    }

    /// Whether somebody may never be removed, under whichever of their addresses that is written.
    pub(super) fn is_protected(&self, member: StorageKey) -> bool {
        self.protected.contains(&member)
    }

    /// Whether somebody owns the organization: as org.toml says, or as the service does.
    pub(super) fn is_owner(&self, member: StorageKey) -> bool {
        self.owner == Some(member) || self.real_owner == Some(member)
    }
}

/// Lines of `[members]` by the name and the account that they lead to.
struct BecomesGuest<'a> {
    by_target: BTreeMap<&'a Email, &'a Email>,
    by_account: BTreeMap<ObjectId, &'a Email>,
}

impl<'a> BecomesGuest<'a> {
    fn new(roster: &Roster<'a>, lookup: &Lookup<'a>) -> Self {
        let lines = lookup.desired.members.iter();
        let there = lines.clone().filter_map(|(person, _)| {
            let account = roster.account(person).found()?;
            Some((account.id, person))
        });
        Self {
            by_target: lines.map(|(person, line)| (&line.to, person)).collect(),
            by_account: there.collect(),
        }
    }

    /// The line of the member who becomes the guest of a line.
    fn line(&self, guest: &Email, account: Account<'_>) -> Option<&'a Email> {
        let by_account = || {
            let id = account.found()?.id;
            self.by_account.get(&id)
        };
        let line = self.by_target.get(guest).or_else(by_account);
        line.copied()
    }
}
