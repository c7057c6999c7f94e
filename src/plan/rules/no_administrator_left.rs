//! `no_administrator_left`: removals leave no administrator who can sign in.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::but_for;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::ids::StorageKey;

/// Whoever administers the organization would be taken out, or could not sign in afterwards.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("nobody would be left who administers the organization{}", but_for(.groups))]
pub struct NoAdministratorLeft {
    /// The directory's groups among the administrators, in which somebody may be.
    pub groups: BTreeSet<String>,
}

impl Remark for NoAdministratorLeft {
    const RULE: Rule = Rule {
        code: "no_administrator_left",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Warning,
            "with a group of the directory among the administrators",
        )],
        found_when: "removals leave no administrator who can sign in",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "make somebody who stays a Project Collection Administrator first"
    }
}

/// Without an administrator nobody could give anybody access. The owner is an administrator,
/// whatever the group says.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let preflight = &draft.context.live.preflight;
    let Some(administrators) = preflight.administrators.known() else {
        return Vec::new();
    };
    let all = || administrators.users.iter().chain(preflight.owner.known());
    let is_left = |key: &StorageKey| draft.reachable.contains(key) && !draft.leaving.contains(key);
    let is_taken_out = |key: &StorageKey| draft.leaving.contains(key);
    if !all().any(is_taken_out) || all().any(is_left) {
        return Vec::new();
    }
    let groups: BTreeSet<String> = administrators.directory_groups.values().cloned().collect();
    // The organization does not show who is in a group of the directory.
    let severity = if groups.is_empty() {
        Severity::Fatal
    } else {
        Severity::Warning
    };
    vec![NoAdministratorLeft { groups }.weighed(severity, None)]
}
