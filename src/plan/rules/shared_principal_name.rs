//! `shared_principal_name`: users share a sign-in name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};
use crate::model::person::Email;

/// Several users share a sign-in name; the service refuses to connect them.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{users} users share the sign-in name {principal_name}")]
pub struct SharedPrincipalName {
    /// The name.
    pub principal_name: Email,
    /// How many share it.
    pub users: u32,
}

impl Remark for SharedPrincipalName {
    const RULE: Rule = Rule {
        code: "shared_principal_name",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Warning,
            "once connected, unless a line of `[remove]` has the name",
        )],
        found_when: "users share a sign-in name",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "remove or rename all but one of them in the organization settings"
    }
}

/// A name in `[remove]` is judged where the removal is planned.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let staying: Vec<&Email> = context
        .members()
        .map(|(_, user)| &user.principal_name)
        .filter(|name| !context.desired.removals.contains_key(*name))
        .collect();
    let severity = if context.is_connected() {
        Severity::Warning
    } else {
        Severity::Fatal
    };
    staying
        .chunk_by(|one, next| one == next)
        .filter(|same| same.len() > 1)
        .filter_map(|same| {
            let found = SharedPrincipalName {
                principal_name: (*same.first()?).clone(),
                users: count(same.len()),
            };
            Some(found.weighed(severity, None))
        })
        .collect()
}
