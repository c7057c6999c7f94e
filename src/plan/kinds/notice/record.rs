//! What the state knows of one person: whether they were told, what of, and what they lost since.

use std::collections::{BTreeMap, BTreeSet};

use super::todo::Holdings;
use crate::model::address::Address;
use crate::model::attributes::MappingAttributes;
use crate::model::credential::{Credential, Held};
use crate::model::ids::StorageKey;
use crate::model::notice::{NoticeAttributes, Todo};
use crate::model::person::Email;
use crate::plan::value::Step;
use crate::state::value::State;

/// A mapping and its address.
pub(super) type Mapped<'a> = (&'a Address, &'a MappingAttributes);

/// What the state knows of one person.
#[derive(Clone, Copy, Default)]
pub(super) struct Record<'a> {
    /// Under which address they were told, before or after.
    address: Option<&'a Address>,
    pub(super) before: Option<&'a NoticeAttributes>,
    pub(super) after: Option<&'a NoticeAttributes>,
    /// The mapping that orgctl made and that they are to be told of.
    pub(super) mapping: Option<Mapped<'a>>,
    revoked_tokens: Option<&'a [Credential]>,
    revoked_keys: Option<&'a [Credential]>,
}

impl Record<'_> {
    /// The sign-in name under which they were told.
    pub(super) fn name(&self) -> Option<Email> {
        self.address.map(Address::person)
    }

    /// What they were told before, unless it was that they lose access: then nothing was left to do.
    pub(super) fn kept(&self) -> Option<&NoticeAttributes> {
        self.before.filter(|before| before.account.is_some())
    }

    /// Whether they were told before that something would be left for them to do.
    pub(super) fn was_told_to(&self, todo: &Todo) -> bool {
        self.before.is_some_and(|before| before.todo.contains(todo))
    }

    /// What they had before the move, as far as the state knows.
    pub(super) fn holdings(&self) -> Holdings {
        let (tokens, are_tokens_revoked) = self.tokens();
        Holdings {
            tokens,
            are_tokens_revoked,
            ssh_keys: self.ssh_keys(),
        }
    }

    /// What they have now, where that is known, and what was revoked already.
    pub(super) fn and_now(&self, held: Option<&Held>, revokes_tokens: bool) -> Holdings {
        Holdings {
            tokens: all(self.revoked_tokens, held.map(|held| &held.tokens)),
            are_tokens_revoked: revokes_tokens || self.revoked_tokens.is_some(),
            ssh_keys: all(self.revoked_keys, held.map(|held| &held.ssh_keys)),
        }
    }

    /// Their tokens before the move, where they are known, and whether those were revoked.
    fn tokens(&self) -> (Option<Vec<String>>, bool) {
        if let Some(revoked) = self.revoked_tokens {
            return (Some(names(revoked)), true);
        }
        let Some(before) = self.kept() else {
            return (None, false);
        };
        let found = before.todo.iter().find_map(|todo| match todo {
            Todo::RenewTokens(names) => Some((names, true)),
            Todo::CheckTokens(names) => Some((names, false)),
            Todo::AcceptInvitation
            | Todo::FetchPassword
            | Todo::SignInAnew
            | Todo::ClearGitCredentials
            | Todo::RenewSshKeys(_)
            | Todo::RenamePersonalAccount
            | Todo::AdjustSubscription => None,
        });
        let (names, revoked) = found.map_or((None, false), |(names, by)| (Some(names), by));
        (told(names), revoked)
    }

    /// Their SSH keys before the move, where they are known.
    fn ssh_keys(&self) -> Option<Vec<String>> {
        if let Some(revoked) = self.revoked_keys {
            return Some(names(revoked));
        }
        let found = self.kept()?.todo.iter().find_map(|todo| match todo {
            Todo::RenewSshKeys(names) => Some(names),
            Todo::RenewTokens(_)
            | Todo::CheckTokens(_)
            | Todo::AcceptInvitation
            | Todo::FetchPassword
            | Todo::SignInAnew
            | Todo::ClearGitCredentials
            | Todo::RenamePersonalAccount
            | Todo::AdjustSubscription => None,
        });
        told(found)
    }
}

/// The names of those that were revoked and of those that are left; nothing where neither is known.
fn all(revoked: Option<&[Credential]>, left: Option<&Vec<Credential>>) -> Option<Vec<String>> {
    if revoked.is_none() && left.is_none() {
        return None;
    }
    let revoked = revoked.into_iter().flatten();
    let all: BTreeSet<&Credential> = revoked.chain(left.into_iter().flatten()).collect();
    Some(all.into_iter().map(|one| one.name.clone()).collect())
}

fn names(credentials: &[Credential]) -> Vec<String> {
    credentials.iter().map(|one| one.name.clone()).collect()
}

/// Somebody who was not told of any has none; told of some without names, it is not known which.
fn told(names: Option<&Vec<String>>) -> Option<Vec<String>> {
    match names {
        None => Some(Vec::new()),
        Some(names) if names.is_empty() => None,
        Some(names) => Some(names.clone()),
    }
}

/// What the state knows, by person: one pass over it.
pub(super) fn records(state: &State) -> BTreeMap<StorageKey, Record<'_>> {
    let mut records: BTreeMap<StorageKey, Record<'_>> = BTreeMap::new();
    for (address, entry) in &state.entries {
        let attributes = &entry.attributes;
        if let Some(notice) = attributes.notice_before() {
            let record = records.entry(notice.member).or_default();
            record.address = Some(address);
            record.before = Some(notice);
        } else if let Some(notice) = attributes.notice_after() {
            let record = records.entry(notice.member).or_default();
            record.address = record.address.or(Some(address));
            record.after = Some(notice);
        } else if let Some(mapping) = attributes.mapping().filter(|mapping| mapping.inform) {
            records.entry(mapping.member).or_default().mapping = Some((address, mapping));
        } else if let Some(revoked) = attributes.token() {
            let record = records.entry(revoked.member).or_default();
            record.revoked_tokens = Some(&revoked.credentials);
        } else if let Some(revoked) = attributes.ssh_key() {
            let record = records.entry(revoked.member).or_default();
            record.revoked_keys = Some(&revoked.credentials);
        }
    }
    records
}

/// The mappings that a plan makes, by person.
pub(super) fn mapped<'a>(steps: &[&'a Step]) -> BTreeMap<StorageKey, Mapped<'a>> {
    let writes = steps.iter().filter(|step| step.change.writes());
    let mappings = writes.filter_map(|step| {
        let mapping = step.change.after()?.mapping()?;
        Some((mapping.member, (&step.address, mapping)))
    });
    mappings.collect()
}
