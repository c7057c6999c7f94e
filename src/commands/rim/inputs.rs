//! What a command works with once everything is loaded: org.toml, and what was read for a plan.

use crate::apply::Recovered;
use crate::config::Resolved;
use crate::model::desired::Owned;
use crate::model::ids::Digest;
use crate::model::live::Live;
use crate::plan::fingerprint;
use crate::plan::undo::{RunRecord, undo};
use crate::plan::value::Plan;
use crate::report::notice::Templates;
use crate::state::value::State;

/// org.toml, loaded.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) resolved: Resolved,
    pub(crate) digest: Digest,
    /// Texts of the user's own for notices.
    pub(crate) templates: Templates,
    /// The run that is undone, where a command was asked for that.
    pub(crate) undoes: Option<RunRecord>,
}

/// What a plan is made from, besides org.toml.
pub(crate) struct Inputs {
    pub(crate) live: Live,
    pub(crate) state: State,
    /// What an earlier run had left open, and how it was settled.
    pub(crate) recovered: Option<Recovered>,
}

impl Config {
    /// Of whom and what the state speaks; and the record of the run, where one is undone.
    pub(crate) fn owned(&self, state: &State) -> Owned {
        let mut owned = state.owned();
        if let Some(record) = &self.undoes {
            record.add_to(&mut owned);
        }
        owned
    }

    /// What has to happen so that what was read becomes what org.toml says; or, where a run is undone,
    /// what it was before that run.
    pub(crate) fn plan(&self, inputs: &Inputs) -> Plan {
        let Some(record) = &self.undoes else {
            return self.plan_of_file(inputs);
        };
        let Resolved {
            desired, guards, ..
        } = &self.resolved;
        undo(record, desired, &inputs.live, &inputs.state, guards)
    }

    /// The plan of org.toml, whatever is undone.
    pub(crate) fn plan_of_file(&self, inputs: &Inputs) -> Plan {
        let Resolved {
            desired, guards, ..
        } = &self.resolved;
        crate::plan::plan(desired, &inputs.live, &inputs.state, guards)
    }
}

/// A plan that also says what was looked at, for whoever carries it out later.
pub(crate) fn with_sight(plan: Plan, live: &Live) -> Plan {
    let facts = fingerprint::of_plan(&plan, live);
    Plan { facts, ..plan }
}
