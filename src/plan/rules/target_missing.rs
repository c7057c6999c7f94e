//! `target_missing`: the identity that somebody is to become does not exist.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Hint;
use super::{Check, Finding, Remark, Rule, Severity, Topic, lockout};
use crate::model::desired::Place;
use crate::model::person::Email;
use crate::plan::context::Context;

/// The identity that a member is to be mapped to does not exist.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} cannot become {to}, who is not in the directory{hint}", hint = Hint(.suggestions))]
pub struct TargetMissing {
    /// Who is to be mapped.
    pub person: Email,
    /// To whom.
    pub to: Email,
    /// Users of the directory who have that address without signing in with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Email>,
}

impl Remark for TargetMissing {
    const RULE: Rule = Rule {
        code: "target_missing",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(Severity::Blocked, "once connected")],
        found_when: "the identity that somebody is to become does not exist",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "write the sign-in name of the account, or add create = true and a name to make it"
    }
}

/// How many accounts are suggested.
const SUGGESTIONS_MAX: usize = 3;

impl TargetMissing {
    pub(in crate::plan) fn of(context: &Context<'_>, person: &Email, to: &Email) -> Self {
        let holders = context.directory.holders(to).take(SUGGESTIONS_MAX);
        let names = holders.map(|found| found.user.user_principal_name.clone());
        Self {
            person: person.clone(),
            to: to.clone(),
            suggestions: names.collect(),
        }
    }

    pub(in crate::plan) fn finding(self, context: &Context<'_>, place: Option<&Place>) -> Finding {
        self.weighed(lockout::of_member(context), place)
    }
}
