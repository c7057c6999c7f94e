//! One step as a row of a Markdown table.

use similar::{ChangeTag, TextDiff};

use crate::plan::value::{Header, Step};
use crate::report::field::Field;
use crate::report::row::{Row, differing, notes};
use crate::report::sanitize::{code, markdown, truncate};
use crate::report::words;

/// As much of a name as tells people apart: a row that counts must not be pushed out by a long one.
const NAME_COLUMNS: usize = 60;

/// The row of a step; `shared` is the mark that its heading carries already.
pub(super) fn row(step: &Step, header: &Header, shared: &str) -> String {
    let row = Row::of(step, header);
    let mut cells = String::with_capacity(160);
    cells.extend(["| `", words::class_glyph(row.class), "` | ", row.verb]);
    if !row.mark.is_empty() && row.mark != shared {
        cells.extend([" **", row.mark, "**"]);
    }
    cells.extend([" | ", &code(&row.who), " | "]);
    if !row.detail.is_empty() {
        cells.push_str(&detail(&row.detail));
    }
    let name = row.pair.as_ref().map_or_else(
        || truncate(&row.name, NAME_COLUMNS),
        |pair| pair.within(2 * NAME_COLUMNS).into(),
    );
    cells.extend([" | ", &markdown(&name), " | "]);
    let lines = differing(step).into_iter().map(|one| field(&one));
    let lines = lines.chain(notes(step, header).map(|note| markdown(&note)));
    for (at, line) in lines.enumerate() {
        cells.extend([if at == 0 { "" } else { "<br>" }, &line]);
    }
    cells.push_str(" | ");
    if let Some(place) = &step.source {
        cells.push_str(&code(&place.to_string()));
    }
    cells.push_str(" |\n");
    cells
}

/// An arrow reads better outside of the code spans.
fn detail(detail: &str) -> String {
    match detail.split_once("→ ") {
        Some(("", target)) => format!("→ {}", code(target)),
        Some((before, after)) => format!("{} → {}", code(before.trim_end()), code(after)),
        None => markdown(detail),
    }
}

/// A field that differs: both values, or the lines of prose that go and come.
fn field(field: &Field<'_>) -> String {
    let before = field.before.as_deref().unwrap_or_default();
    let after = field.after.as_deref().unwrap_or_default();
    if !field.is_free_text() {
        let [label, was, is] = [&*field.label, before, after].map(markdown);
        return match (&field.before, &field.after) {
            (None, _) => format!("{label}: {is}"),
            (Some(_), None) => format!("{label}: {was} → none"),
            (Some(_), Some(_)) => format!("{label}: {was} → {is}"),
        };
    }
    let mut lines = markdown(&field.label) + ":";
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => "−",
            ChangeTag::Insert => "+",
            ChangeTag::Equal => continue,
        };
        let line = change.value().trim_end_matches(['\n', '\r']);
        lines.extend(["<br>", sign, " ", &markdown(line)]);
    }
    lines
}
