//! The record of a run: what it was to do, with what was there before, and what became of it. Text in,
//! text out; where it is kept is the business of the rim.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

use super::way_back;
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Owned;
use crate::model::ids::{Digest, RunId};
use crate::model::person::Email;
use crate::plan::change::{Change, Step};
use crate::plan::file::{self, PlanFileError};
use crate::plan::value::Plan;
use crate::state::value::State;

/// The version of the format.
const FORMAT_VERSION: &str = "1.0";

/// What became of a step of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It was carried out.
    Done,
    /// It was so already.
    AlreadySo,
    /// It was sent, and did not succeed.
    Failed,
    /// It was sent, and no answer came.
    Unsure,
    /// It was not begun.
    NotBegun,
}

/// One run of apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Which one.
    pub run: RunId,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; absent while it runs, and for ever when it was cut short.
    pub ended: Option<Timestamp>,
    /// What it was to do, and what was looked at for that.
    pub plan: Plan,
    /// The digest of the configuration.
    pub config_digest: Digest,
    /// What became of each step; empty until the run has ended.
    pub results: BTreeMap<Address, Became>,
}

/// Why a text is no record of a run.
#[derive(Debug, Error)]
pub enum RecordError {
    /// It is damaged, or something else.
    #[error("the record of the run is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// Its plan is.
    #[error("in the record of the run: {0}")]
    Plan(#[from] PlanFileError),
    /// It was written by another version.
    #[error(
        "the record of the run has format version {found:?}; this version reads {FORMAT_VERSION:?}"
    )]
    Version {
        /// The version it names.
        found: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordFile {
    format_version: String,
    run: RunId,
    began: Timestamp,
    ended: Option<Timestamp>,
    results: BTreeMap<Address, Became>,
    /// For readers: what becomes of each step when the run is undone.
    undo: BTreeMap<Address, String>,
    plan: Box<RawValue>,
}

/// Writes a record.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn encode(record: &RunRecord) -> Result<String, serde_json::Error> {
    let steps = record.plan.steps().filter(|step| step.change.writes());
    let file = RecordFile {
        format_version: FORMAT_VERSION.to_owned(),
        run: record.run.clone(),
        began: record.began,
        ended: record.ended,
        results: record.results.clone(),
        undo: steps
            .map(|step| (step.address.clone(), way_back(step)))
            .collect(),
        plan: RawValue::from_string(file::encode(&record.plan, &record.config_digest))?,
    };
    let json = serde_json::to_string_pretty(&file)?;
    Ok(file::escape_steering(json) + "\n")
}

fn way_back(step: &Step) -> String {
    match (way_back::of_kind(step), step.change.before()) {
        (Err(why), _) => format!("no way back: {why}"),
        (Ok(()), Some(before)) => format!("back to: {}", before.headline()),
        (Ok(()), None) if step.address.kind() == Kind::Removal => {
            "access is given again, where the directory knows the person".to_owned()
        }
        (Ok(()), None) => "taken out again, as long as nobody has touched it".to_owned(),
    }
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// [`RecordError`] says what is wrong with it.
pub fn decode(text: &str) -> Result<RunRecord, RecordError> {
    #[derive(Deserialize)]
    struct Probe {
        format_version: String,
    }
    let Probe {
        format_version: found,
    } = serde_json::from_str(text)?;
    if found != FORMAT_VERSION {
        return Err(RecordError::Version { found });
    }
    let RecordFile {
        format_version: _,
        run,
        began,
        ended,
        results,
        undo: _,
        plan,
    } = serde_json::from_str(text)?;
    let (plan, config_digest) = file::decode(plan.get())?;
    Ok(RunRecord {
        run,
        began,
        ended,
        plan,
        config_digest,
        results,
    })
}

/// Whether a run did what a step was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    /// It did.
    Done,
    /// It was cut short, and nothing tells whether it did. Somebody else may have.
    Lost,
    /// It did not.
    NotDone,
}

impl RunRecord {
    /// Adds what has to be looked up to undo this run: neither org.toml nor the state may speak of it
    /// any more.
    pub fn add_to(&self, owned: &mut Owned) {
        for step in self.plan.steps().filter(|step| step.change.writes()) {
            match step.address.kind() {
                Kind::Policy => owned.policies = true,
                Kind::Removal | Kind::Invitation | Kind::Access => {
                    let person = Email::from_service(step.address.key());
                    owned.people.insert(person);
                }
                // None of these has a way back.
                Kind::NoticeBefore
                | Kind::SshKey
                | Kind::Token
                | Kind::DirectoryUser
                | Kind::Connection
                | Kind::Mapping
                | Kind::NoticeAfter => {}
            }
            let mut sides = [step.change.before(), step.change.after()].into_iter();
            owned.projects |= sides.any(|side| side.is_some_and(Attributes::has_projects));
        }
    }

    pub(super) fn has_done(&self, step: &Step, state: &State) -> bool {
        self.trace(step, state) == Trace::Done
    }

    /// Whether the run did what a step was to do. Where it was cut short, or no answer came, the state
    /// knows: recovery has looked since.
    pub(super) fn trace(&self, step: &Step, state: &State) -> Trace {
        let is_update = matches!(step.change, Change::Update { .. });
        let is_owned = || {
            let entry = state.entries.get(&step.address);
            if self.plan.header.undo.is_some() {
                // Whoever undoes lets go.
                return entry.is_none();
            }
            match (entry, step.change.after()) {
                (Some(entry), Some(after)) => {
                    // These have learnt something since: who it became, whether a mail went out.
                    let learns = matches!(step.address.kind(), Kind::Invitation | Kind::Mapping);
                    let is_same = learns || entry.attributes.is_same(after);
                    entry.applied_at >= self.began && is_same
                }
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
        };
        match self.results.get(&step.address) {
            Some(Became::Done) => Trace::Done,
            // Looking settles what was made; whether something was changed only live shows.
            Some(Became::Unsure) if is_update || is_owned() => Trace::Done,
            // A guest may be there although the mail that goes with it failed.
            Some(Became::Failed) if step.address.kind() == Kind::Invitation && is_owned() => {
                Trace::Done
            }
            None if is_owned() => Trace::Done,
            None if is_update => Trace::Lost,
            Some(Became::AlreadySo | Became::NotBegun | Became::Failed | Became::Unsure) | None => {
                Trace::NotDone
            }
        }
    }
}
