//! What apply prints: how it went, what failed and why.
//!
//! Owns the words only; the advice comes from the caller.

use jiff::Timestamp;

use super::page::Page;
use super::sanitize::{clean, clean_lines};
use super::style::{Detail, Look, SHOW_ALL, Tone};
use super::words;
use crate::apply::port::StepError;
use crate::apply::{LeadTime, StepResult, StepStatus, Summary};
use crate::model::address::Address;
use crate::plan::value::Totals;

/// How many results of one sort are shown one by one unless everything is asked for.
const LIST_LIMIT: usize = 20;

/// Where the text beside a status starts: behind the longest status and two blanks.
const TEXT: usize = 9;

/// What is said of mail of which nobody knows whether it went out.
const COUNTS_AS_SENT: &str =
    "it counts as sent and is not sent again; the sent items of the sender tell whether it was";

/// Advice on a step that was not carried out, where there is any.
pub type Advise<'a> = &'a dyn Fn(&StepError) -> Option<&'static str>;

/// How many steps ended badly, by how.
#[derive(Clone, Copy, Default)]
struct Bad {
    failed: usize,
    unsure: usize,
    stale: usize,
    skipped: usize,
}

impl Bad {
    fn of(summary: &Summary) -> Self {
        let mut bad = Self::default();
        for result in &summary.results {
            match result.status {
                StepStatus::Done | StepStatus::AlreadySo | StepStatus::NotReached => {}
                StepStatus::Failed(_) => bad.failed += 1,
                StepStatus::Unsure(_) => bad.unsure += 1,
                StepStatus::Stale(_) => bad.stale += 1,
                StepStatus::Skipped { .. } => bad.skipped += 1,
            }
        }
        bad
    }
}

/// How an apply went: what needs a look, the counts, and what to do now.
pub fn outcome(summary: &Summary, advise: Advise<'_>, look: Look) -> String {
    let mut page = Page::new(look, 1024);
    let limit = match look.detail {
        Detail::Brief | Detail::Normal => LIST_LIMIT,
        Detail::Full => usize::MAX,
    };
    if look.detail == Detail::Full {
        results(&mut page, summary, limit, advise, StepStatus::succeeded);
    }
    let sorts: [fn(&StepStatus) -> bool; 4] = [
        |status| matches!(status, StepStatus::Skipped { .. }),
        |status| matches!(status, StepStatus::Stale(_)),
        |status| matches!(status, StepStatus::Unsure(_)),
        |status| matches!(status, StepStatus::Failed(_)),
    ];
    for sort in sorts {
        results(&mut page, summary, limit, advise, sort);
    }
    page.gap();
    let complete = summary.is_complete();
    let tone = if complete { Tone::Add } else { Tone::Caution };
    for line in counts(summary) {
        page.paint(tone, &line);
        page.end_line();
    }
    if let Some(next) = next(summary) {
        page.gap();
        page.line(None, 0, next);
    }
    page.finish()
}

/// What to do after a run that is not complete, where it is the same whenever it is done.
fn next(summary: &Summary) -> Option<&'static str> {
    match summary.lead_time {
        None if summary.is_complete() => None,
        None if summary.has_stale() => Some(
            "Somebody has changed what the refused steps are about since they were reviewed. Make and \
             review a new plan with `orgctl plan --out FILE`, and apply that.",
        ),
        None => Some("Run `orgctl apply` again: it goes on where this run stopped."),
        Some(LeadTime::Untold(_)) => Some(
            "Nobody is taken out and the organization is not connected before everybody whom it \
             concerns has been told. Run `orgctl apply` again; or write the notices that could not \
             be sent with deliver = \"files\" under [notices], and hand them on.",
        ),
        Some(LeadTime::Until(_)) => None,
    }
}

/// From when on apply goes further, once everybody has been told. `local` is the same time where the
/// reader is, if it reads otherwise there.
pub fn until(until: Timestamp, lead_days: u32, local: Option<&str>, look: Look) -> String {
    let mut page = Page::new(look, 256);
    let days = words::days(lead_days);
    let why = format!("Everybody has been told, and the move may begin {days} later.");
    page.line(None, 0, &why);
    let utc = until.strftime("%A, %-d %B %Y, %H:%M UTC").to_string();
    let local = local.map_or_else(String::new, |local| format!(" ({})", clean(local)));
    let when = format!("`orgctl apply` goes further from {utc}{local} on: run it again then.");
    page.line(None, 0, &when);
    page.finish()
}

/// The results of one sort.
fn results(
    page: &mut Page,
    summary: &Summary,
    limit: usize,
    advise: Advise<'_>,
    of: impl Fn(&StepStatus) -> bool,
) {
    let chosen = |result: &&StepResult| of(&result.status);
    let count = summary.results.iter().filter(chosen).count();
    if count > 0 {
        page.gap();
    }
    for StepResult {
        address, status, ..
    } in summary.results.iter().filter(chosen).take(limit)
    {
        let (tone, word) = match status {
            StepStatus::Done => (Tone::Add, "done"),
            StepStatus::AlreadySo => (Tone::Quiet, "already"),
            StepStatus::Failed(_) => (Tone::Destroy, "failed"),
            StepStatus::Unsure(_) => (Tone::Caution, "unsure"),
            StepStatus::Stale(_) => (Tone::Caution, "refused"),
            StepStatus::Skipped { .. } | StepStatus::NotReached => (Tone::Caution, "skipped"),
        };
        page.paint(tone, word);
        page.go_to(TEXT);
        page.put(&clean(&address.to_string()));
        page.end_line();
        match status {
            StepStatus::Done | StepStatus::AlreadySo | StepStatus::NotReached => {}
            StepStatus::Unsure(error) if address.kind().is_notice() => {
                explain(page, error, Some(COUNTS_AS_SENT));
            }
            StepStatus::Failed(error) | StepStatus::Unsure(error) => {
                explain(page, error, advise(error));
            }
            StepStatus::Stale(stale) => {
                page.line(Some(Tone::Quiet), TEXT, &clean(&stale.to_string()));
            }
            StepStatus::Skipped { because } => {
                let because = format!("needs {because}, which did not succeed");
                page.line(Some(Tone::Quiet), TEXT, &clean(&because));
            }
        }
    }
    if count > limit {
        let line = format!("and {} more ({SHOW_ALL})", count - limit);
        page.line(Some(Tone::Quiet), TEXT, &line);
    }
}

/// Why: the service's own words, which request it was, and what to do.
fn explain(page: &mut Page, error: &StepError, help: Option<&str>) {
    for line in clean_lines(&error.message()) {
        page.line(None, TEXT, &line);
    }
    page.line(Some(Tone::Quiet), TEXT, &clean(&error.place()));
    if let Some(help) = help {
        page.go_to(TEXT);
        page.paint(Tone::Note, "help:");
        page.put(" ");
        page.wrap(None, TEXT + 6, &clean(help));
        page.end_line();
    }
}

/// `Apply complete: 3 added, 1 changed, 0 destroyed.`, or what it was stopped by and how far it
/// came. Never wrapped, so that a script finds it.
fn counts(summary: &Summary) -> Vec<String> {
    let Totals {
        add,
        change,
        destroy,
        adopt,
        forget,
    } = summary.totals();
    let mut done = format!("{add} added, {change} changed, {destroy} destroyed");
    for (count, what) in [(adopt, " adopted"), (forget, " forgotten")] {
        if count > 0 {
            done.extend([", ", &count.to_string(), what]);
        }
    }
    if summary.is_complete() {
        return vec![format!("Apply complete: {done}.")];
    }
    let Bad {
        failed,
        unsure,
        stale,
        skipped,
    } = Bad::of(summary);
    let mut why: Vec<String> = Vec::new();
    if summary.at_gate {
        why.push("waiting for a person at the gate".to_owned());
    }
    match summary.lead_time {
        Some(LeadTime::Untold(count)) => {
            why.push(format!("{} could not be told", words::people(count)));
        }
        Some(LeadTime::Until(_)) => {
            why.push("waiting until people have had time to read".to_owned());
        }
        None => {}
    }
    if summary.interrupted {
        why.push("interrupted".to_owned());
    }
    let counts = [
        (failed, "failed"),
        (unsure, "unsure"),
        (stale, "refused as stale"),
        (skipped, "skipped"),
    ];
    for (count, what) in counts {
        if count > 0 {
            why.push(format!("{count} {what}"));
        }
    }
    vec![
        format!("Apply stopped: {}.", why.join(", ")),
        format!("Until then {done}."),
    ]
}

/// Which mail may or may not have gone out before an apply was cut short, and what to do about it.
pub fn in_doubt(addresses: &[Address]) -> Option<String> {
    let shown = addresses.iter().take(LIST_LIMIT).map(ToString::to_string);
    let mut names: Vec<String> = shown.map(|name| clean(&name).into_owned()).collect();
    let more = addresses.len().saturating_sub(names.len());
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let mut text = format!(
        "Whether these were sent is not known, and they are not sent again: {}.",
        names.join(", ")
    );
    let is_notice = |address: &Address| address.kind().is_notice();
    if addresses.iter().any(is_notice) {
        text.push_str(" The sender's sent items tell of notices.");
    }
    if !addresses.iter().all(is_notice) {
        text.push_str(
            " Ask the guests; `resend = true` in a line sends another invitation to somebody who has \
             not accepted.",
        );
    }
    (!addresses.is_empty()).then_some(text)
}
