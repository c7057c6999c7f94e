//! Fields below a step: what was and what shall be, and prose line by line.

use similar::{ChangeTag, TextDiff};

use crate::model::ids::RemoteId;
use crate::plan::value::{Change, Step};
use crate::report::field::{Field, compare};
use crate::report::page::Page;
use crate::report::sanitize::{clean, clean_lines};
use crate::report::style::Tone;

/// How wide the labels are.
const LABEL: usize = 14;

/// Every attribute of a step, changed or not, and all that the plan knows of it besides.
pub(super) fn everything(page: &mut Page, indent: usize, step: &Step) {
    if let Some(id) = id(&step.change) {
        labelled(page, indent, "id", &id.to_string());
    }
    let (before, after) = (step.change.before(), step.change.after());
    for one in compare(before.or(after), after.or(before)) {
        field(page, indent, &one);
    }
    let needs: Vec<String> = step.needs.iter().map(ToString::to_string).collect();
    labelled(page, indent, "needs", &clean(&needs.join(", ")));
    let source = step.source.as_ref().map(ToString::to_string);
    labelled(page, indent, "at", &clean(&source.unwrap_or_default()));
}

/// The id under which the service knows it, where it does.
const fn id(change: &Change) -> Option<RemoteId> {
    match change {
        Change::Update { id, .. } | Change::Adopt { id, .. } | Change::Remove { id, .. } => {
            Some(*id)
        }
        Change::Create { .. } | Change::Forget { .. } => None,
    }
}

/// One field: its value, or what it was and what it shall be.
pub(super) fn field(page: &mut Page, indent: usize, field: &Field<'_>) {
    if field.is_free_text() {
        return prose(page, indent, field);
    }
    match (&field.before, &field.after) {
        (Some(before), Some(after)) if before != after => {
            labelled(page, indent, &field.label, &format!("{before} → {after}"));
        }
        (Some(before), None) => {
            labelled(page, indent, &field.label, &format!("{before} → none"));
        }
        (None | Some(_), Some(value)) => labelled(page, indent, &field.label, value),
        (None, None) => {}
    }
}

fn labelled(page: &mut Page, indent: usize, label: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    page.go_to(indent);
    page.paint(Tone::Quiet, label);
    page.go_to(indent + LABEL);
    page.wrap(None, indent + LABEL, value);
    page.end_line();
}

/// A text of several lines: those that go, those that come, and those that stay.
fn prose(page: &mut Page, indent: usize, field: &Field<'_>) {
    let before = field.before.as_deref().unwrap_or_default();
    let after = field.after.as_deref().unwrap_or_default();
    page.go_to(indent);
    page.paint(Tone::Quiet, &field.label);
    page.end_line();
    if before == after || before.is_empty() {
        for line in clean_lines(after) {
            page.go_to(indent + 2);
            page.flow(None, indent + 2, &line);
            page.end_line();
        }
        return;
    }
    let diff = TextDiff::from_lines(before, after);
    for change in diff.iter_all_inline_changes() {
        let (sign, tone, word) = match change.tag() {
            ChangeTag::Delete => ("-", Some(Tone::Destroy), Tone::WordGone),
            ChangeTag::Insert => ("+", Some(Tone::Add), Tone::WordNew),
            ChangeTag::Equal => (" ", None, Tone::Quiet),
        };
        page.go_to(indent + 2);
        match tone {
            Some(tone) => page.paint(tone, sign),
            None => page.put(sign),
        }
        page.put(" ");
        for (differs, piece) in change.values() {
            let piece = clean(piece.trim_end_matches(['\n', '\r']));
            page.flow(differs.then_some(word), indent + 4, &piece);
        }
        page.end_line();
    }
}
