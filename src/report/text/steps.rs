//! The steps of a stage in columns, a line each, and what is said below a line.

use super::changes;
use super::fold::{Folds, Place};
use crate::plan::change::Step;
use crate::plan::value::{Header, StageSteps};
use crate::report::page::Page;
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
    let alone = stage
        .steps
        .iter()
        .filter(|step| folds.group(step).is_none());
    let rows: Vec<Row<'_>> = alone.map(|step| Row::of(step, header)).collect();
    let columns = Columns::fit(&rows, page.width());
    let mut rows = rows.iter();
    for (at, step) in stage.steps.iter().enumerate() {
        match folds.place_at(at, step) {
            Place::Alone => {
                if let Some(row) = rows.next() {
                    single(page, step, row, &columns);
                }
            }
            Place::First => folded(page, step, header, &folds),
            Place::Later => {}
        }
    }
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

fn single(page: &mut Page, step: &Step, row: &Row<'_>, columns: &Columns) {
    lead(page, row, columns);
    page.put(&row.who);
    if !row.detail.is_empty() {
        if width(&row.detail) + 2 > page.room() {
            page.end_line();
            page.go_to(columns.who);
        } else {
            page.put(" ");
            page.go_to(columns.detail);
        }
        page.wrap(None, columns.who, &row.detail);
    }
    name(page, row, columns);
    page.end_line();
    below(page, step);
    if page.detail() == Detail::Full {
        changes::everything(page, BELOW, step);
    }
}

/// The glyph, the verb and the mark.
fn lead(page: &mut Page, row: &Row<'_>, columns: &Columns) {
    page.put("  ");
    page.paint(row.class.tone(), row.class.glyph());
    page.put(" ");
    page.paint(row.class.tone(), row.verb);
    if !row.mark.is_empty() {
        page.go_to(columns.mark);
        page.paint(Tone::Caution, row.mark);
    }
    page.go_to(columns.who);
}

/// The name comes last, so that one that reads from right to left moves nothing else.
fn name(page: &mut Page, row: &Row<'_>, columns: &Columns) {
    if row.name.is_empty() {
        return;
    }
    let wanted = width(&row.name).min(NAME_ROOM);
    if page.width() >= columns.name + wanted && page.room() >= wanted + 2 {
        page.put(" ");
        page.go_to(columns.name);
    } else if page.room() >= wanted + 2 {
        page.put("  ");
    } else {
        page.end_line();
        page.go_to(columns.who);
    }
    let name = truncate(&row.name, page.room());
    page.paint(Tone::Quiet, &name);
}

fn below(page: &mut Page, step: &Step) {
    if page.detail() != Detail::Full {
        for field in row::differing(step) {
            changes::field(page, BELOW, &field);
        }
    }
    for note in row::notes(step) {
        page.line(Some(Tone::Quiet), BELOW, &note);
    }
}

/// One line for many equal steps, and the first few of them by name.
fn folded(page: &mut Page, step: &Step, header: &Header, folds: &Folds<'_>) {
    let row = Row::of(step, header);
    let Some(group) = folds.group(step) else {
        return;
    };
    page.put("  ");
    page.paint(row.class.tone(), row.class.glyph());
    page.put(" ");
    page.paint(row.class.tone(), row.verb);
    page.put("  ");
    if !row.mark.is_empty() {
        page.paint(Tone::Caution, row.mark);
        page.put("  ");
    }
    let mut line = words::people(group.count);
    let what = group.describe(&row.detail);
    if !what.is_empty() {
        line.push_str(": ");
        line.push_str(&what);
    }
    page.wrap(Some(Tone::Heading), BELOW, &line);
    page.end_line();
    below(page, step);
    page.go_to(BELOW);
    for first in &group.first {
        page.wrap(Some(Tone::Quiet), BELOW, &clean(first));
        page.paint(Tone::Quiet, ", ");
    }
    let more = group.count.saturating_sub(group.first.len());
    let more = format!("and {more} more ({SHOW_ALL})");
    page.wrap(Some(Tone::Quiet), BELOW, &more);
    page.end_line();
}
