//! `pairs_crossed`: two lines of `[members]` have each other's accounts, by the names.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::pairs::{self, Pair};
use super::words::Called;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::names::{Name, Relation};

/// The most pairs under one key: of more namesakes a name says nothing.
const ALIKE_MAX: usize = 24;

/// The most words of a name that are keys.
const WORDS_MAX: usize = 6;

/// Two members whose names fit each other's account and not their own.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person}{name} becomes {to}{account}, and {other}{other_name} becomes \
     {other_to}{other_account}: the names fit the other way round",
    name = Called(Some(.person_name)),
    account = Called(Some(.to_name)),
    other_name = Called(Some(.other_name)),
    other_account = Called(Some(.other_to_name))
)]
pub struct PairsCrossed {
    /// One of the two who are mapped.
    pub person: Email,
    /// What the organization calls them.
    pub person_name: String,
    /// To whom.
    pub to: Email,
    /// What the directory calls that account.
    pub to_name: String,
    /// The other one.
    pub other: Email,
    /// What the organization calls the other one.
    pub other_name: String,
    /// To whom the other one is mapped.
    pub other_to: Email,
    /// What the directory calls that account.
    pub other_to_name: String,
}

impl Remark for PairsCrossed {
    const RULE: Rule = Rule {
        code: "pairs_crossed",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "the names of two lines of `[members]` that are to be mapped fit each other's \
                     account and not their own, and neither line says why (`because`)",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "exchange the two addresses; if the pairs are right, say why in one of the lines: because = \"…\""
    }
}

/// A pair whose names do not fit.
struct Misfit<'a> {
    pair: Pair<'a>,
    member: Name,
    account: Name,
}

impl<'a> Misfit<'a> {
    fn of(pair: Pair<'a>) -> Option<Self> {
        let (member, account) = pair.names();
        let relation = member.relation(&account);
        let is_known = relation != Relation::Unknown || member.shares_nothing(&account);
        let is_misfit = is_known && !fits(relation);
        is_misfit.then_some(Self {
            pair,
            member,
            account,
        })
    }

    /// Whether the names of two pairs fit crosswise.
    fn crosses(&self, other: &Self) -> bool {
        fits(self.member.relation(&other.account)) && fits(other.member.relation(&self.account))
    }
}

const fn fits(relation: Relation) -> bool {
    matches!(
        relation,
        Relation::Same | Relation::Within | Relation::Short
    )
}

/// Pairs are looked up by a word of each of their names, so that nobody is compared with everybody.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let has_line = |pair: &Pair<'_>| {
        let person = pair.step.address.person();
        draft.context.desired.members.contains_key(&person)
    };
    let pairs = pairs::unlike(draft).filter(has_line);
    let misfits: Vec<Misfit<'_>> = pairs.filter_map(Misfit::of).collect();
    let mut by_words: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, misfit) in misfits.iter().enumerate() {
        for key in keys(&misfit.account, &misfit.member) {
            by_words.entry(key).or_default().push(at);
        }
    }
    let mut findings = Vec::new();
    for (at, one) in misfits.iter().enumerate() {
        let looked_up = keys(&one.member, &one.account)
            .filter_map(|key| by_words.get(&key))
            .filter(|alike| alike.len() <= ALIKE_MAX)
            .flatten();
        let later: BTreeSet<usize> = looked_up.copied().filter(|other| *other > at).collect();
        let others = later.into_iter().filter_map(|other| misfits.get(other));
        let crossed = others.filter(|other| one.crosses(other));
        findings.extend(crossed.map(|other| finding(&one.pair, &other.pair)));
    }
    findings
}

/// A word of one name with one of the other, each with each.
fn keys<'n>(one: &'n Name, other: &'n Name) -> impl Iterator<Item = (&'n str, &'n str)> {
    let others = words(other);
    let keys = words(one).into_iter();
    keys.flat_map(move |word| others.clone().into_iter().map(move |other| (word, other)))
}

/// Words that say who somebody is.
fn words(name: &Name) -> BTreeSet<&str> {
    let words = name.forms().iter().flat_map(|form| &form.words);
    let said = words.filter(|word| word.text.len() > 1 && !word.is_particle);
    said.map(|word| word.text.as_str())
        .take(WORDS_MAX)
        .collect()
}

fn finding(one: &Pair<'_>, other: &Pair<'_>) -> Finding {
    let found = PairsCrossed {
        person: one.step.address.person(),
        person_name: one.member.to_owned(),
        to: one.mapping.to.clone(),
        to_name: one.account.to_owned(),
        other: other.step.address.person(),
        other_name: other.member.to_owned(),
        other_to: other.mapping.to.clone(),
        other_to_name: other.account.to_owned(),
    };
    found.found(one.step.source.as_ref())
}
