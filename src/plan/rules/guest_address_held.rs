//! `guest_address_held`: an account from outside lists the address of a guest, and was not invited at it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::directory_index::Found;
use crate::model::person::Email;

/// An account from outside has the address of a guest among its own.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{guest} is not invited: the guest {holder} of the directory has this address too")]
pub struct GuestAddressHeld {
    /// The line.
    pub guest: Email,
    /// The account, by its name in the directory.
    pub holder: Email,
}

impl Remark for GuestAddressHeld {
    const RULE: Rule = Rule {
        code: "guest_address_held",
        topic: Topic::Guests,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "for a guest who is no user of the organization, or once connected",
        )],
        found_when: "an account from outside lists the address of a guest, and was not invited at it; \
                     or several were",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "if this is the same person, write the address of that guest; if not, take the address off that \
         account in the directory"
    }
}

impl GuestAddressHeld {
    pub(in crate::plan) fn of(person: &Email, found: &Found<'_>) -> Self {
        let user = found.user;
        let invited_at = user.mail.as_ref().filter(|mail| *mail != person);
        Self {
            guest: person.clone(),
            holder: invited_at.unwrap_or(&user.user_principal_name).clone(),
        }
    }
}
