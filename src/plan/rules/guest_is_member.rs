//! `guest_is_member`: the directory has the guest as one of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::directory_index::Found;
use crate::model::person::Email;

/// A line of `[guests]` for somebody who is a member of the directory.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{guest} is no guest: the directory knows the address as that of {member}")]
pub struct GuestIsMember {
    /// The line.
    pub guest: Email,
    /// The member's name.
    pub member: Email,
}

impl Remark for GuestIsMember {
    const RULE: Rule = Rule {
        code: "guest_is_member",
        topic: Topic::Guests,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "for a guest who is no user of the organization, or once connected",
        )],
        found_when: "the directory has the guest as one of its own",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "move the person to [members]"
    }
}

impl GuestIsMember {
    /// A guest who was made a member keeps the name of a guest, and is welcome here.
    pub(in crate::plan) fn look(person: &Email, found: &Found<'_>) -> Option<Self> {
        let is_member = !found.user.is_external();
        is_member.then(|| Self {
            guest: person.clone(),
            member: found.user.user_principal_name.clone(),
        })
    }
}
