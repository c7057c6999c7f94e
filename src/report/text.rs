//! The plan for a terminal.
//!
//! Owns the order of what is shown: what is moved where, what changed outside, the stages, the
//! findings with the gravest last, and the counts at the very end, where the eye rests.

mod changes;
mod findings;
mod fold;
mod steps;
mod undo;

use super::heading;
use super::page::Page;
use super::sanitize::clean;
use super::style::{Detail, Look, SHOW_ALL, Tone, glyph};
use super::words::{self, Counts};
use crate::plan::value::{Drift, DriftKind, Header, Plan, StageSteps, Step, Totals};

/// How wide the labels of the header and of the summary are.
const LABEL: usize = 14;

/// Rough size of a line, to reserve memory once.
const BYTES_PER_STEP: usize = 160;

/// How many equal entries are shown one by one unless everything is asked for.
const LIST_LIMIT: usize = 20;

/// The plan as text, ending in its counts.
pub fn plan(plan: &Plan, look: Look) -> String {
    let steps = plan.steps().count();
    let mut page = Page::new(look, 2048 + steps * BYTES_PER_STEP);
    header(&mut page, &plan.header);
    drift(&mut page, &plan.drift);
    if look.detail == Detail::Brief {
        summary(&mut page, plan);
    } else {
        for stage in &plan.stages {
            page.gap();
            heading(&mut page, stage, &plan.header);
            steps::write(&mut page, stage, &plan.header);
        }
    }
    undo::write(&mut page, &plan.header);
    findings::write(&mut page, &plan.findings);
    footer(&mut page, plan);
    page.finish()
}

/// The findings of a plan alone, ending in their counts.
pub fn findings(plan: &Plan, look: Look) -> String {
    let mut page = Page::new(look, 1024);
    findings::write(&mut page, &plan.findings);
    page.gap();
    if let Some(refusal) = words::refusal(plan) {
        page.line(Some(Tone::Destroy), 0, &refusal);
    }
    page.paint(Tone::Heading, &words::checked(plan));
    page.end_line();
    page.finish()
}

fn header(page: &mut Page, header: &Header) {
    let organization = clean(header.organization.as_str());
    let tenant_name = clean(&header.tenant_name);
    let url = format!("https://dev.azure.com/{organization}");
    let lines = [
        ("organization", url, words::users(header.members)),
        (
            "tenant",
            tenant_name.into_owned(),
            header.tenant.to_string(),
        ),
        (
            "connection",
            words::connection(header.connection, header.tenant),
            String::new(),
        ),
    ];
    for (label, value, beside) in lines {
        page.paint(Tone::Quiet, label);
        page.go_to(LABEL);
        page.wrap(None, LABEL, &value);
        if !beside.is_empty() {
            page.put("  ");
            page.wrap(Some(Tone::Quiet), LABEL, &beside);
        }
        page.end_line();
    }
}

fn heading(page: &mut Page, stage: &StageSteps, header: &Header) {
    page.paint(Tone::Heading, stage.stage.as_str());
    page.put("  ");
    page.put(&heading::denominator(stage, header));
    page.put("  ");
    page.wrap(Some(Tone::Quiet), 2, heading::title(stage));
    let mark = heading::shared_mark(stage);
    if !mark.is_empty() {
        page.put("  ");
        page.wrap(Some(Tone::Caution), 2, mark);
    }
    page.end_line();
}

/// The stages as counts only.
fn summary(page: &mut Page, plan: &Plan) {
    page.gap();
    let of = |stage| heading::denominator(stage, &plan.header);
    let widest = plan.stages.iter().map(|stage| of(stage).len()).max();
    let counts_at = LABEL + widest.unwrap_or_default() + 2;
    for stage in &plan.stages {
        page.paint(Tone::Heading, stage.stage.as_str());
        page.go_to(LABEL);
        page.put(&of(stage));
        page.go_to(counts_at);
        let counts = Counts(Totals::of(stage.steps.iter().map(Step::class))).to_string();
        page.wrap(None, counts_at, &counts);
        page.end_line();
    }
}

fn drift(page: &mut Page, drift: &[Drift]) {
    if drift.is_empty() {
        return;
    }
    page.gap();
    page.paint(Tone::Heading, "drift");
    page.put(&format!("  {}  ", drift.len()));
    page.wrap(
        Some(Tone::Quiet),
        2,
        "changed outside orgctl since the last apply",
    );
    page.end_line();
    let shown = match page.detail() {
        Detail::Brief => 0,
        Detail::Normal => LIST_LIMIT,
        Detail::Full => usize::MAX,
    };
    for entry in drift.iter().take(shown) {
        let word = match entry.kind {
            DriftKind::Gone => "gone",
            DriftKind::Changed => "changed",
            DriftKind::Renamed => "renamed",
        };
        page.go_to(2);
        page.paint(Tone::Caution, glyph::DRIFT);
        page.put(" ");
        page.paint(Tone::Caution, word);
        page.go_to(13);
        let address = entry.address.to_string();
        page.put(&clean(&address));
        page.end_line();
        if let Some(now) = &entry.now {
            page.go_to(13);
            page.wrap(None, 13, &clean(&words::renamed(&entry.address, now)));
            page.end_line();
        }
    }
    if page.detail() != Detail::Brief {
        and_more(page, 4, drift.len().saturating_sub(shown));
    }
}

/// Says how many entries of a list are not shown, if any.
fn and_more(page: &mut Page, indent: usize, hidden: usize) {
    if hidden > 0 {
        let line = format!("and {hidden} more ({SHOW_ALL})");
        page.line(Some(Tone::Quiet), indent, &line);
    }
}

fn footer(page: &mut Page, plan: &Plan) {
    page.gap();
    if let Some(refusal) = words::refusal(plan) {
        page.line(Some(Tone::Destroy), 0, &refusal);
    }
    if plan.is_empty() {
        page.paint(Tone::Heading, &words::no_changes(plan));
    } else {
        if let Some(stakes) = words::stakes(plan) {
            page.line(Some(Tone::Caution), 0, &stakes);
        }
        page.paint(Tone::Heading, &words::footer(plan.totals()));
    }
    page.end_line();
}
