//! `target_disabled`: the identity may not sign in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Called;
use super::{Check, Finding, Remark, Rule, Severity, Topic, lockout};
use crate::model::desired::Place;
use crate::model::person::Email;
use crate::plan::context::Context;

/// The identity that a member becomes may not sign in.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person}{name} would become {to}{account}, whose account is disabled",
    name = Called(.person_name.as_ref()),
    account = Called(.to_name.as_ref())
)]
pub struct TargetDisabled {
    /// Who is to be mapped, or is matched.
    pub person: Email,
    /// To whom.
    pub to: Email,
    /// What the organization calls the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_name: Option<String>,
    /// What the directory calls that account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_name: Option<String>,
}

impl Remark for TargetDisabled {
    const RULE: Rule = Rule {
        code: "target_disabled",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[
            (Severity::Blocked, "once connected"),
            (Severity::Warning, "for a person who has no line"),
        ],
        found_when: "the identity may not sign in",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "enable the account in the directory, or remove the person"
    }
}

impl TargetDisabled {
    /// The mapping of a person who has no line is a match of the directory, and locks nobody out.
    pub(in crate::plan) fn finding(self, context: &Context<'_>, place: Option<&Place>) -> Finding {
        let severity = match place {
            Some(_) => lockout::of_member(context),
            None => Severity::Warning,
        };
        self.weighed(severity, place)
    }
}
