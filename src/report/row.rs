//! One step as the cells of a row: who, what, and what else is worth a line. Text and Markdown
//! share it, so that both say the same.
//!
//! Every cell is clean: what strangers chose goes through [`clean`] here and nowhere later.

use std::borrow::Cow;

use super::field::{self, Field};
use super::kinds::wording;
use super::pair::Pair;
use super::sanitize::clean;
use super::words::{is_obvious, mark, taken_from};
use crate::model::attributes::Attributes;
use crate::plan::value::{Action, Change, Class, Header, Step};

/// The cells of one step.
pub(super) struct Row<'a> {
    pub(super) class: Class,
    pub(super) verb: &'static str,
    pub(super) mark: &'static str,
    pub(super) who: Cow<'a, str>,
    /// What it becomes, or from what to what. Never cut.
    pub(super) detail: Cow<'a, str>,
    /// What the person is called, both names where two accounts are joined. May be cut.
    pub(super) name: Cow<'a, str>,
    /// The two names, which are always shown.
    pub(super) pair: Option<Pair<'a>>,
}

impl<'a> Row<'a> {
    pub(super) fn of(step: &'a Step, header: &'a Header) -> Self {
        let pair = (wording(step.address.kind()).pair)(step);
        Self {
            class: step.class(),
            verb: verb(step),
            mark: mark(step.risk()),
            who: clean(step.address.key()),
            detail: detail(&step.change, header),
            name: pair
                .as_ref()
                .map_or_else(|| clean(name(step)), |pair| Cow::Owned(pair.whole())),
            pair,
        }
    }
}

/// What is done to somebody, as a person would say it.
fn verb(step: &Step) -> &'static str {
    let wording = wording(step.address.kind());
    let action = step.change.action();
    match action {
        Action::Adopt | Action::Forget => action.as_str(),
        Action::Create => (wording.create)(step),
        Action::Update => (wording.update)(step),
        Action::Delete => (wording.delete)(step),
    }
}

/// The name to show: the one that the step gives, else the one that the service has.
fn name(step: &Step) -> &str {
    let given = match &step.change {
        Change::Create { after } => (wording(after.kind()).name)(after),
        Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Remove { .. }
        | Change::Forget { .. } => None,
    };
    given.or(step.display_name.as_deref()).unwrap_or_default()
}

fn detail<'a>(change: &'a Change, header: &'a Header) -> Cow<'a, str> {
    let becomes = |it: &'a Attributes| (wording(it.kind()).becomes)(it, header);
    let detail = match change {
        Change::Update { before, after, .. } => {
            let changes = wording(after.kind()).changes;
            changes(before, after, header).or_else(|| becomes(after))
        }
        Change::Remove { before, .. } => (wording(before.kind()).goes)(before),
        Change::Create { after } | Change::Adopt { after, .. } => becomes(after),
        Change::Forget { before } => becomes(before),
    };
    detail.unwrap_or_default()
}

/// What else a reviewer should read about a step, a line each: what its kind has to say, and why the
/// step is there when that is not plain.
pub(super) fn notes<'a>(step: &'a Step, header: &Header) -> impl Iterator<Item = Cow<'a, str>> {
    let note = (wording(step.address.kind()).note)(&step.change);
    note.into_iter().chain(remarks(step, header))
}

/// Those of the [`notes`] that no attribute says.
pub(super) fn remarks<'a>(step: &'a Step, header: &Header) -> impl Iterator<Item = Cow<'a, str>> {
    let from = match step.change {
        Change::Remove { from, .. } if !from.projects => Some(taken_from(from)),
        Change::Remove { .. }
        | Change::Create { .. }
        | Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Forget { .. } => None,
    };
    let reason = (!is_obvious(step.reason, &step.change, header)).then(|| step.reason.to_string());
    let of_kind = (wording(step.address.kind()).remarks)(step, header);
    [from.map(Cow::Borrowed), reason.map(Cow::Owned)]
        .into_iter()
        .flatten()
        .chain(of_kind)
}

/// The fields that a reviewer must see besides the row: those that differ, and that it does not
/// show.
pub(super) fn differing(step: &Step) -> Vec<Field<'_>> {
    let Change::Update { before, after, .. } = &step.change else {
        return Vec::new();
    };
    let mut fields = field::compare(Some(before), Some(after));
    let in_row = wording(after.kind()).in_row;
    fields.retain(|field| field.differs() && !in_row.contains(&&*field.label));
    fields
}
