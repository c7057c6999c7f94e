//! Access: at which level, and in which projects.

use std::borrow::Cow;

use super::{Content, Value, Wording};
use crate::model::address::Kind;
use crate::model::attributes::{AccessAttributes, Attributes};
use crate::plan::value::Change;
use crate::report::sanitize::clean;

pub(super) const WORDING: Wording = Wording {
    create: |_| "add",
    update: |_| "set",
    becomes: |access, _| Some(Cow::Borrowed(level(access)?)),
    changes: |before, after, _| changes(before, after),
    goes,
    fields,
    in_row: &["level"],
    note: memberships,
    alike: |_, access| Some(["", level(access)?]),
    changed_alike: levels,
    ..Wording::of(Kind::Access)
};

fn level(access: &Attributes) -> Option<&'static str> {
    Some(access.access()?.level.as_str())
}

fn levels(before: &Attributes, after: &Attributes) -> Option<Content<'static>> {
    Some([level(before)?, level(after)?])
}

fn changes(before: &Attributes, after: &Attributes) -> Option<Cow<'static, str>> {
    let [before, after] = levels(before, after)?;
    Some(if before == after {
        Cow::Borrowed("")
    } else {
        Cow::Owned(format!("{before} → {after}"))
    })
}

/// The projects that somebody is taken out of, who stays in the organization.
fn goes(access: &Attributes) -> Option<Cow<'_, str>> {
    let names = access.projects()?.keys();
    let names: Vec<_> = names.map(|name| clean(name.as_str())).collect();
    Some(Cow::Owned(format!("from {}", names.join(", "))))
}

/// The projects that somebody comes into, or is in already.
fn memberships(change: &Change) -> Option<Cow<'_, str>> {
    let after = match change {
        Change::Create { after } | Change::Adopt { after, .. } => after,
        Change::Update { .. } | Change::Remove { .. } | Change::Forget { .. } => return None,
    };
    let projects = after.projects()?.iter();
    let each =
        projects.map(|(name, access)| format!("{} in {}", access.role, clean(name.as_str())));
    Some(Cow::Owned(each.collect::<Vec<_>>().join(", ")))
}

/// Projects have names of their own, so they are compared elsewhere.
fn fields(access: &Attributes) -> Option<Vec<Value<'_>>> {
    let AccessAttributes {
        level,
        projects: _,
        identity,
        added: _,
        account: _,
    } = access.access()?;
    Some(vec![
        ("level", Some(Cow::Borrowed(level.as_str()))),
        ("identity", identity.as_ref().map(super::identity)),
    ])
}
