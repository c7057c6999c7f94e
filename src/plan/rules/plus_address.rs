//! `plus_address`: somebody is to be invited at an address with a `+`, which invitations refuse.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// A guest who is to be invited at an address with a `+`.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{guest} cannot be invited: Microsoft's invitations refuse an address with a `+`")]
pub struct PlusAddress {
    /// Who.
    pub guest: Email,
}

impl Remark for PlusAddress {
    const RULE: Rule = Rule {
        code: "plus_address",
        topic: Topic::Guests,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "for a guest who is no user of the organization, or once connected",
        )],
        found_when: "somebody is to be invited at an address with a `+`. A guest who is in the directory \
                     under such an address is welcome",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "invite another address of this person under [guests]; a user of the organization who signs in \
         with this one is then mapped to it under [members]"
    }
}

impl PlusAddress {
    /// Microsoft Graph, "invitation resource type", lists `+` among the characters that are refused.
    pub(in crate::plan) fn look(person: &Email) -> Option<Self> {
        let has_plus = person.local_part().contains('+');
        has_plus.then(|| Self {
            guest: person.clone(),
        })
    }
}
