//! `target_renamed`: the account that somebody is to become is there under another name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Finding, Remark, Rule, Severity, Topic, lockout};
use crate::model::desired::Place;
use crate::model::directory_index::Found;
use crate::model::person::Email;
use crate::plan::context::Context;

/// The account that a member is to be mapped to has another name now.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} would become {to}, whose account is called {now} now")]
pub struct TargetRenamed {
    /// Who is to be mapped.
    pub person: Email,
    /// To whom, as the line says.
    pub to: Email,
    /// What that account is called now.
    pub now: Email,
}

impl Remark for TargetRenamed {
    const RULE: Rule = Rule {
        code: "target_renamed",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(Severity::Blocked, "once connected")],
        found_when: "the account that somebody is to become is there under another name",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "write the new name behind the line, if this is still the right account"
    }
}

impl TargetRenamed {
    pub(in crate::plan) fn of(person: &Email, to: &Email, found: Found<'_>) -> Self {
        Self {
            person: person.clone(),
            to: to.clone(),
            now: found.user.name_in_config().clone(),
        }
    }

    pub(in crate::plan) fn finding(self, context: &Context<'_>, place: Option<&Place>) -> Finding {
        self.weighed(lockout::of_member(context), place)
    }
}
