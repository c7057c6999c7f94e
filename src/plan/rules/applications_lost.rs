//! `applications_lost`: applications of the tenant that is left are users of the organization.
//!
//! Only applications of the tenant that backs an organization can be its users, and nothing maps one to
//! another tenant: "Use service principals and managed identities in Azure DevOps" in Microsoft's
//! documentation.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Names;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count, departure};
use crate::model::application::Application;
use crate::model::ids::ObjectId;

/// Applications of the tenant that the organization leaves.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "applications of the tenant that is left lose access to the organization: {names}",
    names = Names(.named, usize::try_from(*.applications).unwrap_or(usize::MAX))
)]
pub struct ApplicationsLost {
    /// How many.
    pub applications: u32,
    /// The first of them, by name and id.
    pub named: BTreeSet<String>,
}

impl Remark for ApplicationsLost {
    const RULE: Rule = Rule {
        code: "applications_lost",
        topic: Topic::Leaving,
        severity: Severity::Warning,
        unless: &[],
        found_when: "service principals or managed identities of the tenant are users of the \
                     organization. They cannot be mapped, so whatever signs in with them, such as \
                     a pipeline, stops",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "afterwards, give applications of the new tenant the same access and have pipelines sign in \
         with those; an organization without a tenant has none"
    }
}

/// How many applications are named.
const NAMED_MAX: usize = 10;

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let left = context.leaves().filter(|_| departure::is_planned(draft));
    let (Some(left), Some(all)) = (left, context.live.applications.known()) else {
        return Vec::new();
    };
    // Those of a tenant that was left earlier have lost it already.
    let is_lost = |(_, one): &(&ObjectId, &Application)| one.tenant.is_none_or(|own| own == left);
    let lost: Vec<_> = all.iter().filter(is_lost).collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let named: BTreeSet<String> = lost.iter().map(|(id, one)| name(**id, one)).collect();
    let found = ApplicationsLost {
        applications: count(lost.len()),
        named: named.into_iter().take(NAMED_MAX).collect(),
    };
    vec![found.found(Some(draft.tenant_place()))]
}

/// What a person can find an application by: names are not unique.
fn name(object: ObjectId, application: &Application) -> String {
    let id = application.application_id;
    let id = id.map_or_else(|| object.to_string(), |id| id.to_string());
    let level = application.access.map(|level| format!(", {level}"));
    format!(
        "{} ({id}{})",
        application.display_name,
        level.unwrap_or_default()
    )
}
