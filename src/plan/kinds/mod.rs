//! One file a kind: what org.toml wants of it, what live shows, the steps that follow, and the answers
//! to what is asked of such a step later.

pub(super) mod access;
pub(super) mod connection;
pub(super) mod directory_user;
mod facts;
pub(super) mod invitation;
pub(super) mod mapping;
pub(super) mod notice;
pub(super) mod policy;
pub(super) mod removal;
pub(super) mod revocation;

use std::collections::BTreeSet;

use mapping::Mappings;

use super::context::Context;
use super::decide::LeftOver;
use super::live_index::LiveIndex;
use super::rules::{Finding, Rule};
use super::undo::draft::WayBack;
use super::value::{Facts, NoWayBack, Step};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::ids::{RemoteId, StorageKey};
use crate::state::value::Entry;

/// What one kind contributes to a plan.
#[derive(Default)]
pub(super) struct Part {
    pub(super) steps: Vec<Step>,
    pub(super) findings: Vec<Finding>,
}

/// What is asked of every kind, as plain functions.
pub(super) struct Answers {
    kind: Kind,
    /// The rules that are found where its steps are made.
    rules: &'static [Rule],
    /// Whether org.toml asks for what the state holds under an address.
    pub(super) still_wanted: fn(&Context<'_>, &Address) -> bool,
    /// What live shows of an entry for which org.toml no longer asks.
    pub(super) left_over: fn(&Context<'_>, &Address, &Entry) -> LeftOver,
    /// The facts of live that a step rests on.
    pub(super) facts: fn(&LiveIndex<'_>, &Step) -> Facts,
    /// The id of what an intent wanted, where live shows it.
    carried_out: fn(&LiveIndex<'_>, &Address, &Attributes) -> Option<RemoteId>,
    /// How a step is taken back, where that can be, whatever live shows.
    pub(super) way_back: fn(&Step) -> Result<WayBack, NoWayBack>,
}

/// Every kind's answers in the order of the enum: a kind is the index of its own.
const ANSWERS: [Answers; Kind::ALL.len()] = [
    notice::BEFORE_ANSWERS,
    removal::ANSWERS,
    revocation::SSH_KEY_ANSWERS,
    revocation::TOKEN_ANSWERS,
    directory_user::ANSWERS,
    invitation::ANSWERS,
    connection::ANSWERS,
    mapping::ANSWERS,
    policy::ANSWERS,
    access::ANSWERS,
    notice::AFTER_ANSWERS,
];

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler: an index out of range does not compile"
)]
const _: () = {
    let mut at = 0;
    while at < ANSWERS.len() {
        assert!(
            ANSWERS[at].kind as usize == at,
            "answers stand at the index of their kind"
        );
        at += 1;
    }
};

/// Parts of the kinds that have nothing to do with any one person.
pub(super) fn settings(context: &Context<'_>) -> Vec<Part> {
    vec![policy::part(context)]
}

/// Parts of the kinds by which people move onto the directory, in the order of their drift.
pub(super) fn onto_directory(
    context: &Context<'_>,
    leaving: &BTreeSet<StorageKey>,
    mappings: &mut Mappings,
) -> Vec<Part> {
    vec![
        revocation::part(context, leaving),
        directory_user::part(context),
        invitation::part(context),
        std::mem::take(&mut mappings.part),
        // Nothing is given to who cannot sign in once the mappings are made.
        access::part(context, &mappings.reachable),
    ]
}

/// The answers of a kind.
#[expect(
    clippy::indexing_slicing,
    reason = "there are answers of each kind: their order is checked when it is compiled"
)]
pub(super) const fn of(kind: Kind) -> &'static Answers {
    &ANSWERS[kind as usize]
}

/// The rules that are found where the steps of a kind are made, not by looking at a whole plan.
pub const fn rules_found_with(kind: Kind) -> &'static [Rule] {
    of(kind).rules
}

/// The id of what an intent wanted, where live shows that it was carried out.
pub fn carried_out(
    index: &LiveIndex<'_>,
    address: &Address,
    wanted: &Attributes,
) -> Option<RemoteId> {
    (of(wanted.kind()).carried_out)(index, address, wanted)
}
