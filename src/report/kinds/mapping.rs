//! Mappings: which member of the organization becomes whom in the directory.

use std::borrow::Cow;

use super::{Content, Value, Wording, parts};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, MappingAttributes};
use crate::model::person::Email;
use crate::names::are_plainly_one;
use crate::plan::value::{Action, Change, Header, Step};
use crate::report::pair::Pair;
use crate::report::sanitize::clean;

pub(super) const WORDING: Wording = Wording {
    create: |_| "map",
    becomes: |mapping, _| Some(format!("→ {}", clean(mapping.mapping()?.to.as_str())).into()),
    pair,
    fields,
    // The names are the pair of the row, and the reason is a note.
    in_row: &[NAME, BECAUSE],
    note: because,
    remarks,
    alike,
    besides,
    of_many,
    ..Wording::of(Kind::Mapping)
};

const NAME: &str = "name";
const BECAUSE: &str = "because";

fn pair(step: &Step) -> Option<Pair<'_>> {
    let mapping = step.change.after()?.mapping()?;
    Pair::of(step.display_name.as_deref(), mapping.name.as_deref())
}

fn because(change: &Change) -> Option<Cow<'_, str>> {
    let because = change.after()?.mapping()?.because.as_deref()?;
    Some(Cow::Owned(format!("{BECAUSE}: {}", clean(because))))
}

/// Sign-in names that the line does not say.
fn remarks(step: &Step, _: &Header) -> Vec<Cow<'static, str>> {
    let Some(mapping) = step.change.after().and_then(Attributes::mapping) else {
        return Vec::new();
    };
    let said =
        |name: &Email, when| Cow::Owned(format!("signs in as {}{when}", clean(name.as_str())));
    match (&mapping.from, &mapping.account) {
        (Some(from), Some(account)) if from == account => vec![said(from, "")],
        (from, account) => {
            let from = from.as_ref().map(|from| said(from, " today"));
            let account = account.as_ref().map(|account| said(account, " afterwards"));
            from.into_iter().chain(account).collect()
        }
    }
}

/// Pairs whose names are not the same, and those that need a reason or another sign-in name, are read one
/// by one.
fn besides(step: &Step) -> Option<&'static str> {
    let Some(mapping) = step.change.after().and_then(Attributes::mapping) else {
        return Some("");
    };
    let says_more =
        mapping.because.is_some() || mapping.from.is_some() || mapping.account.is_some();
    match (step.display_name.as_deref(), mapping.name.as_deref()) {
        _ if says_more => None,
        (Some(one), Some(other)) => are_plainly_one(one, other).then_some("; display names agree"),
        (_, None) => Some("; no display names of the accounts are known"),
        (None, Some(_)) => None,
    }
}

/// Members who keep the name before the @ are alike: only the domain changes.
fn alike<'a>(key: &'a str, mapping: &'a Attributes) -> Option<Content<'a>> {
    let to = &mapping.mapping()?.to;
    let (name, from) = parts(key);
    let is_same = name == to.local_part() && !from.is_empty();
    is_same.then(|| [from, to.domain()])
}

fn of_many(action: Action, [from, to]: Content<'_>) -> Option<String> {
    let is_whole = matches!(action, Action::Create | Action::Adopt | Action::Forget);
    is_whole.then(|| format!("…@{from} → the same name @{to}"))
}

fn fields(mapping: &Attributes) -> Option<Vec<Value<'_>>> {
    let MappingAttributes {
        member,
        to,
        identity,
        inform: _,
        name,
        from: _,
        account: _,
        because,
    } = mapping.mapping()?;
    Some(vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("to", Some(clean(to.as_str()))),
        ("identity", Some(super::identity(identity))),
        (NAME, name.as_deref().map(clean)),
        (BECAUSE, because.as_deref().map(clean)),
    ])
}
