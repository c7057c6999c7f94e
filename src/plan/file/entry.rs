//! One step as JSON, there and back.
//!
//! Owns what a reader is given besides the bare step (kind, stage, risk, unknown fields), and the
//! comparison of all that with the step on the way back.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Place;
use crate::model::ids::{Digest, RemoteId};
use crate::plan::value::{Action, Change, Facts, Reason, RemoveFrom, Risk, Stage, Step};

/// One step. `A` is [`Attributes`] for writers, and raw JSON until the kind of the address has told
/// which attributes they are.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResourceChange<A> {
    /// What the step is about.
    address: Address,
    /// The first part of the address.
    #[serde(rename = "type")]
    kind: Kind,
    /// The second part of the address: the person, or the organization.
    index: String,
    /// The group of steps that it runs in.
    stage: Stage,
    /// What it does.
    change: Body<A>,
    /// Why it is in the plan.
    action_reason: Reason,
    /// Where the configuration asks for it.
    source: Option<Place>,
    /// How it touches people. A rule about lost access looks here: a removal is a thing of its own,
    /// so taking a person out is the *creation* of a removal.
    risk: Risk,
    /// The addresses that must have succeeded before, as far as they are in the plan.
    needs: BTreeSet<Address>,
    /// Who it is about, as the service spells their name. Chosen by that person.
    display_name: Option<String>,
    /// A digest of what was looked at for this step. `apply` looks again, at the start and before it
    /// writes, and refuses the step where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Digest>,
    /// What was looked at, for the words in which a difference is told.
    #[serde(default, rename = "seen", skip_serializing_if = "Option::is_none")]
    facts: Option<Facts>,
}

/// What a step does.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Change")]
struct Body<A> {
    /// Exactly one word. `adopt` and `forget` change nothing but the state.
    actions: [Action; 1],
    /// The id under which the service knows it; absent for what does not exist yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<RemoteId>,
    /// As it is.
    before: Option<A>,
    /// As it shall be.
    after: Option<A>,
    /// Which fields of `after` an earlier step has to find out.
    after_unknown: Unknown,
    /// Where something is taken away from; present with `delete` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<RemoveFrom>,
}

/// The fields of `after` that are not known yet.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Unknown {
    /// True when an earlier step of the plan makes the identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    identity: bool,
}

/// A step that has been read and compared with what is derived from it.
pub(super) struct Checked(pub(super) Step, pub(super) Option<Facts>);

impl Unknown {
    fn of(after: Option<&Attributes>) -> Self {
        let identity = after.and_then(Attributes::identity);
        Self {
            identity: identity.is_some_and(|identity| identity.awaited().is_some()),
        }
    }
}

impl<'a> ResourceChange<&'a Attributes> {
    pub(super) fn from_step(step: &'a Step, facts: Option<Facts>) -> Self {
        let (id, from) = match &step.change {
            Change::Create { .. } | Change::Forget { .. } => (None, None),
            Change::Update { id, .. } | Change::Adopt { id, .. } => (Some(*id), None),
            Change::Remove { id, from, .. } => (Some(*id), Some(*from)),
        };
        let after = step.change.after();
        Self {
            address: step.address.clone(),
            kind: step.address.kind(),
            index: step.address.key().to_owned(),
            stage: step.address.kind().stage(),
            change: Body {
                actions: [step.change.action()],
                id,
                before: step.change.before(),
                after,
                after_unknown: Unknown::of(after),
                from,
            },
            action_reason: step.reason,
            source: step.source.clone(),
            risk: step.risk(),
            needs: step.needs.iter().cloned().collect(),
            display_name: step.display_name.clone(),
            fingerprint: facts.as_ref().map(Facts::fingerprint),
            facts,
        }
    }
}

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = ResourceChange::<Value>::deserialize(deserializer)?;
        let address = entry.address.clone();
        checked(entry)
            .map(|(step, facts)| Self(step, facts))
            .map_err(|why| D::Error::custom(format_args!("{address}: {why}")))
    }
}

/// The step of an entry, when everything in the entry agrees with it.
fn checked(entry: ResourceChange<Value>) -> Result<(Step, Option<Facts>), String> {
    let kind = entry.address.kind();
    let unknown = entry.change.after_unknown;
    let step = Step {
        change: change(kind, entry.change)?,
        address: entry.address,
        reason: entry.action_reason,
        needs: entry.needs.into_iter().collect(),
        source: entry.source,
        display_name: entry.display_name,
    };
    let agreements = [
        ("type", entry.kind == kind),
        ("index", entry.index == step.address.key()),
        ("stage", entry.stage == kind.stage()),
        ("risk", entry.risk == step.risk()),
        (
            "change.after_unknown",
            unknown == Unknown::of(step.change.after()),
        ),
        (
            "fingerprint",
            entry.fingerprint == entry.facts.as_ref().map(Facts::fingerprint),
        ),
    ];
    match agreements.into_iter().find(|(_, agrees)| !agrees) {
        None => Ok((step, entry.facts)),
        Some((field, _)) => Err(format!("{field} contradicts the rest of the entry")),
    }
}

/// The change of a body, when the body holds exactly the data that its action needs.
fn change(kind: Kind, body: Body<Value>) -> Result<Change, String> {
    let [action] = body.actions;
    let before = attributes(kind, "before", body.before)?;
    let after = attributes(kind, "after", body.after)?;
    match (action, body.id, before, after, body.from) {
        (Action::Create, None, None, Some(after), None) => Ok(Change::Create { after }),
        (Action::Update, Some(id), Some(before), Some(after), None) => {
            Ok(Change::Update { id, before, after })
        }
        (Action::Adopt, Some(id), None, Some(after), None) => Ok(Change::Adopt { id, after }),
        (Action::Delete, Some(id), Some(before), None, Some(from)) => {
            Ok(Change::Remove { id, before, from })
        }
        (Action::Forget, None, Some(before), None, None) => Ok(Change::Forget { before }),
        (_, _, _, _, _) => Err(format!(
            "change holds other data than {} needs",
            action.as_str()
        )),
    }
}

fn attributes(kind: Kind, field: &str, value: Option<Value>) -> Result<Option<Attributes>, String> {
    value
        .map(|value| Attributes::deserialize_as(kind, value))
        .transpose()
        .map_err(|error| format!("change.{field}: {error}"))
}
