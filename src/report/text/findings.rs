//! Findings for a terminal: the gravest last, so that it is still on the screen.

use super::{LIST_LIMIT, and_more};
use crate::plan::rules::{Finding, Severity};
use crate::report::page::Page;
use crate::report::sanitize::{clean, width};
use crate::report::style::{Detail, SHOW_ALL, Tone};
use crate::report::words;

/// More findings of one rule than a reader goes through one by one.
const FOLDED_ABOVE: usize = 5;

/// Where messages start: behind the longest severity and two blanks.
const MESSAGE: usize = 9;

pub(super) fn write(page: &mut Page, findings: &[Finding]) {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|found| std::cmp::Reverse(found.severity));
    let rule = |found: &Finding| (found.severity, found.evidence.rule());
    for group in sorted.chunk_by(|a, b| rule(a) == rule(b)) {
        let Some(first) = group.first() else { continue };
        let is_for_all = first.severity <= Severity::Blocked;
        match page.detail() {
            Detail::Brief if !is_for_all => {}
            Detail::Brief | Detail::Normal => of_rule(page, group),
            Detail::Full => each(page, group, usize::MAX),
        }
    }
    if page.detail() == Detail::Brief {
        counts(page, findings);
    }
}

/// The findings of one rule: many as one, where that says as much.
fn of_rule(page: &mut Page, group: &[&Finding]) {
    let first = group.first().filter(|_| group.len() > FOLDED_ABOVE);
    let Some((first, message)) = first.and_then(|it| Some((it, it.evidence.of_many(group.len())?)))
    else {
        return each(page, group, LIST_LIMIT);
    };
    page.gap();
    page.paint(words::tone(first.severity), first.severity.as_ref());
    page.go_to(MESSAGE);
    page.wrap(None, MESSAGE, &format!("{message} ({SHOW_ALL})"));
    page.end_line();
    help(page, first.evidence.help_for_many());
}

/// The findings of one rule one by one, with each advice once.
fn each(page: &mut Page, group: &[&Finding], limit: usize) {
    for same in group.chunk_by(|a, b| a.evidence.help() == b.evidence.help()) {
        rule(page, same, limit);
    }
}

/// The findings of one rule that share their advice, with that advice once.
fn rule(page: &mut Page, group: &[&Finding], limit: usize) {
    page.gap();
    for found in group.iter().take(limit) {
        one(page, found);
    }
    and_more(page, MESSAGE, group.len().saturating_sub(limit));
    if let Some(first) = group.first() {
        help(page, &clean(&first.evidence.help()));
    }
}

fn help(page: &mut Page, text: &str) {
    page.go_to(MESSAGE);
    page.paint(Tone::Note, "help:");
    page.put(" ");
    page.wrap(None, MESSAGE + 6, text);
    page.end_line();
}

fn one(page: &mut Page, found: &Finding) {
    page.paint(words::tone(found.severity), found.severity.as_ref());
    page.go_to(MESSAGE);
    let message = found.evidence.to_string();
    page.wrap(None, MESSAGE, &clean(&message));
    if let Some(place) = &found.place {
        let place = place.to_string();
        let place = clean(&place);
        if width(&place) + 5 > page.room() {
            page.end_line();
            page.go_to(MESSAGE);
        } else {
            page.put("  ");
        }
        page.paint(Tone::Quiet, "at ");
        page.paint(Tone::Quiet, &place);
    }
    page.end_line();
}

/// How many findings there are that [`write()`] left out.
fn counts(page: &mut Page, findings: &[Finding]) {
    let of = |severity| {
        findings
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let (warnings, notes) = (of(Severity::Warning), of(Severity::Note));
    if warnings + notes > 0 {
        page.gap();
        let line = format!("{warnings} × warning, {notes} × note ({SHOW_ALL})");
        page.line(Some(Tone::Quiet), 0, &line);
    }
}
