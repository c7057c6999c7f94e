//! The JSON form of a plan: what `plan --format json` prints and what `plan --out` saves.
//!
//! Owns the field names, which are Terraform's wherever Terraform has one, and the way back to the
//! very same [`Plan`]. Pure: text in, text out. It must not read files, and it must not decide
//! anything: what can be derived is written for readers and only compared on the way back.

mod entry;
mod escape;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::error::Category;
use thiserror::Error;

use self::entry::{Checked, ResourceChange};
use super::fingerprint::FactReader;
use super::rules::{Evidence, Finding, Severity};
use super::value::{Drift, Facts, FindingCounts, Header, Plan, StageSteps, Totals, Undoing};
use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::desired::Place;
use crate::model::ids::{Digest, Lineage, OrganizationName, Serial, TenantId};
use crate::model::live::Connection;

pub use self::escape::{is_steering, json_text, write_json};

/// The version of the format. The first number grows when a reader of the old one would be misled.
pub const FORMAT_VERSION: &str = "1.0";

/// Why a text is not a plan that this version can read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PlanFileError {
    /// There is nothing in it.
    #[error("the plan file is empty")]
    Empty,
    /// It ends in the middle.
    #[error("the plan file is cut off at line {line}, column {column}")]
    CutOff {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// It is not JSON.
    #[error("the plan file is damaged: {message}")]
    Damaged {
        /// What is wrong, with the line and the column.
        message: String,
    },
    /// It is JSON, and something else than a plan.
    #[error("the file is JSON, but not a plan of orgctl: {missing} is missing")]
    Foreign {
        /// The field that every plan has.
        missing: &'static str,
    },
    /// It was written by another version.
    #[error("the plan file has format version {found:?}; this version reads {FORMAT_VERSION:?}")]
    Version {
        /// The version it names.
        found: String,
    },
    /// It is a plan in which a field is missing, of another type or contradicts another one.
    #[error("the plan file was changed after it was written: {message}")]
    Altered {
        /// What is wrong, with the line and the column.
        message: String,
    },
}

/// A plan as JSON.
// What `S` gives step by step when it is written is a list when it is read.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Plan")]
pub(super) struct PlanFile<S> {
    /// The version of this format.
    format_version: String,
    /// The organization.
    organization: OrganizationName,
    /// The tenant that is to back it.
    tenant: TenantId,
    /// The tenant's name, as the service spells it.
    tenant_name: String,
    /// What backs the organization now.
    connection: Connection,
    /// How many users the organization has now.
    members: u32,
    /// The lineage of the state that the plan was made from.
    lineage: Lineage,
    /// The serial of the state that the plan was made from.
    serial: Serial,
    /// With notices, how many days after them the connection may be made, at the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lead_days: Option<u32>,
    /// The run that it undoes, and what of that run stays; absent in a plan of the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undo: Option<Undoing>,
    /// The digest of the configuration that the plan was made from.
    config_digest: Digest,
    /// The steps, in the order in which they are applied.
    resource_changes: S,
    /// What the planner has to say besides, gravest first.
    findings: Vec<FindingEntry>,
    /// What changed outside orgctl since the last apply.
    drift: Vec<Drift>,
    /// How many steps of each sort there are.
    totals: Totals,
}

/// A remark of the planner: the rule, its evidence, and both in words.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct FindingEntry {
    #[serde(flatten)]
    evidence: Evidence,
    /// How much it matters.
    severity: Severity,
    /// What was found.
    message: String,
    /// What to do about it.
    help: String,
    /// Where the configuration says what it is about.
    source: Option<Place>,
}

/// The steps of a plan on their way into JSON. All entries together would be several times as large as
/// the plan.
pub(super) struct Steps<'a> {
    plan: &'a Plan,
    reader: Option<&'a FactReader<'a>>,
}

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { plan, reader } = self;
        serializer.collect_seq(plan.steps().map(|step| {
            let facts = plan.facts.get(&step.address).cloned();
            let read = || reader.map(|reader| reader.read(step));
            ResourceChange::from_step(step, facts.or_else(read))
        }))
    }
}

/// Writes a plan as JSON: the same plan gives the same bytes.
///
/// Characters that would steer a terminal are written as `\u` escapes, which read back as they
/// were.
pub fn encode(plan: &Plan, config_digest: &Digest) -> String {
    // Maps with keys that are no texts and failing `Serialize` impls are the only errors, and a
    // plan has neither; the round-trip property would show it.
    json_text(&form(plan, config_digest, None)).unwrap_or_default()
}

/// The form in which a plan is written. Facts that the plan does not hold are read, where there is a
/// reader.
pub(super) fn form<'a>(
    plan: &'a Plan,
    config_digest: &Digest,
    reader: Option<&'a FactReader<'a>>,
) -> PlanFile<Steps<'a>> {
    let Header {
        organization,
        tenant,
        tenant_name,
        connection,
        members,
        lineage,
        serial,
        lead_days,
        undo,
    } = plan.header.clone();
    PlanFile {
        format_version: FORMAT_VERSION.to_owned(),
        organization,
        tenant,
        tenant_name,
        connection,
        members,
        lineage,
        serial,
        lead_days,
        undo,
        config_digest: config_digest.clone(),
        resource_changes: Steps { plan, reader },
        findings: plan.findings.iter().map(FindingEntry::from).collect(),
        drift: plan.drift.clone(),
        totals: plan.totals(),
    }
}

/// Findings without the plan that they are about.
#[derive(Serialize)]
struct FindingsFile<'a> {
    format_version: &'static str,
    organization: &'a OrganizationName,
    tenant: TenantId,
    findings: Vec<FindingEntry>,
    counts: FindingCounts,
}

/// Writes the findings of a plan as JSON, each as in the whole plan, and how many of each severity
/// there are.
pub fn encode_findings(plan: &Plan) -> String {
    let file = FindingsFile {
        format_version: FORMAT_VERSION,
        organization: &plan.header.organization,
        tenant: plan.header.tenant,
        findings: plan.findings.iter().map(FindingEntry::from).collect(),
        counts: plan.finding_counts(),
    };
    // As in `encode`, there is nothing in it that could fail.
    json_text(&file).unwrap_or_default()
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// [`PlanFileError`] says what is wrong with the text and where.
pub fn decode(text: &str) -> Result<(Plan, Digest), PlanFileError> {
    if text.trim().is_empty() {
        return Err(PlanFileError::Empty);
    }
    probe(text)?;
    let file: PlanFile<Vec<Checked>> =
        serde_json::from_str(text).map_err(|error| refused(&error))?;
    let (stages, facts) = staged(file.resource_changes)?;
    let plan = Plan {
        header: Header {
            organization: file.organization,
            tenant: file.tenant,
            tenant_name: file.tenant_name,
            connection: file.connection,
            members: file.members,
            lineage: file.lineage,
            serial: file.serial,
            lead_days: file.lead_days,
            undo: file.undo,
        },
        stages,
        findings: file.findings.into_iter().map(Finding::from).collect(),
        drift: file.drift,
        facts,
    };
    if plan.totals() == file.totals {
        Ok((plan, file.config_digest))
    } else {
        Err(PlanFileError::Altered {
            message: "totals do not count the steps of resource_changes".to_owned(),
        })
    }
}

/// The JSON Schema of what [`encode`] writes.
pub fn json_schema() -> Value {
    schemars::schema_for!(PlanFile<Vec<ResourceChange<Attributes>>>).to_value()
}

/// Tells a damaged file, another program's file and another version's file apart.
fn probe(text: &str) -> Result<(), PlanFileError> {
    #[derive(Deserialize)]
    struct Probe {
        format_version: Option<Value>,
        config_digest: Option<IgnoredAny>,
        resource_changes: Option<IgnoredAny>,
    }
    let foreign = |missing| PlanFileError::Foreign { missing };
    let probe: Probe = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => foreign("the object around it"),
        Category::Io | Category::Syntax | Category::Eof => refused(&error),
    })?;
    let Some(Value::String(found)) = probe.format_version else {
        return Err(foreign("format_version"));
    };
    if probe.config_digest.is_none() {
        return Err(foreign("config_digest"));
    }
    if found != FORMAT_VERSION {
        return Err(PlanFileError::Version { found });
    }
    if probe.resource_changes.is_none() {
        return Err(foreign("resource_changes"));
    }
    Ok(())
}

fn refused(error: &serde_json::Error) -> PlanFileError {
    match error.classify() {
        Category::Eof => PlanFileError::CutOff {
            line: error.line(),
            column: error.column(),
        },
        Category::Data => PlanFileError::Altered {
            message: error.to_string(),
        },
        Category::Syntax | Category::Io => PlanFileError::Damaged {
            message: error.to_string(),
        },
    }
}

/// Steps by stage, and the facts of each.
type Staged = (Vec<StageSteps>, BTreeMap<Address, Facts>);

/// Groups the steps again. Their order is the order of apply, so a changed order is not accepted.
fn staged(steps: Vec<Checked>) -> Result<Staged, PlanFileError> {
    let mut stages: Vec<StageSteps> = Vec::new();
    let mut facts = BTreeMap::new();
    let mut last: Option<Address> = None;
    for Checked(step, its_facts) in steps {
        if last.as_ref().is_some_and(|last| *last >= step.address) {
            let message = format!("{} is out of order or there twice", step.address);
            return Err(PlanFileError::Altered { message });
        }
        last = Some(step.address.clone());
        facts.extend(its_facts.map(|facts| (step.address.clone(), facts)));
        let stage = step.address.kind().stage();
        match stages.last_mut() {
            Some(open) if open.stage == stage => open.steps.push(step),
            Some(_) | None => stages.push(StageSteps {
                stage,
                steps: vec![step],
            }),
        }
    }
    Ok((stages, facts))
}

impl From<&Finding> for FindingEntry {
    fn from(finding: &Finding) -> Self {
        let Finding {
            severity,
            evidence,
            place,
        } = finding;
        Self {
            severity: *severity,
            message: evidence.to_string(),
            help: evidence.help().into_owned(),
            evidence: evidence.clone(),
            source: place.clone(),
        }
    }
}

impl From<FindingEntry> for Finding {
    /// The words are for readers: another version may choose better ones, so they are not compared.
    fn from(entry: FindingEntry) -> Self {
        Self {
            severity: entry.severity,
            evidence: entry.evidence,
            place: entry.source,
        }
    }
}
