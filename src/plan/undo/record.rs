//! The record of a run in two texts: what it was to do, with what was there before, is written when it
//! begins; what became of it when it ends. Where they are kept is the business of the rim.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use thiserror::Error;

use super::draft::WayBack;
use super::run::{Became, RunRecord};
use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::desired::Owned;
use crate::model::ids::{Digest, RunId};
use crate::model::live::Live;
use crate::plan::file::{self, PlanFileError};
use crate::plan::fingerprint::FactReader;
use crate::plan::kinds;
use crate::plan::value::{NoWayBack, Plan, Step};

/// The version of the format.
const FORMAT_VERSION: &str = "1.0";

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
        serializer.collect_map(steps.map(|step| (&step.address, outlook(step))))
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

/// What becomes of a step when the run is undone, in words.
fn outlook(step: &Step) -> String {
    match (way_back(step), step.change.before()) {
        (Err(why), _) => format!("no way back: {why}"),
        (Ok(_), Some(before)) => format!("back to: {}", before.headline()),
        (Ok(_), None) if step.address.kind().takes_away() => {
            "access is given again, where the directory knows the person".to_owned()
        }
        (Ok(_), None) => "taken out again, as long as nobody has touched it".to_owned(),
    }
}

fn way_back(step: &Step) -> Result<WayBack, NoWayBack> {
    (kinds::of(step.address.kind()).way_back)(step)
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

impl RunRecord {
    /// Adds what has to be looked up to undo this run: neither org.toml nor the state may speak of it
    /// any more.
    pub fn add_to(&self, owned: &mut Owned) {
        for step in self.plan.steps().filter(|step| step.change.writes()) {
            if way_back(step).is_ok() {
                // Of what is no person's, only policies have a way back.
                if step.address.kind().is_per_person() {
                    owned.people.insert(step.address.person());
                } else {
                    owned.policies = true;
                }
            }
            let mut sides = [step.change.before(), step.change.after()].into_iter();
            owned.projects |= sides.any(|side| side.is_some_and(Attributes::has_projects));
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
