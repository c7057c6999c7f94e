//! The plan: a complete value. Nothing is decided after it is made.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::step::{Class, Step};
use super::undoing::Undoing;
use crate::model::address::Address;
use crate::model::ids::{Lineage, OrganizationName, Serial, TenantId};
use crate::model::kind::Stage;
use crate::model::live::Connection;
use crate::model::person::Email;
use crate::plan::rules::{Finding, Severity};

/// The steps of one stage, in the order of their addresses. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSteps {
    /// Which stage.
    pub stage: Stage,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// What a plan was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// The organization.
    pub organization: OrganizationName,
    /// The tenant that is to back it.
    pub tenant: TenantId,
    /// The tenant's name. From outside: never trusted.
    pub tenant_name: String,
    /// What backs it now.
    pub connection: Connection,
    /// How many users the organization has now: the denominator of every count.
    pub members: u32,
    /// The lineage of the state.
    pub lineage: Lineage,
    /// The serial of the state.
    pub serial: Serial,
    /// With notices, how many days after them the connection may be made, at the earliest.
    pub lead_days: Option<u32>,
    /// The run that it undoes, and what of that run stays; none for a plan of org.toml.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undoing>,
}

/// Something that we applied and that live shows otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// What.
    pub address: Address,
    /// How it changed.
    pub kind: DriftKind,
    /// What it is called now, where it has another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Email>,
}

/// How something changed outside orgctl.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// It is gone.
    Gone,
    /// It is there, and different.
    Changed,
    /// It is there, under another name.
    Renamed,
}

/// The ordered whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it was made from.
    pub header: Header,
    /// The stages that have steps, in order.
    pub stages: Vec<StageSteps>,
    /// What the planner has to say besides, gravest first.
    pub findings: Vec<Finding>,
    /// What changed outside since the last apply.
    pub drift: Vec<Drift>,
    /// What was looked at for each step. Empty where nobody has asked: it is for plans that are saved
    /// and carried out later.
    pub facts: BTreeMap<Address, Facts>,
}

/// How many steps of each sort a plan has, as Terraform counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Things that are made.
    pub add: u32,
    /// Things that are changed.
    pub change: u32,
    /// People who are taken out, and things that are taken away.
    pub destroy: u32,
    /// Things that are only recorded as ours.
    pub adopt: u32,
    /// Things that are only struck off our record.
    pub forget: u32,
}

impl Plan {
    /// Every step, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.stages.iter().flat_map(|stage| &stage.steps)
    }

    /// The steps of one stage alone, as far as they wait for no other step that is yet to be done.
    #[must_use = "returns the smaller plan and leaves this one as it is"]
    pub fn only(&self, stage: Stage) -> Self {
        let ahead = self.steps().filter(|step| step.change.writes());
        let ahead: BTreeSet<&Address> = ahead.map(|step| &step.address).collect();
        let is_ready = |step: &Step| step.needs.iter().all(|need| !ahead.contains(need));
        let stages = self.stages.iter().filter(|steps| steps.stage == stage);
        let stages = stages.map(|StageSteps { stage, steps }| StageSteps {
            stage: *stage,
            steps: steps
                .iter()
                .filter(|step| is_ready(step))
                .cloned()
                .collect(),
        });
        Self {
            stages: stages.filter(|stage| !stage.steps.is_empty()).collect(),
            ..self.clone()
        }
    }

    /// Whether there is nothing to do, not even in the state.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// Whether a finding forbids applying it.
    pub fn is_refused(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Fatal)
    }

    /// Whether steps of some people had to be left out.
    pub fn has_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Blocked)
    }

    /// Counts the findings.
    pub fn finding_counts(&self) -> FindingCounts {
        let mut counts = FindingCounts::default();
        for finding in &self.findings {
            match finding.severity {
                Severity::Fatal => counts.fatal += 1,
                Severity::Blocked => counts.blocked += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Note => counts.note += 1,
            }
        }
        counts
    }

    /// Counts the steps.
    pub fn totals(&self) -> Totals {
        Totals::of(self.steps().map(Step::class))
    }
}

/// How many findings of each severity a plan has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FindingCounts {
    /// Those that refuse it.
    pub fatal: u32,
    /// Those that leave out steps.
    pub blocked: u32,
    /// Those that are worth a look.
    pub warning: u32,
    /// Those that are for information.
    pub note: u32,
}

impl Totals {
    /// Counts steps.
    pub fn of(classes: impl IntoIterator<Item = Class>) -> Self {
        let mut totals = Self::default();
        for class in classes {
            totals.count(class);
        }
        totals
    }

    const fn count(&mut self, class: Class) {
        let count = match class {
            Class::Add => &mut self.add,
            Class::Change => &mut self.change,
            Class::Destroy => &mut self.destroy,
            Class::Adopt => &mut self.adopt,
            Class::Forget => &mut self.forget,
        };
        *count += 1;
    }
}
