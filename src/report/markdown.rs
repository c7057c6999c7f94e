//! The plan for a pull request.
//!
//! Owns what a comment says and what it leaves out when there is not room for everything: counts,
//! what refuses the plan and every step that takes access away come first, the rest as far as it
//! fits.

mod budget;
mod cells;

use self::budget::{Piece, Section};
use super::heading;
use super::not_undone;
use super::sanitize::{clean, code, markdown};
use super::words;
use crate::plan::rules::{Finding, Severity};
use crate::plan::value::{Action, Drift, DriftKind, Header, Plan, Risk, StageSteps, Step};

/// How long a comment on GitHub may be. Longer ones are refused, not cut.
pub const COMMENT_BYTES: usize = 65_536;

/// More rows than this are folded away until somebody opens them.
const OPEN_ROWS: usize = 15;

/// How many fatal findings of one rule go before everything else. Those after them wait behind the
/// steps that take access away, which they would otherwise push out.
const FATAL_FIRST: usize = 100;

const TABLE_HEAD: &str = "\n| | Action | Who | Change | Name | Notes | Where |\n\
                          |:-:|---|---|---|---|---|---|\n";

/// What is kept when not everything fits: the lower, the longer.
mod rank {
    pub(super) const FATAL: u8 = 0;
    pub(super) const DESTRUCTIVE: u8 = 1;
    pub(super) const MORE_FATAL: u8 = 2;
    pub(super) const BLOCKED: u8 = 3;
    pub(super) const ONE_WAY: u8 = 4;
    pub(super) const WARNING: u8 = 5;
    pub(super) const WRITE: u8 = 6;
    pub(super) const REST: u8 = 7;
}

/// The plan as GitHub-flavoured Markdown of at most [`COMMENT_BYTES`].
pub fn plan(plan: &Plan) -> String {
    within(plan, COMMENT_BYTES)
}

/// The same in at most `bytes`; what cannot be left out takes about a thousand.
pub fn within(plan: &Plan, bytes: usize) -> String {
    let mut sections = findings(&plan.findings);
    for stage in &plan.stages {
        stage_sections(&mut sections, stage, &plan.header);
    }
    if !plan.drift.is_empty() {
        sections.push(drift(&plan.drift));
    }
    budget::spend(head(plan), sections, bytes)
}

fn head(plan: &Plan) -> String {
    let header = &plan.header;
    let organization = clean(header.organization.as_str());
    let mut head = format!("### orgctl plan for {}\n\n", code(&organization));
    if let Some(refusal) = words::refusal(plan) {
        head.extend(["> [!CAUTION]\n> ", &refusal, "\n\n"]);
    }
    let counts = if plan.is_empty() {
        markdown(&words::no_changes(plan))
    } else {
        words::footer(plan.totals())
    };
    head.extend(["**", &counts, "**\n"]);
    if let Some(stakes) = words::stakes(plan) {
        head.extend([&stakes, "\n"]);
    }
    let url = format!("https://dev.azure.com/{organization}");
    let tenant = header.tenant.to_string();
    head.extend([
        "\n| | |\n|---|---|\n| organization | ",
        &code(&url),
        ", ",
        &words::users(header.members),
        " |\n| tenant | ",
        &markdown(&header.tenant_name),
        " ",
        &code(&tenant),
        " |\n| connection | ",
        &words::connection(header.connection, header.tenant),
        " |\n",
    ]);
    if let Some(undo) = &header.undo {
        head.extend(["\nUndo ", &markdown(&not_undone::title(undo)), ".\n"]);
        for (why, addresses) in not_undone::by_reason(undo) {
            let count = addresses.len().to_string();
            head.extend(["- ", &count, " × ", &markdown(&why), "\n"]);
        }
    }
    head
}

/// The findings, gravest first, with the advice of each rule said once.
fn findings(findings: &[Finding]) -> Vec<Section> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|found| found.severity);
    let rule = |found: &Finding| (found.severity, found.evidence.rule(), found.evidence.help());
    sorted
        .chunk_by(|a, b| rule(a) == rule(b))
        .filter_map(|group| {
            let (severity, _, help) = rule(group.first()?);
            let pieces = group.iter().enumerate().map(|(at, found)| Piece {
                rank: match severity {
                    Severity::Fatal if at < FATAL_FIRST => rank::FATAL,
                    Severity::Fatal => rank::MORE_FATAL,
                    Severity::Blocked => rank::BLOCKED,
                    Severity::Warning => rank::WARNING,
                    Severity::Note => rank::REST,
                },
                text: finding(found),
            });
            Some(Section {
                title: String::new(),
                open: "\n".to_owned(),
                pieces: pieces.collect(),
                close: format!("\n  help: {}\n", markdown(&help)),
            })
        })
        .collect()
}

fn finding(found: &Finding) -> String {
    let severity = found.severity.as_ref();
    let message = markdown(&found.evidence.to_string());
    match &found.place {
        Some(place) => format!(
            "- **{severity}** {message}, at {}\n",
            code(&place.to_string())
        ),
        None => format!("- **{severity}** {message}\n"),
    }
}

/// One table, or two when the stage is long: what takes access away is never folded.
fn stage_sections(sections: &mut Vec<Section>, stage: &StageSteps, header: &Header) {
    let (open, folded): (Vec<&Step>, Vec<&Step>) = stage
        .steps
        .iter()
        .partition(|step| stage.steps.len() <= OPEN_ROWS || step.risk() == Risk::Destructive);
    let shared = heading::shared_mark(stage);
    let rows = |steps: &[&Step]| -> Vec<Piece> {
        let piece = |step: &&Step| Piece {
            rank: row_rank(step),
            text: cells::row(step, header, shared),
        };
        steps.iter().map(piece).collect()
    };
    let mark = if shared.is_empty() {
        String::new()
    } else {
        format!(" (**{shared}**)")
    };
    let word = stage.stage.as_str();
    let denominator = heading::denominator(stage, header);
    let title = heading::title(stage);
    sections.push(Section {
        title: format!("\n#### {word}: {denominator}\n\n{title}{mark}\n"),
        open: TABLE_HEAD.to_owned(),
        pieces: rows(&open),
        close: String::new(),
    });
    if !folded.is_empty() {
        let count = folded.len();
        sections.push(Section {
            title: String::new(),
            open: format!("\n<details><summary>{count} steps</summary>\n{TABLE_HEAD}"),
            pieces: rows(&folded),
            close: "\n</details>\n".to_owned(),
        });
    }
}

fn row_rank(step: &Step) -> u8 {
    match (step.risk(), step.change.action()) {
        (Risk::Destructive, _) => rank::DESTRUCTIVE,
        (Risk::OneWay, _) => rank::ONE_WAY,
        (_, Action::Create | Action::Update | Action::Delete) => rank::WRITE,
        (_, Action::Adopt | Action::Forget) => rank::REST,
    }
}

fn drift(drift: &[Drift]) -> Section {
    let pieces = drift.iter().map(|entry| {
        let word = match entry.kind {
            DriftKind::Gone => "gone",
            DriftKind::Changed => "changed",
            DriftKind::Renamed => "renamed",
        };
        let address = code(&entry.address.to_string());
        let now = entry.now.as_ref().map(|now| {
            let words = words::renamed(&entry.address, now);
            format!(": {}", markdown(&words))
        });
        Piece {
            rank: rank::REST,
            text: format!("- {word} {address}{}\n", now.unwrap_or_default()),
        }
    });
    Section {
        title: format!(
            "\n#### drift: {} changed outside orgctl since the last apply\n",
            drift.len()
        ),
        open: "\n".to_owned(),
        pieces: pieces.collect(),
        close: String::new(),
    }
}
