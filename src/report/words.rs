//! The words of a plan: verbs, marks, counts, and the lines that every form of it shares.

use std::collections::BTreeSet;
use std::fmt;

use super::style::{Tone, glyph};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, GuestBy};
use crate::model::ids::{Serial, TenantId};
use crate::model::live::Connection;
use crate::plan::rules::Severity;
use crate::plan::value::{
    Action, Change, Class, FindingCounts, Header, Plan, Reason, RemoveFrom, Risk, Stage,
    StageSteps, Step, Totals,
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

/// What is done to somebody, as a person would say it.
pub(super) fn verb(step: &Step) -> &'static str {
    let disconnects = matches!(
        step.change.after(),
        Some(Attributes::Connection(connection)) if connection.tenant.is_none()
    );
    match (step.change.action(), step.address.kind()) {
        (Action::Adopt | Action::Forget, _) => step.change.action().as_str(),
        (_, Kind::Connection) if step.leaves_tenant() && !disconnects => "change",
        (Action::Create | Action::Update, Kind::Connection) if !disconnects => "connect",
        (Action::Create | Action::Update | Action::Delete, Kind::Connection) => "disconnect",
        (Action::Create, Kind::Removal) | (Action::Delete, _) => "remove",
        (Action::Create, Kind::DirectoryUser) if is_restored(step) => "restore",
        (Action::Create, Kind::DirectoryUser) => "create",
        (Action::Create | Action::Update, Kind::Invitation) => asked_of(step),
        (Action::Create, Kind::Mapping) => "map",
        (Action::Create, Kind::Access) => "add",
        (Action::Update, Kind::Access) | (Action::Create | Action::Update, Kind::Policy) => "set",
        (Action::Create | Action::Update, Kind::SshKey | Kind::Token) => "revoke",
        (Action::Create | Action::Update, Kind::NoticeBefore | Kind::NoticeAfter) => "tell",
        (Action::Update, Kind::Removal | Kind::DirectoryUser | Kind::Mapping) => "update",
    }
}

fn is_restored(step: &Step) -> bool {
    step.change.after().is_some_and(Attributes::is_restored)
}

/// What is done to a guest.
const fn asked_of(step: &Step) -> &'static str {
    let by = match step.change.after() {
        Some(Attributes::Invitation(invitation)) => invitation.by,
        Some(_) | None => GuestBy::Invitation,
    };
    match by {
        GuestBy::Invitation if matches!(step.change, Change::Update { .. }) => "update",
        GuestBy::Invitation => "invite",
        GuestBy::Restoring { .. } => "restore",
        GuestBy::Resending => "resend",
        GuestBy::Resetting => "reset",
    }
}

/// What the steps of a stage do, for its heading.
pub(super) fn title(stage: &StageSteps) -> &'static str {
    let mut steps = stage.steps.iter();
    let found = steps.find_map(|step| Some((step, step.change.after()?.connection()?)));
    let revokes = |step: &Step| step.address.kind().revokes();
    match found {
        Some((_, after)) if after.tenant.is_none() => "take the organization off its tenant",
        Some((step, _)) if step.leaves_tenant() => "move the organization to another tenant",
        Some(_) | None if stage.steps.iter().all(revokes) => "revoke what has to be made anew",
        Some(_) | None if stage.steps.iter().any(revokes) => {
            "take unwanted users out, revoke what has to be made anew"
        }
        Some(_) | None => stage.stage.title(),
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

/// The mark that all steps of a stage share which send a request, so that its heading can carry it.
/// Lost access is said beside every name.
pub(super) fn shared_mark(stage: &StageSteps) -> &'static str {
    let mut risks = stage
        .steps
        .iter()
        .filter(|step| step.change.writes())
        .map(Step::risk);
    let first = risks.next();
    if first == Some(Risk::OneWay) && risks.all(|risk| risk == Risk::OneWay) {
        mark(Risk::OneWay)
    } else {
        ""
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

/// How many of what a stage is about. The denominator stands wherever the steps are about people
/// who are in the organization now; people who come in are no part of it.
pub(super) fn denominator(stage: &StageSteps, header: &Header) -> String {
    let steps = stage.steps.len();
    let all = users(header.members);
    match stage.stage {
        Stage::Connect => "1 organization".to_owned(),
        Stage::Announce | Stage::Inform | Stage::Map => format!("{steps} of {all}"),
        Stage::Clean => clean_out(stage, &all),
        Stage::Directory => people(steps),
        Stage::Settings => policies(steps),
        Stage::Access => {
            let comes_in = |step: &&Step| step.class() == Class::Add;
            match stage.steps.iter().filter(comes_in).count() {
                0 => format!("{steps} of {all}"),
                new if new == steps => format!("{new} beside {all}"),
                new => format!("{} of {all}, {new} new", steps - new),
            }
        }
    }
}

/// `1 user`, `2 users`.
pub(super) fn users(count: u32) -> String {
    format!("{count} {}", if count == 1 { "user" } else { "users" })
}

/// People who leave, and people whose keys or tokens go. One person can have both of the latter.
fn clean_out(stage: &StageSteps, all: &str) -> String {
    let keys = |kind: Kind| {
        let steps = stage.steps.iter();
        steps
            .filter(move |step| step.address.kind() == kind)
            .map(|step| step.address.key())
    };
    let removed = keys(Kind::Removal).count();
    let revoked: BTreeSet<&str> = keys(Kind::SshKey).chain(keys(Kind::Token)).collect();
    match (removed, revoked.len()) {
        (removed, 0) => format!("{removed} of {all}"),
        (0, revoked) => format!("{revoked} of {all}"),
        (removed, revoked) => format!("{removed} and {revoked} of {all}"),
    }
}

/// `1 policy`, `2 policies`.
fn policies(count: usize) -> String {
    format!("{count} {}", if count == 1 { "policy" } else { "policies" })
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
