//! The steps of a stage in columns, a line each, and what is said below a line.

use std::borrow::Cow;

use super::changes;
use super::fold::{Folds, Place};
use crate::plan::value::{Header, StageSteps, Step};
use crate::report::heading;
use crate::report::page::Page;
use crate::report::pair::Pair;
use crate::report::row::{self, Row};
use crate::report::sanitize::{clean, truncate, width};
use crate::report::style::{Detail, SHOW_ALL, Tone};
use crate::report::words;

/// Where the verb starts: two blanks, the glyph, a blank.
const VERB: usize = 4;

/// Where lines below a step start.
const BELOW: usize = 6;

/// The least room in which a cut name still says something.
const NAME_ROOM: usize = 10;

/// Where the columns of a stage start.
struct Columns {
    mark: usize,
    who: usize,
    detail: usize,
    name: usize,
}

pub(super) fn write(page: &mut Page, stage: &StageSteps, header: &Header) {
    let folds = if page.detail() == Detail::Full {
        Folds::none()
    } else {
        Folds::of(&stage.steps)
    };
    let shared_mark = heading::shared_mark(stage);
    let alone = stage
        .steps
        .iter()
        .filter(|step| folds.group(step).is_none());
    let rows: Vec<Row<'_>> = alone
        .map(|step| row_of(step, header, shared_mark))
        .collect();
    let columns = Columns::fit(&rows, page.width());
    let mut rows = rows.iter();
    for (at, step) in stage.steps.iter().enumerate() {
        match folds.place_at(at, step) {
            Place::Alone => {
                if let Some(row) = rows.next() {
                    single(page, step, row, &columns, header);
                }
            }
            Place::First => folded(
                page,
                step,
                &row_of(step, header, shared_mark),
                &folds,
                header,
            ),
            Place::Later => {}
        }
    }
}

/// The cells of a step, without the mark that the heading carries.
fn row_of<'a>(step: &'a Step, header: &'a Header, shared_mark: &str) -> Row<'a> {
    let mut row = Row::of(step, header);
    if row.mark == shared_mark {
        row.mark = "";
    }
    row
}

impl Columns {
    /// A column is as wide as its widest cell, but no wider than leaves room for the others: an
    /// unusually long address sticks out instead of pushing every other line apart.
    fn fit(rows: &[Row<'_>], line: usize) -> Self {
        let cap = line * 2 / 5;
        let (mut verb, mut mark, mut who, mut detail) = (0, 0, 0, 0);
        let widen = |column: &mut usize, cell: &str| {
            let cell = width(cell);
            if cell <= cap {
                *column = (*column).max(cell);
            }
        };
        for row in rows {
            widen(&mut verb, row.verb);
            widen(&mut mark, row.mark);
            widen(&mut who, &row.who);
            widen(&mut detail, &row.detail);
        }
        let after = |start, column: usize| start + if column == 0 { 0 } else { column + 2 };
        let mark_at = after(VERB, verb);
        let who_at = after(mark_at, mark);
        let detail_at = after(who_at, who);
        Self {
            mark: mark_at,
            who: who_at,
            detail: detail_at,
            name: after(detail_at, detail),
        }
    }
}

fn single(page: &mut Page, step: &Step, row: &Row<'_>, columns: &Columns, header: &Header) {
    lead(page, row, columns);
    page.put(&row.who);
    if !row.detail.is_empty() {
        let wanted = width(&row.detail);
        if wanted + 2 <= page.room() {
            page.put(" ");
            page.go_to(columns.detail);
        } else {
            page.end_line();
            let fits = columns.who + wanted <= page.width();
            page.go_to(if fits { columns.who } else { BELOW });
        }
        page.wrap(None, BELOW, &row.detail);
    }
    // Under the person, unless that leaves too little of a narrow terminal.
    let indent = if columns.who * 3 <= page.width() {
        columns.who
    } else {
        BELOW
    };
    match &row.pair {
        Some(both) => pair(page, both, columns, indent),
        None => name(page, row, columns),
    }
    page.end_line();
    if page.detail() == Detail::Full {
        all_below(page, indent, step, header);
    } else {
        below(page, indent, step, header);
    }
}

/// The glyph, the verb and the mark.
fn lead(page: &mut Page, row: &Row<'_>, columns: &Columns) {
    page.put("  ");
    page.paint(words::class_tone(row.class), words::class_glyph(row.class));
    page.put(" ");
    page.paint(words::class_tone(row.class), row.verb);
    if !row.mark.is_empty() {
        page.go_to(columns.mark);
        page.paint(Tone::Caution, row.mark);
    }
    page.go_to(columns.who);
}

/// The name comes last, so that one that reads from right to left moves nothing else. Where a stage
/// has no room for a column of names it has none: the address says who it is, and a line a person
/// is worth more.
fn name(page: &mut Page, row: &Row<'_>, columns: &Columns) {
    if row.name.is_empty() || columns.name + NAME_ROOM > page.width() {
        return;
    }
    if page.room() < NAME_ROOM + 2 {
        return;
    }
    page.put(" ");
    page.go_to(columns.name);
    let name = truncate(&row.name, page.room());
    page.paint(Tone::Quiet, &name);
}

/// Both names of two accounts that are joined: at the end of the line or, where they do not fit, on a line
/// of their own. They are never left out.
fn pair(page: &mut Page, pair: &Pair<'_>, columns: &Columns, indent: usize) {
    let whole = pair.whole();
    let column = page.width().saturating_sub(page.room());
    let begin = columns.name.max(column + 2);
    if begin + width(&whole) <= page.width() {
        page.put(" ");
        page.go_to(begin);
    } else {
        page.end_line();
        page.go_to(indent);
    }
    let text = pair.within(page.room());
    if pair.is_one() {
        page.paint(Tone::Quiet, &text);
    } else {
        page.put(&text);
    }
}

/// What is said below a step, as far as its attributes do not say it in full.
fn below(page: &mut Page, indent: usize, step: &Step, header: &Header) {
    for field in row::differing(step) {
        changes::field(page, indent, &field);
    }
    for note in row::notes(step, header) {
        page.line(Some(Tone::Quiet), indent, &note);
    }
}

/// The same with all attributes, the needs and the place.
fn all_below(page: &mut Page, indent: usize, step: &Step, header: &Header) {
    for remark in row::remarks(step, header) {
        page.line(Some(Tone::Quiet), indent, &remark);
    }
    changes::everything(page, indent, step);
}

/// One line for many equal steps, and the first few of them by name.
fn folded(page: &mut Page, step: &Step, row: &Row<'_>, folds: &Folds<'_>, header: &Header) {
    let Some(group) = folds.group(step) else {
        return;
    };
    page.put("  ");
    page.paint(words::class_tone(row.class), words::class_glyph(row.class));
    for word in [row.verb, row.mark] {
        if !word.is_empty() {
            page.put(if word == row.mark { "  " } else { " " });
            page.paint(words::class_tone(row.class), word);
        }
    }
    page.put("  ");
    let mut line = words::people(group.count);
    let what = group.describe(&row.detail);
    if !what.is_empty() {
        line.extend([": ", &what]);
    }
    page.wrap(Some(Tone::Heading), BELOW, &line);
    page.end_line();
    for field in row::differing(step) {
        changes::field(page, BELOW, &field);
    }
    let notes = row::notes(step, header).map(Cow::into_owned);
    for note in group.awaits().into_iter().chain(notes) {
        page.line(Some(Tone::Quiet), BELOW, &note);
    }
    let mut named: Vec<_> = group.first.iter().copied().map(clean).collect();
    let more = group.count.saturating_sub(named.len());
    named.push(format!("and {more} more ({SHOW_ALL})").into());
    page.line(Some(Tone::Quiet), BELOW, &named.join(", "));
}
