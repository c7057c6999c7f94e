//! How the steps of each kind read: one file a kind, and one record a kind with all that a report has to
//! ask of it. What is the same for every kind is in the rooms around.

mod access;
mod connection;
mod directory_user;
mod invitation;
mod mapping;
mod notice;
mod policy;
mod removal;
mod revocation;

use std::borrow::Cow;

pub(super) use self::invitation::MESSAGE;

use super::pair::Pair;
use super::sanitize::clean;
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, Identity};
use crate::plan::value::{Action, Change, Header, Step};

/// The word for what a step does.
type Verb = fn(&Step) -> &'static str;

/// A label with its value, where there is one. The value is clean, that of [`MESSAGE`] apart.
pub(super) type Value<'a> = (&'static str, Option<Cow<'a, str>>);

/// What steps of a kind have in common with their equals: what is written, or from what to what it is
/// changed.
pub(super) type Content<'a> = [&'a str; 2];

/// How the steps of a kind read. Attributes that are handed in are of that kind; those of another have
/// nothing to say.
pub(super) struct Wording {
    kind: Kind,
    /// What making one is called.
    pub(super) create: Verb,
    /// What changing one is called.
    pub(super) update: Verb,
    /// What taking one away is called.
    pub(super) delete: Verb,
    /// What a stage with such a step does, where the name of the stage says too little.
    pub(super) heading: fn(&Step) -> Option<&'static str>,
    /// The name that making one gives to somebody.
    pub(super) name: fn(&Attributes) -> Option<&str>,
    /// Both names, where a step joins two accounts.
    pub(super) pair: for<'a> fn(&'a Step) -> Option<Pair<'a>>,
    /// What there is once it is made.
    pub(super) becomes: for<'a> fn(&'a Attributes, &'a Header) -> Option<Cow<'a, str>>,
    /// From what to what it is changed, where what there is then says too little.
    pub(super) changes:
        for<'a> fn(&'a Attributes, &'a Attributes, &'a Header) -> Option<Cow<'a, str>>,
    /// What goes when it is taken away.
    pub(super) goes: fn(&Attributes) -> Option<Cow<'_, str>>,
    /// The fields of one side, each label always at the same place.
    pub(super) fields: fn(&Attributes) -> Option<Vec<Value<'_>>>,
    /// Labels of the fields that the row of a change shows.
    pub(super) in_row: &'static [&'static str],
    /// What a reviewer should read below the row, of what the fields say in full.
    pub(super) note: fn(&Change) -> Option<Cow<'_, str>>,
    /// What a reviewer should read besides, and no field says.
    pub(super) remarks: fn(&Step, &Header) -> Vec<Cow<'static, str>>,
    /// What makes the thing at an address equal to others, if it can be.
    pub(super) alike: for<'a> fn(&'a str, &'a Attributes) -> Option<Content<'a>>,
    /// What makes a change equal to others, if it can be.
    pub(super) changed_alike: for<'a> fn(&'a Attributes, &'a Attributes) -> Option<Content<'a>>,
    /// What else is the same of equals, for the line that they share. A step that has to be read by itself
    /// has none.
    pub(super) besides: fn(&Step) -> Option<&'static str>,
    /// What is done to many equals, where the detail of one does not say it. Their content is clean.
    pub(super) of_many: fn(Action, Content<'_>) -> Option<String>,
}

impl Wording {
    /// A kind with nothing to say beyond its verbs.
    const fn of(kind: Kind) -> Self {
        Self {
            kind,
            create: |_| "create",
            update: |_| "update",
            delete: |_| "remove",
            heading: |_| None,
            name: |_| None,
            pair: |_| None,
            becomes: |_, _| None,
            changes: |_, _, _| None,
            goes: |_| None,
            fields: |_| None,
            in_row: &[],
            note: |_| None,
            remarks: |_, _| Vec::new(),
            alike: |_, _| None,
            changed_alike: |_, _| None,
            besides: |_| Some(""),
            of_many: |_, _| None,
        }
    }
}

/// Every kind in the order of the enum: a kind is the index of its record.
const WORDINGS: [Wording; Kind::ALL.len()] = [
    notice::BEFORE,
    removal::WORDING,
    revocation::SSH_KEY,
    revocation::TOKEN,
    directory_user::WORDING,
    invitation::WORDING,
    connection::WORDING,
    mapping::WORDING,
    policy::WORDING,
    access::WORDING,
    notice::AFTER,
];

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler: an index out of range does not compile"
)]
const _: () = {
    let mut at = 0;
    while at < WORDINGS.len() {
        assert!(
            WORDINGS[at].kind as usize == at,
            "a record stands at the index of its kind"
        );
        at += 1;
    }
};

/// How the steps of a kind read.
#[expect(
    clippy::indexing_slicing,
    reason = "there is a record for each kind: that is checked when it is compiled"
)]
pub(super) const fn wording(kind: Kind) -> &'static Wording {
    &WORDINGS[kind as usize]
}

/// An identity, or the step that makes it.
fn identity(identity: &Identity) -> Cow<'_, str> {
    match identity {
        Identity::ObjectId(id) => Cow::Owned(id.to_string()),
        Identity::After(address) => {
            let address = address.to_string();
            Cow::Owned(format!("known after {}", clean(&address)))
        }
    }
}

/// The name and the domain of an address.
fn parts(address: &str) -> (&str, &str) {
    address.rsplit_once('@').unwrap_or((address, ""))
}

/// What is the same of those whose addresses are of one domain.
fn of_domain(action: Action, [domain, _]: Content<'_>) -> Option<String> {
    (action == Action::Create).then(|| format!("…@{domain}"))
}
