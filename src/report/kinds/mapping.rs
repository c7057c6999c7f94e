//! Mappings: which member of the organization becomes whom in the directory.

use std::borrow::Cow;

use super::{Content, Value, Wording, parts};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, MappingAttributes};
use crate::plan::value::Action;
use crate::report::sanitize::clean;

pub(super) const WORDING: Wording = Wording {
    create: |_| "map",
    becomes: |mapping, _| Some(format!("→ {}", clean(mapping.mapping()?.to.as_str())).into()),
    fields,
    alike,
    of_many,
    ..Wording::of(Kind::Mapping)
};

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
    } = mapping.mapping()?;
    Some(vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("to", Some(clean(to.as_str()))),
        ("identity", Some(super::identity(identity))),
    ])
}
