//! A saved plan beside the one of now: which of the reviewed steps still hold, which do not and why,
//! and what has come that nobody reviewed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::fingerprint::FactReader;
use super::value::{Action, Change, Moved, Plan, StageSteps, Step};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::live::Live;
use crate::model::person::Email;

/// Why a step that was reviewed is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// What it is about is not as it was.
    Moved(Vec<Moved>),
    /// Planned now, it would do something else.
    Otherwise {
        /// What was reviewed.
        before: String,
        /// What it would be now.
        now: String,
    },
    /// It is not planned any more.
    NotPlanned,
    /// The plan does not say what was looked at.
    NotSeen,
    /// It needs a step that is refused, or that nobody reviewed.
    Needs(Address),
    /// A step that keeps the owner in is refused, or nobody reviewed it.
    Owner,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved(moved) => {
                let moved: Vec<String> = moved.iter().map(Moved::to_string).collect();
                f.write_str(&moved.join("; "))
            }
            Self::Otherwise { before, now } => {
                write!(f, "reviewed was {before}; now it would be {now}")
            }
            Self::NotPlanned => f.write_str("it is not planned any more"),
            Self::NotSeen => f.write_str("the plan does not say what was looked at for it"),
            Self::Needs(address) => {
                write!(f, "needs {address}, which is refused or was not reviewed")
            }
            Self::Owner => f.write_str(
                "the owner's own steps are refused or were not reviewed, who would be locked out",
            ),
        }
    }
}

/// A step that was reviewed and is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which one.
    pub address: Address,
    /// What it was to do.
    pub action: Action,
    /// Why not.
    pub stale: Stale,
}

/// What is left of a plan that was reviewed.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The steps that hold, with all that is known of now.
    pub plan: Plan,
    /// The steps that do not.
    pub refused: Vec<Refused>,
    /// Steps of now that nobody has reviewed. They are not carried out.
    pub unreviewed: Vec<Address>,
}

/// Compares step by step. `live` is what `now` was made from; `owner` is never locked out.
pub fn compare(reviewed: &Plan, now: Plan, live: &Live, owner: Option<&Email>) -> Comparison {
    let reader = FactReader::new(live);
    let planned: BTreeMap<&Address, &Step> =
        now.steps().map(|step| (&step.address, step)).collect();
    let known: BTreeSet<&Address> = reviewed.steps().map(|step| &step.address).collect();
    let unreviewed: Vec<Address> = planned
        .keys()
        .filter(|address| !known.contains(*address))
        .map(|address| (*address).clone())
        .collect();
    let mut stale: BTreeMap<Address, Stale> = BTreeMap::new();
    for step in reviewed.steps() {
        let found = judge(reviewed, step, planned.get(&step.address).copied(), &reader);
        stale.extend(found.map(|found| (step.address.clone(), found)));
    }
    let writes = |address: &&Address| {
        let step = planned.get(*address);
        step.is_some_and(|step| step.change.writes())
    };
    let strangers: BTreeSet<&Address> = unreviewed.iter().filter(writes).collect();
    refuse_needy(&now, &strangers, &mut stale);
    let is_left_out =
        |step: &Step| stale.contains_key(&step.address) || strangers.contains(&step.address);
    let is_locked_out = owner.is_some_and(|owner| {
        let mut steps = reviewed.steps().chain(now.steps());
        steps.any(|step| is_left_out(step) && keeps(step, owner))
    });
    if is_locked_out {
        for step in reviewed.steps().filter(|step| connects(step)) {
            stale.entry(step.address.clone()).or_insert(Stale::Owner);
        }
        refuse_needy(&now, &strangers, &mut stale);
    }
    let refused = reviewed.steps().filter_map(|step| {
        let stale = stale.get(&step.address)?.clone();
        Some(Refused {
            address: step.address.clone(),
            action: step.change.action(),
            stale,
        })
    });
    let refused = refused.collect();
    let holds = |step: &&Step| known.contains(&step.address) && !stale.contains_key(&step.address);
    let stages = now
        .stages
        .iter()
        .map(|StageSteps { stage, steps }| StageSteps {
            stage: *stage,
            steps: steps.iter().filter(holds).cloned().collect(),
        });
    let stages = stages.filter(|stage| !stage.steps.is_empty()).collect();
    let facts = reviewed.facts.clone();
    let plan = Plan {
        stages,
        facts,
        ..now
    };
    Comparison {
        plan,
        refused,
        unreviewed,
    }
}

/// Refuses what needs a refused step, or one that nobody has reviewed.
fn refuse_needy(now: &Plan, strangers: &BTreeSet<&Address>, stale: &mut BTreeMap<Address, Stale>) {
    // What a step needs comes before it in a plan that was made here, so one way through is enough.
    for step in now
        .steps()
        .filter(|step| !strangers.contains(&step.address))
    {
        let is_missing = |need: &&Address| stale.contains_key(*need) || strangers.contains(*need);
        if !stale.contains_key(&step.address)
            && let Some(need) = step.needs.iter().find(is_missing)
        {
            stale.insert(step.address.clone(), Stale::Needs(need.clone()));
        }
    }
}

/// Why a step does not hold by itself, if it does not.
fn judge(
    reviewed: &Plan,
    step: &Step,
    now: Option<&Step>,
    reader: &FactReader<'_>,
) -> Option<Stale> {
    let Some(facts) = reviewed.facts.get(&step.address) else {
        return Some(Stale::NotSeen);
    };
    let moved = facts.moved(&reader.read(step));
    if !moved.is_empty() {
        return Some(Stale::Moved(moved));
    }
    let Some(now) = now else {
        return Some(Stale::NotPlanned);
    };
    let is_same = now.change == step.change && now.needs == step.needs;
    (!is_same).then(|| Stale::Otherwise {
        before: words(&step.change),
        now: words(&now.change),
    })
}

fn words(change: &Change) -> String {
    let headline = |attributes: Option<&Attributes>| {
        let headline = attributes.map(|attributes| attributes.headline().into_owned());
        headline.filter(|headline| !headline.is_empty())
    };
    let parts = [headline(change.before()), headline(change.after())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{} ({})", change.action().as_str(), parts.join(" → "))
}

fn connects(step: &Step) -> bool {
    step.address.kind() == Kind::Connection && step.change.writes()
}

/// Whether a step makes or maps the account that the owner signs in with.
fn keeps(step: &Step, owner: &Email) -> bool {
    let to = match step.change.after() {
        Some(Attributes::Mapping(mapping)) => Some(&mapping.to),
        Some(_) | None => None,
    };
    let is_theirs = step.address.key() == owner.as_str() || to == Some(owner);
    is_theirs
        && matches!(
            step.address.kind(),
            Kind::DirectoryUser | Kind::Invitation | Kind::Mapping
        )
}

#[cfg(test)]
mod tests;
