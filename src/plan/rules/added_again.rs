//! `added_again`: somebody whom the state knows left the organization outside orgctl, and a line adds them again.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// Somebody who left the organization outside orgctl is added again.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person} is not in the organization any more, and {}",
    if *.in_doubt {
        "the state does not say which account that was: nobody is added"
    } else {
        "would be added again"
    }
)]
pub struct AddedAgain {
    /// Who.
    pub person: Email,
    /// Whether the name may be somebody else's by now: nothing that is recorded says who had it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_doubt: bool,
}

impl Remark for AddedAgain {
    const RULE: Rule = Rule {
        code: "added_again",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[(
            Severity::Blocked,
            "where the state, of an earlier version, does not say which account that was",
        )],
        found_when: "somebody whom the state knows left the organization outside orgctl, and a \
                     line adds them again",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "if an administrator removed this person on purpose, delete the line"
    }

    fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(if self.in_doubt {
            "if the account that has the name today is this person's, write its id into the line: \
             id = \"...\""
        } else {
            self.help()
        })
    }
}
