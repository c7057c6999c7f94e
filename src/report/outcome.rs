//! What apply prints: how it went, what failed and why, and what a person does at a gate.
//!
//! Owns the words only. It is handed plain values and knows neither how they came about nor what
//! applying is.

use super::page::Page;
use super::sanitize::{clean, clean_lines};
use super::style::{Detail, Look, SHOW_ALL, Tone, glyph};
use super::words;
use crate::model::address::Address;
use crate::model::ids::{OrganizationName, RequestId, TenantId};
use crate::plan::value::Totals;

/// How many results of one sort are shown one by one unless everything is asked for.
const LIST_LIMIT: usize = 20;

/// Where the text beside a status starts: behind the longest status and two blanks.
const TEXT: usize = 9;

/// How one step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// Which step.
    pub address: Address,
    /// How it went.
    pub status: Status,
}

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Carried out.
    Done,
    /// It was as wanted already: nothing was sent, or the service said so.
    AlreadySo,
    /// The service refused it.
    Failed(Trouble),
    /// It was sent and no answer came: it may have been carried out.
    Unsure(Trouble),
    /// Not tried, because a step that it needs did not succeed.
    Skipped {
        /// That step.
        because: Address,
    },
}

/// What went wrong, in the service's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What the service, or the connection to it, said. Never trusted.
    pub message: String,
    /// What the service calls the request, for a support case.
    pub request_id: Option<RequestId>,
    /// What to do about it.
    pub help: Option<String>,
}

/// How an apply went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Every step that was reached.
    pub results: Vec<StepResult>,
    /// How many steps of each sort were carried out.
    pub done: Totals,
    /// Why it went no further, when something other than a failed step stopped it: `interrupted`.
    pub stopped: Option<String>,
    /// What to do now, in order.
    pub next: Vec<String>,
}

/// How many steps ended badly, by how.
#[derive(Clone, Copy, Default)]
struct Bad {
    failed: usize,
    unsure: usize,
    skipped: usize,
}

impl Outcome {
    /// Whether everything was carried out.
    pub fn is_complete(&self) -> bool {
        let Bad {
            failed,
            unsure,
            skipped,
        } = self.bad();
        self.stopped.is_none() && failed + unsure + skipped == 0
    }

    fn bad(&self) -> Bad {
        let mut bad = Bad::default();
        for result in &self.results {
            match result.status {
                Status::Done | Status::AlreadySo => {}
                Status::Failed(_) => bad.failed += 1,
                Status::Unsure(_) => bad.unsure += 1,
                Status::Skipped { .. } => bad.skipped += 1,
            }
        }
        bad
    }
}

/// The outcome as text: what needs a look, the counts, and what to do now.
pub fn outcome(outcome: &Outcome, look: Look) -> String {
    let mut page = Page::new(look, 1024);
    if look.detail == Detail::Full {
        results(&mut page, outcome, usize::MAX, |status| {
            matches!(status, Status::Done | Status::AlreadySo)
        });
    }
    let limit = match look.detail {
        Detail::Brief | Detail::Normal => LIST_LIMIT,
        Detail::Full => usize::MAX,
    };
    results(&mut page, outcome, limit, |status| {
        matches!(status, Status::Skipped { .. })
    });
    results(&mut page, outcome, limit, |status| {
        matches!(status, Status::Unsure(_))
    });
    results(&mut page, outcome, limit, |status| {
        matches!(status, Status::Failed(_))
    });
    page.gap();
    let tone = if outcome.is_complete() {
        Tone::Add
    } else {
        Tone::Caution
    };
    for line in summary(outcome) {
        page.paint(tone, &line);
        page.end_line();
    }
    next(&mut page, &outcome.next);
    page.finish()
}

/// The results of one sort.
fn results(page: &mut Page, outcome: &Outcome, limit: usize, of: impl Fn(&Status) -> bool) {
    let chosen = |result: &&StepResult| of(&result.status);
    let count = outcome.results.iter().filter(chosen).count();
    if count > 0 {
        page.gap();
    }
    for StepResult { address, status } in outcome.results.iter().filter(chosen).take(limit) {
        let (tone, word) = match status {
            Status::Done => (Tone::Add, "done"),
            Status::AlreadySo => (Tone::Quiet, "already"),
            Status::Failed(_) => (Tone::Destroy, "failed"),
            Status::Unsure(_) => (Tone::Caution, "unsure"),
            Status::Skipped { .. } => (Tone::Caution, "skipped"),
        };
        page.paint(tone, word);
        page.go_to(TEXT);
        page.put(&clean(&address.to_string()));
        page.end_line();
        match status {
            Status::Done | Status::AlreadySo => {}
            Status::Failed(trouble) | Status::Unsure(trouble) => explain(page, trouble),
            Status::Skipped { because } => {
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

fn explain(page: &mut Page, trouble: &Trouble) {
    let Trouble {
        message,
        request_id,
        help,
    } = trouble;
    for line in clean_lines(message) {
        page.line(None, TEXT, &line);
    }
    if let Some(id) = request_id {
        let id = format!("request {id}");
        page.line(Some(Tone::Quiet), TEXT, &clean(&id));
    }
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
fn summary(outcome: &Outcome) -> Vec<String> {
    let Totals {
        add,
        change,
        destroy,
        adopt,
        forget,
    } = outcome.done;
    let mut done = format!("{add} added, {change} changed, {destroy} destroyed");
    for (count, what) in [(adopt, " adopted"), (forget, " forgotten")] {
        if count > 0 {
            done.extend([", ", &count.to_string(), what]);
        }
    }
    if outcome.is_complete() {
        return vec![format!("Apply complete: {done}.")];
    }
    let Bad {
        failed,
        unsure,
        skipped,
    } = outcome.bad();
    let mut why: Vec<String> = Vec::new();
    why.extend(
        outcome
            .stopped
            .as_deref()
            .map(|why| clean(why).into_owned()),
    );
    for (count, what) in [(failed, "failed"), (unsure, "unsure"), (skipped, "skipped")] {
        if count > 0 {
            why.push(format!("{count} {what}"));
        }
    }
    vec![
        format!("Apply stopped: {}.", why.join(", ")),
        format!("Until then {done}."),
    ]
}

fn next(page: &mut Page, steps: &[String]) {
    if steps.is_empty() {
        return;
    }
    page.gap();
    page.line(Some(Tone::Heading), 0, "Next");
    for (at, step) in steps.iter().enumerate() {
        numbered(page, at + 1, &clean(step));
    }
}

fn numbered(page: &mut Page, number: usize, clean: &str) {
    page.go_to(2);
    page.put(&number.to_string());
    page.put(".");
    page.go_to(5);
    page.wrap(None, 5, clean);
    page.end_line();
}

/// A gate at the connect stage: what a person has to do before apply can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate<'a> {
    /// The organization.
    pub organization: &'a OrganizationName,
    /// The tenant to connect to; none when the organization is to be disconnected.
    pub tenant: Option<(TenantId, &'a str)>,
    /// How many members the map stage gives their access back.
    pub mappings: usize,
    /// Whether apply waits and looks again by itself; otherwise it stops here.
    pub waits: bool,
}

/// What a person has to do at a gate, and how it goes on.
pub fn gate(gate: &Gate<'_>, look: Look) -> String {
    let mut page = Page::new(look, 1024);
    let organization = clean(gate.organization.as_str());
    let (verb, goal) = match gate.tenant {
        Some((_, name)) => ("connects", format!("{organization} to {}", clean(name))),
        None => ("disconnects", format!("{organization} from its tenant")),
    };
    page.paint(Tone::Caution, glyph::CHANGE);
    page.put(" ");
    page.paint(Tone::Caution, "gate");
    page.put("  ");
    page.wrap(Some(Tone::Heading), 8, &format!("a person {verb} {goal}"));
    page.end_line();
    page.gap();
    let url = format!("https://dev.azure.com/{organization}/_settings/organizationAad");
    numbered(&mut page, 1, &format!("Sign in as {}.", who(gate)));
    numbered(&mut page, 2, &format!("Open {url}"));
    match gate.tenant {
        Some((id, name)) => {
            numbered(&mut page, 3, "Press \"Connect directory\" and choose:");
            page.line(None, 5, &format!("{}  {id}", clean(name)));
            let warning = format!(
                "Confirm, although it warns that members will lose access: the map stage gives it \
                 back to {}. Leave \"Resolve\" alone, and sign out when it asks for it.",
                words::people(gate.mappings)
            );
            numbered(&mut page, 4, &warning);
        }
        None => {
            numbered(
                &mut page,
                3,
                "Press \"Disconnect directory\", confirm, and sign out.",
            );
        }
    }
    page.gap();
    let on = if gate.waits {
        "orgctl looks again every few seconds and goes on by itself. Ctrl-C stops it safely."
    } else {
        "Then run `orgctl apply` again: it sees what was done and goes on from there."
    };
    page.line(None, 0, on);
    page.finish()
}

const fn who(gate: &Gate<'_>) -> &'static str {
    match gate.tenant {
        Some(_) => {
            "a Project Collection Administrator (the owner is one) who is a member of the tenant, \
             not a guest"
        }
        None => {
            "a Project Collection Administrator, after making a personal Microsoft account the \
             owner of the organization"
        }
    }
}
