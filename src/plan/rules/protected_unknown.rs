//! `protected_unknown`: a name under `guards.protected` is nobody. Suggests whom it may mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::likeness::{Likeness, SUGGESTED_FOR_MAX};
use super::words::Hint;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// A protected name that is nobody.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is protected and is nobody in the organization{hint}", hint = Hint(.suggestions))]
pub struct ProtectedUnknown {
    /// The name.
    pub person: Email,
    /// Users of the organization whom it may mean, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Email>,
}

impl Remark for ProtectedUnknown {
    const RULE: Rule = Rule {
        code: "protected_unknown",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "a name under `guards.protected` is nobody. Suggests whom it may mean",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "write under guards.protected the name that this person signs in with"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let guarded = context.roster.guarded.iter();
    let is_added = |name: &Email| {
        let roster = &context.roster;
        roster.joiners.contains(name) || context.desired.guests.contains_key(name)
    };
    let nobodies = guarded.filter(|(name, keys)| keys.is_empty() && !is_added(name));
    let nobodies: Vec<&Email> = nobodies.map(|(name, _)| *name).collect();
    if nobodies.is_empty() {
        return Vec::new();
    }
    let likeness = Likeness::of_users(context.members().map(|(_, user)| user));
    let nobodies = nobodies.into_iter().take(SUGGESTED_FOR_MAX);
    let findings = nobodies.map(|person| {
        let suggestions = likeness.suggest(person, "");
        let person = person.clone();
        ProtectedUnknown {
            person,
            suggestions,
        }
        .found(None)
    });
    findings.collect()
}
