//! The rules: one file each, with what speaks for it and against it.
//!
//! A rule of [`FOR`] says by what an account may be somebody's; a rule of [`AGAINST`] says why that may
//! be wrong all the same. What follows from both is decided in [`super::classes`].

mod address_name;
mod another_account;
mod away;
mod blocked;
mod bound;
mod common;
mod contact;
mod deleted;
mod dots;
mod full_name;
mod guest_elsewhere;
mod guest_name;
mod handed_on;
mod identity;
mod local_part;
mod look_alike;
mod machine;
mod mail;
mod name_hint;
mod namesakes;
mod other_mail;
mod own_address;
mod partner;
mod personal_account;
mod proxy_address;
pub(super) mod renamed_domain;
mod same_mailbox;
mod several;
mod shared_mailbox;
mod sign_in_name;
mod unused;

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::index::Index;
use super::seen::Seen;
use super::value::{DirectoryAccount, Input};
use crate::names::Relation;
use renamed_domain::Renamed;

/// A rule. Those that speak for a match come first, the strongest before the others.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::VariantArray,
    strum::IntoStaticStr,
    strum::Display,
)]
#[strum(serialize_all = "snake_case")]
pub enum Rule {
    /// The organization has the account's object id.
    Bound,
    /// The same sign-in name.
    SignInName,
    /// The same personal account, by its id.
    PersonalAccount,
    /// The account's address for mail.
    Mail,
    /// An identity with which the account is used.
    Identity,
    /// An alias of the account's mailbox.
    ProxyAddress,
    /// A further address of the account.
    OtherMail,
    /// The sign-in name of a guest spells the address.
    GuestName,
    /// The same mailbox, spelled differently.
    SameMailbox,
    /// The same address but for dots.
    Dots,
    /// The address for mail in the organization.
    Contact,
    /// A domain that the company renamed.
    RenamedDomain,
    /// The same name.
    FullName,
    /// The sign-in name spells the name.
    AddressName,
    /// The same address up to the `@`.
    LocalPart,
    /// Part of the name.
    NameHint,
    /// An address that was handed on.
    HandedOn,
    /// An address that several accounts hold.
    Several,
    /// A shared mailbox.
    SharedMailbox,
    /// A machine or a service.
    Machine,
    /// Two accounts of one person.
    AnotherAccount,
    /// Several accounts of one name.
    Namesakes,
    /// A name of which both parts are common.
    Common,
    /// A domain that looks like one of the tenant's.
    LookAlike,
    /// A blocked account.
    Blocked,
    /// A deleted account.
    Deleted,
    /// A guest with another address.
    GuestElsewhere,
    /// An address of the tenant that no account holds.
    OwnAddress,
    /// A company whose people are guests.
    Partner,
    /// Somebody not seen for long.
    Away,
    /// An account not used for long.
    Unused,
}

impl Rule {
    /// Whether an address or an id speaks, and not only a name.
    pub(super) fn is_address(self) -> bool {
        self <= Self::RenamedDomain
    }
}

/// The rules that are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    left_out: BTreeSet<Rule>,
}

impl Rules {
    /// All but one, to see what it contributes.
    #[must_use = "it is a new set"]
    pub fn without(rule: Rule) -> Self {
        Self {
            left_out: BTreeSet::from([rule]),
        }
    }

    fn has(&self, rule: Rule) -> bool {
        !self.left_out.contains(&rule)
    }
}

/// All that rules may look at.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) input: &'a Input,
    pub(super) index: &'a Index<'a>,
    pub(super) renamed: Renamed,
    pub(super) rules: Rules,
}

impl Context<'_> {
    /// Whether a domain is one of the tenant's, or was.
    pub(super) fn is_own(&self, domain: &str) -> bool {
        self.input
            .verified_domains
            .iter()
            .any(|own| own.eq_ignore_ascii_case(domain))
            || self.renamed.to(domain).is_some()
    }
}

/// A user, an account, and what was found to speak for it.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub(super) number: u32,
    pub(super) account: &'a DirectoryAccount,
    pub(super) relation: Relation,
    /// The strongest rule that speaks for it.
    pub(super) by: Rule,
    pub(super) evidence: Vec<Evidence>,
}

/// How much a doubt weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It is told, and changes nothing.
    Told,
    /// A certain match is a likely one, a likely one is asked.
    Lower,
    /// A person has to decide.
    Ask,
}

/// What a rule has against a match.
pub(super) type Doubt = (Weight, Evidence);

/// A user and an account, before anything is known to speak for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) seen: &'a Seen<'a>,
    pub(super) account: &'a DirectoryAccount,
    pub(super) relation: Relation,
}

impl Look<'_> {
    /// How the shown names fit, without what the addresses spell.
    fn shown_relation(&self) -> Relation {
        self.seen.shown_relation(self.account)
    }
}

type Speaks = fn(Look<'_>) -> Option<Evidence>;
type Objects = for<'a> fn(&Context<'_>, &Seen<'_>, &Pair<'a>, &[Pair<'a>]) -> Option<Doubt>;

/// What speaks for a match, strongest first.
const FOR: [(Rule, Speaks); 16] = [
    (Rule::Bound, bound::speaks),
    (Rule::SignInName, sign_in_name::speaks),
    (Rule::PersonalAccount, personal_account::speaks),
    (Rule::Mail, mail::speaks),
    (Rule::Identity, identity::speaks),
    (Rule::ProxyAddress, proxy_address::speaks),
    (Rule::OtherMail, other_mail::speaks),
    (Rule::GuestName, guest_name::speaks),
    (Rule::SameMailbox, same_mailbox::speaks),
    (Rule::Dots, dots::speaks),
    (Rule::Contact, contact::speaks),
    (Rule::RenamedDomain, renamed_domain::speaks),
    (Rule::FullName, full_name::speaks),
    (Rule::AddressName, address_name::speaks),
    (Rule::LocalPart, local_part::speaks),
    (Rule::NameHint, name_hint::speaks),
];

/// What speaks against a match.
const AGAINST: [(Rule, Objects); 15] = [
    (Rule::HandedOn, handed_on::objects),
    (Rule::Several, several::objects),
    (Rule::SharedMailbox, shared_mailbox::objects),
    (Rule::Machine, machine::objects),
    (Rule::AnotherAccount, another_account::objects),
    (Rule::Namesakes, namesakes::objects),
    (Rule::Common, common::objects),
    (Rule::LookAlike, look_alike::objects),
    (Rule::Blocked, blocked::objects),
    (Rule::Deleted, deleted::objects),
    (Rule::GuestElsewhere, guest_elsewhere::objects),
    (Rule::OwnAddress, own_address::objects),
    (Rule::Partner, partner::objects),
    (Rule::Away, away::objects),
    (Rule::Unused, unused::objects),
];

/// What speaks for a user and an account, strongest first; nothing: they are no pair.
pub(super) fn speak_for(look: Look<'_>) -> Option<(Rule, Vec<Evidence>)> {
    let rules = FOR.iter().filter(|(rule, _)| look.context.rules.has(*rule));
    let found: Vec<_> = rules
        .filter_map(|(rule, speaks)| Some((*rule, speaks(look)?)))
        .collect();
    let (by, _) = found.first()?;
    let by = *by;
    Some((
        by,
        found.into_iter().map(|(_, evidence)| evidence).collect(),
    ))
}

/// What speaks against a pair.
pub(super) fn object<'a>(
    context: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'a>,
    all: &[Pair<'a>],
) -> Vec<Doubt> {
    let rules = AGAINST.iter().filter(|(rule, _)| context.rules.has(*rule));
    rules
        .filter_map(|(_, objects)| objects(context, seen, pair, all))
        .collect()
}

/// The domain that a domain only looks like, if there is one.
pub(super) fn looks_like<'a>(context: &'a Context<'_>, domain: &str) -> Option<&'a str> {
    look_alike::of(context, domain)
}

/// Whether two addresses are one, but for case.
fn is(one: &str, folded: &str) -> bool {
    super::addresses::folded(one) == folded
}
