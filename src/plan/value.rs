//! The plan: a complete value. After it is made nothing is decided again.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{Action, Step};
use super::finding::{Finding, Severity};
use super::fingerprint::Seen;
use super::undo::Undoing;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, GuestBy};
use crate::model::ids::{Lineage, OrganizationName, Serial, TenantId};
use crate::model::live::Connection;

/// A group of steps that may run side by side. The order is the order in which apply goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// People are told what will happen.
    Announce,
    /// Unwanted users leave, credentials are revoked.
    Clean,
    /// Missing members are made, guests are invited.
    Directory,
    /// The organization is connected to the tenant.
    Connect,
    /// Members become identities of the directory.
    Map,
    /// Policies of the organization.
    Settings,
    /// Access levels.
    Access,
    /// People are told what is left for them to do.
    Inform,
}

impl Stage {
    /// The stage in which a kind's steps run.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::NoticeBefore => Self::Announce,
            Kind::Removal | Kind::SshKey | Kind::Token => Self::Clean,
            Kind::DirectoryUser | Kind::Invitation => Self::Directory,
            Kind::Connection => Self::Connect,
            Kind::Mapping => Self::Map,
            Kind::Policy => Self::Settings,
            Kind::Access => Self::Access,
            Kind::NoticeAfter => Self::Inform,
        }
    }

    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Announce => "announce",
            Self::Clean => "clean",
            Self::Directory => "directory",
            Self::Connect => "connect",
            Self::Map => "map",
            Self::Settings => "settings",
            Self::Access => "access",
            Self::Inform => "inform",
        }
    }

    /// What its steps do, for a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Announce => "tell people what will happen",
            Self::Clean => "take unwanted users out",
            Self::Directory => "create members and invite guests",
            Self::Connect => "connect the organization to the tenant",
            Self::Map => "map members to their directory identities",
            Self::Settings => "set the organization's policies",
            Self::Access => "set access levels",
            Self::Inform => "tell people what is left to do",
        }
    }
}

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
    pub seen: BTreeMap<Address, Seen>,
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

/// How a step touches people, for a reviewer's eye.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Only our record changes.
    None,
    /// It can be undone.
    Low,
    /// It cannot be undone, and nobody loses access by it.
    OneWay,
    /// Somebody loses access.
    Destructive,
}

impl Step {
    /// How this step is counted.
    pub const fn class(&self) -> Class {
        Class::of(self.change.action(), self.address.kind())
    }

    /// Whether it takes the organization off a tenant: groups of the tenant are gone then, and so is
    /// the access of whoever has no account elsewhere.
    pub fn leaves_tenant(&self) -> bool {
        self.change.writes() && self.tenant_before().is_some()
    }

    /// The tenant that backs the organization before a change of its connection.
    pub fn tenant_before(&self) -> Option<TenantId> {
        self.change.before()?.connection()?.tenant
    }

    /// How this step touches people.
    pub fn risk(&self) -> Risk {
        match (self.change.action(), self.address.kind()) {
            (Action::Adopt | Action::Forget, _) => Risk::None,
            (_, Kind::Connection) if self.leaves_tenant() => Risk::Destructive,
            (Action::Delete, _) | (_, Kind::Removal | Kind::SshKey | Kind::Token) => {
                Risk::Destructive
            }
            (Action::Create | Action::Update, Kind::Invitation) => self.risk_of_guest(),
            (Action::Create | Action::Update, Kind::Connection | Kind::Mapping) => Risk::OneWay,
            (
                Action::Create | Action::Update,
                Kind::DirectoryUser
                | Kind::Access
                | Kind::Policy
                | Kind::NoticeBefore
                | Kind::NoticeAfter,
            ) => Risk::Low,
        }
    }

    /// A mail cannot be called back. Who begins anew cannot sign in until they accept again.
    fn risk_of_guest(&self) -> Risk {
        let by = match self.change.after() {
            Some(Attributes::Invitation(invitation)) => invitation.by,
            Some(_) | None => GuestBy::Invitation,
        };
        match by {
            GuestBy::Resetting => Risk::Destructive,
            GuestBy::Restoring {
                with_invitation: false,
                ..
            } => Risk::Low,
            GuestBy::Invitation | GuestBy::Resending | GuestBy::Restoring { .. } => Risk::OneWay,
        }
    }
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

/// How a step is counted. Making a removal takes a person away, revoking takes credentials away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something is made.
    Add,
    /// Something is changed.
    Change,
    /// Somebody is taken out, or something is taken away.
    Destroy,
    /// Something is only recorded as ours.
    Adopt,
    /// Something is only struck off our record.
    Forget,
}

impl Class {
    /// The class of a step.
    pub const fn of(action: Action, kind: Kind) -> Self {
        match (action, kind) {
            (Action::Create, Kind::Removal | Kind::SshKey | Kind::Token) | (Action::Delete, _) => {
                Self::Destroy
            }
            (Action::Create, _) => Self::Add,
            (Action::Update, _) => Self::Change,
            (Action::Adopt, _) => Self::Adopt,
            (Action::Forget, _) => Self::Forget,
        }
    }
}
