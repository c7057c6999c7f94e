//! The fields of a thing, before and after, as clean text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{MESSAGE, Value, wording};
use super::sanitize::clean;
use crate::model::attributes::Attributes;
use crate::model::ids::ProjectName;
use crate::model::project::ProjectAccess;

/// One field. At least one side is there.
pub(super) struct Field<'a> {
    /// Clean.
    pub(super) label: Cow<'a, str>,
    /// As it is, raw when [`Field::is_free_text`].
    pub(super) before: Option<Cow<'a, str>>,
    /// As it shall be, raw when [`Field::is_free_text`].
    pub(super) after: Option<Cow<'a, str>>,
}

impl Field<'_> {
    pub(super) fn differs(&self) -> bool {
        self.before != self.after
    }

    /// Whether it is prose of a person, with lines of its own: shown as a diff, line by line.
    pub(super) fn is_free_text(&self) -> bool {
        self.label == MESSAGE
    }
}

/// Sets the fields of two sides beside each other. Both sides are of one kind, so their labels are.
pub(super) fn compare<'a>(
    before: Option<&'a Attributes>,
    after: Option<&'a Attributes>,
) -> Vec<Field<'a>> {
    let mut left = before.map(values).unwrap_or_default().into_iter();
    let mut right = after.map(values).unwrap_or_default().into_iter();
    let mut fields = Vec::with_capacity(3);
    loop {
        let (label, before, after) = match (left.next(), right.next()) {
            (Some((label, before)), Some((_, after))) => (label, before, after),
            (Some((label, before)), None) => (label, before, None),
            (None, Some((label, after))) => (label, None, after),
            (None, None) => break,
        };
        if before.is_some() || after.is_some() {
            fields.push(Field {
                label: Cow::Borrowed(label),
                before,
                after,
            });
        }
    }
    fields.extend(memberships(before, after));
    fields
}

/// One field a project, under its name.
fn memberships<'a>(
    before: Option<&'a Attributes>,
    after: Option<&'a Attributes>,
) -> Vec<Field<'a>> {
    let is_change = before.is_some() && after.is_some();
    let [before, after] = [before, after].map(|side| side.and_then(Attributes::projects));
    let sides = before.into_iter().chain(after);
    let names: BTreeSet<&ProjectName> = sides.flat_map(BTreeMap::keys).collect();
    // Of two sides, the one that does not have it says so.
    let none = is_change.then_some(Cow::Borrowed("none"));
    let role = |side: Option<&'a Projects>, name| {
        let access: Option<&ProjectAccess> = side.and_then(|side| side.get(name));
        let role = access.map(|access| Cow::Borrowed(access.role.as_str()));
        role.or_else(|| none.clone())
    };
    let field = |name: &'a ProjectName| Field {
        label: Cow::Owned(format!("in {}", clean(name.as_str()))),
        before: role(before, name),
        after: role(after, name),
    };
    names.into_iter().map(field).collect()
}

type Projects = BTreeMap<ProjectName, ProjectAccess>;

/// The fields of one side, each label always at the same place.
fn values(attributes: &Attributes) -> Vec<Value<'_>> {
    (wording(attributes.kind()).fields)(attributes).unwrap_or_default()
}
