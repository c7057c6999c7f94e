//! The words of a plan: verbs, marks, counts, and the lines that every form of it shares.

use std::fmt;

use super::style::{Tone, glyph};
use crate::model::address::Address;
use crate::model::ids::{Serial, TenantId};
use crate::model::live::Connection;
use crate::model::person::Email;
use crate::plan::rules::Severity;
use crate::plan::value::{
    Change, Class, FindingCounts, Header, Plan, Reason, RemoveFrom, Risk, Totals,
};

/// The glyph of a step.
pub(super) const fn class_glyph(class: Class) -> &'static str {
    match class {
        Class::Add => glyph::ADD,
        Class::Change => glyph::CHANGE,
        Class::Destroy => glyph::DESTROY,
        Class::Adopt => glyph::ADOPT,
        Class::Forget => glyph::FORGET,
    }
}

/// The tone of a step.
pub(super) const fn class_tone(class: Class) -> Tone {
    match class {
        Class::Add => Tone::Add,
        Class::Change => Tone::Change,
        Class::Destroy => Tone::Destroy,
        Class::Adopt => Tone::Adopt,
        Class::Forget => Tone::Quiet,
    }
}

/// The word that marks a step which a reviewer must not overlook.
pub(super) const fn mark(risk: Risk) -> &'static str {
    match risk {
        Risk::None | Risk::Low => "",
        Risk::OneWay => "one-way",
        Risk::Destructive => "destructive",
    }
}

/// Whether the action alone says why: then the reason is not worth a line. Before the first apply
/// nothing was made by orgctl, so that is not worth a line either.
pub(super) fn is_obvious(reason: Reason, change: &Change, header: &Header) -> bool {
    match (reason, change) {
        (Reason::Missing, Change::Create { .. })
        | (Reason::Differs, Change::Update { .. })
        | (Reason::AlreadyThere, Change::Adopt { .. })
        | (Reason::LineGone, Change::Remove { .. }) => true,
        (Reason::DiffersNotOurs, Change::Update { .. }) => header.serial == Serial::default(),
        (_, _) => false,
    }
}

/// What became of the name of an account.
pub(super) fn renamed(address: &Address, now: &Email) -> String {
    if address.kind().maps() {
        return format!(
            "leads to an account that is called {now} now: write this name in org.toml"
        );
    }
    let name = address.person();
    format!("{name} is called {now} now: write this name in org.toml")
}

/// Where somebody is taken out of.
pub(super) const fn taken_from(from: RemoveFrom) -> &'static str {
    match (from.organization.is_some(), from.directory) {
        (true, true) => "from the organization and the directory",
        (true, false) => "from the organization",
        (false, true) => "from the directory",
        (false, false) => "from nowhere: they are gone already",
    }
}

/// What backs the organization now.
pub(super) fn connection(now: Connection, wanted: TenantId) -> String {
    match now {
        Connection::Personal => "none: personal Microsoft accounts sign in".to_owned(),
        Connection::Tenant(id) if id == wanted => "this tenant".to_owned(),
        Connection::Tenant(id) => format!("another tenant: {id}"),
        Connection::Unknown => "not known: the service did not say".to_owned(),
    }
}

/// `1 user`, `2 users`.
pub(super) fn users(count: u32) -> String {
    format!("{count} {}", if count == 1 { "user" } else { "users" })
}

/// `1 day`, `2 days`.
pub(super) fn days(count: u32) -> String {
    format!("{count} {}", if count == 1 { "day" } else { "days" })
}

/// `1 person`, `2 people`.
pub(super) fn people(count: usize) -> String {
    format!("{count} {}", if count == 1 { "person" } else { "people" })
}

/// `1 step is`, `2 steps are`.
pub(super) fn steps(count: usize) -> String {
    match count {
        1 => "1 step is".to_owned(),
        _ => format!("{count} steps are"),
    }
}

/// The counts that are not zero, as in the last line of a plan.
pub(super) struct Counts(pub(super) Totals);

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.0.add, "to add"),
            (self.0.change, "to change"),
            (self.0.destroy, "to destroy"),
            (self.0.adopt, "to adopt"),
            (self.0.forget, "to forget"),
        ];
        let mut between = "";
        for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{between}{count} {what}")?;
            between = ", ";
        }
        Ok(())
    }
}

/// The last line of a plan, in Terraform's words.
pub(super) fn footer(totals: Totals) -> String {
    let Totals {
        add,
        change,
        destroy,
        adopt,
        forget,
    } = totals;
    let mut line = format!("Plan: {add} to add, {change} to change, {destroy} to destroy");
    for (count, what) in [(adopt, "to adopt"), (forget, "to forget")] {
        if count > 0 {
            line.extend([", ", &count.to_string(), " ", what]);
        }
    }
    line + "."
}

/// What an empty plan says. It only claims that all is well when nothing was left out of it.
pub(super) fn no_changes(plan: &Plan) -> String {
    if plan.is_refused() {
        "No changes: the plan is refused.".to_owned()
    } else if let Some(undo) = &plan.header.undo {
        let run = super::sanitize::clean(undo.run.as_str()).into_owned();
        format!("No changes: nothing of run {run} is left to undo.")
    } else if plan.has_blocked() {
        "No changes, apart from what is blocked.".to_owned()
    } else {
        let organization = plan.header.organization.as_str();
        let organization = super::sanitize::clean(organization);
        format!("No changes. {organization} is as org.toml says.")
    }
}

/// What a reviewer should know of a plan before anything else, if there is such a thing.
pub(super) fn stakes(plan: &Plan) -> Option<String> {
    let parts: Vec<String> = [
        (Risk::Destructive, "access is lost"),
        (Risk::OneWay, "cannot be undone"),
    ]
    .into_iter()
    .filter_map(|(risk, what)| {
        let count = plan.steps().filter(|step| step.risk() == risk).count();
        (count > 0).then(|| format!("{count} {} ({what})", mark(risk)))
    })
    .collect();
    (!parts.is_empty()).then(|| format!("Mind: {}.", parts.join(", ")))
}

/// Why a refused plan is refused.
pub(super) fn refusal(plan: &Plan) -> Option<String> {
    let fatal = |severity| severity == Severity::Fatal;
    let findings = plan.findings.iter();
    let count = findings.filter(|found| fatal(found.severity)).count();
    let word = if count == 1 { "finding" } else { "findings" };
    (count > 0)
        .then(|| format!("Refused: {count} fatal {word}; nothing of this plan can be applied."))
}

/// How many findings a plan has, of each severity that there is.
pub(super) fn checked(plan: &Plan) -> String {
    let FindingCounts {
        fatal,
        blocked,
        warning,
        note,
    } = plan.finding_counts();
    let parts = [
        (fatal, "fatal"),
        (blocked, "blocked"),
        (warning, if warning == 1 { "warning" } else { "warnings" }),
        (note, if note == 1 { "note" } else { "notes" }),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let organization = super::sanitize::clean(plan.header.organization.as_str()).into_owned();
    if parts.is_empty() {
        format!("Checked {organization}: no findings.")
    } else {
        format!("Checked {organization}: {}.", parts.join(", "))
    }
}

/// The tone of a severity.
pub(super) const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Fatal => Tone::Destroy,
        Severity::Blocked | Severity::Warning => Tone::Caution,
        Severity::Note => Tone::Note,
    }
}
