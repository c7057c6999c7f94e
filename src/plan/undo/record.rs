//! The record of a run in two texts: what it was to do, with what was there before, is written when it
//! begins; what became of it when it ends. Where they are kept is the business of the rim.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use thiserror::Error;

use super::way_back;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes};
use crate::model::desired::Owned;
use crate::model::ids::{Digest, RunId};
use crate::model::live::Live;
use crate::plan::file::{self, PlanFileError};
use crate::plan::fingerprint::FactReader;
use crate::plan::value::{Change, Plan, Step};
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
    /// What it was to do, and what was looked at for that.
    pub plan: Plan,
    /// What became of each step; empty while it runs, and for ever when it was cut short.
    pub results: BTreeMap<Address, Became>,
}

/// Why a text is no record of a run.
#[derive(Debug, Error)]
pub enum RecordError {
    /// It is damaged, or something else.
    #[error("the record of the run is damaged")]
    Damaged(#[from] serde_json::Error),
    /// Its plan is.
    #[error("in the record of the run")]
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

/// What a run was to do.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning<U, P> {
    format_version: String,
    run: RunId,
    began: Timestamp,
    /// For readers: what becomes of each step when the run is undone.
    undo: U,
    plan: P,
}

/// What became of a run.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending<A: Ord> {
    format_version: String,
    ended: Timestamp,
    results: BTreeMap<A, Became>,
}

/// The ways back of a plan's steps, one after the other.
struct WaysBack<'a>(&'a Plan);

impl Serialize for WaysBack<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let steps = self.0.steps().filter(|step| step.change.writes());
        serializer.collect_map(steps.map(|step| (&step.address, way_back(step))))
    }
}

/// Writes what a run is about to do. `live` is what the plan was made from.
///
/// # Errors
/// The writer's.
pub fn write_beginning(
    writer: &mut dyn Write,
    (run, began): (&RunId, Timestamp),
    plan: &Plan,
    live: &Live,
    config_digest: &Digest,
) -> io::Result<()> {
    let reader = FactReader::new(live);
    let beginning = Beginning {
        format_version: FORMAT_VERSION.to_owned(),
        run: run.clone(),
        began,
        undo: WaysBack(plan),
        plan: file::form(plan, config_digest, Some(&reader)),
    };
    file::write_json(writer, &beginning)
}

/// Writes what became of each step of a run.
///
/// # Errors
/// The writer's.
pub fn write_ending(
    writer: &mut dyn Write,
    ended: Timestamp,
    results: BTreeMap<&Address, Became>,
) -> io::Result<()> {
    let ending = Ending {
        format_version: FORMAT_VERSION.to_owned(),
        ended,
        results,
    };
    file::write_json(writer, &ending)
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

/// Reads what [`write_beginning`] wrote and, where the run has ended, [`write_ending`].
///
/// # Errors
/// [`RecordError`] says what is wrong with it.
pub fn decode(beginning: &str, ending: Option<&str>) -> Result<RunRecord, RecordError> {
    let Beginning {
        format_version: _,
        run,
        began,
        undo: IgnoredAny,
        plan,
    } = of_this_version::<Beginning<_, &RawValue>>(beginning)?;
    let (plan, _) = file::decode(plan.get())?;
    let results = match ending {
        Some(ending) => of_this_version::<Ending<Address>>(ending)?.results,
        None => BTreeMap::new(),
    };
    Ok(RunRecord {
        run,
        began,
        plan,
        results,
    })
}

fn of_this_version<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, RecordError> {
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
    Ok(serde_json::from_str(text)?)
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
            if way_back::of_kind(step).is_ok() {
                if step.address.kind() == Kind::Policy {
                    owned.policies = true;
                } else {
                    let person = step.address.person();
                    owned.people.insert(person);
                }
            }
            let mut sides = [step.change.before(), step.change.after()].into_iter();
            owned.projects |= sides.any(|side| side.is_some_and(Attributes::has_projects));
        }
    }

    /// What the run gave to people who had nothing, by their names.
    pub(super) fn given(&self, state: &State) -> BTreeMap<&str, &AccessAttributes> {
        let done = self.plan.steps().filter_map(|step| match &step.change {
            Change::Create {
                after: Attributes::Access(after),
            } if self.trace(step, state) == Trace::Done => Some((step.address.key(), after)),
            Change::Create { .. }
            | Change::Update { .. }
            | Change::Adopt { .. }
            | Change::Remove { .. }
            | Change::Forget { .. } => None,
        });
        done.collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::access::EffectiveLevel;
    use crate::plan::sample::{
        ANA, LEE, SAM, access, connection, invitation, mapping, plan, policy,
    };

    #[test]
    fn who_and_what_has_a_way_back_is_looked_up_and_nobody_else() {
        let owned_after = |steps| {
            let record = RunRecord {
                run: RunId::new("r".to_owned()),
                began: Timestamp::UNIX_EPOCH,
                plan: plan(steps),
                results: BTreeMap::new(),
            };
            let mut owned = Owned::default();
            record.add_to(&mut owned);
            owned
        };
        let level = access(LEE, EffectiveLevel::Stakeholder);
        let owned = owned_after(vec![connection(), mapping(ANA), invitation(SAM), level]);
        let people = [&invitation(SAM), &access(LEE, EffectiveLevel::Stakeholder)];
        let people = people.map(|step| step.address.person());
        assert_eq!(owned.people, people.into());
        assert!(!owned.policies && !owned.projects);
        assert!(owned_after(vec![policy()]).policies);
    }
}
