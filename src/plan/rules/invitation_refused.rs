//! `invitation_refused`: the tenant lets nobody invite, only those with a role that the caller has
//! not, or no guests, of whom the caller is one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::live::UserType;
use crate::model::person::Email;
use crate::model::preflight::{InvitesFrom, Readable};
use crate::plan::context::Context;

/// A guest whose invitation the tenant would refuse, like every other.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{guest} cannot be invited: {why}")]
pub struct InvitationRefused {
    /// Who.
    pub guest: Email,
    /// Why.
    pub why: NoInvitations,
}

/// Why the tenant would refuse every invitation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoInvitations {
    /// Nobody may invite guests.
    Nobody,
    /// Only administrators and guest inviters may, and the caller is neither.
    NoInviter,
    /// Guests may not, and the caller is one.
    Guest,
}

impl fmt::Display for NoInvitations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "the tenant lets nobody invite guests",
            Self::NoInviter => {
                "the tenant lets only administrators and guest inviters invite guests, and the \
                 caller is neither"
            }
            Self::Guest => "the tenant lets no guest invite guests, and the caller is one",
        })
    }
}

impl NoInvitations {
    /// What to do about it.
    const fn help(self) -> &'static str {
        match self {
            Self::Nobody => {
                "have guest invitations allowed in the tenant's external collaboration settings"
            }
            Self::NoInviter | Self::Guest => {
                "give the caller the role Guest Inviter in the tenant, or plan and apply as \
                 somebody who has it"
            }
        }
    }
}

impl Remark for InvitationRefused {
    const RULE: Rule = Rule {
        code: "invitation_refused",
        topic: Topic::Guests,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "for a guest who is no user of the organization, or once connected",
        )],
        found_when: "the tenant lets nobody invite, only those with a role that the caller has \
                     not, or no guests, of whom the caller is one",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        self.why.help()
    }
}

impl InvitationRefused {
    /// Looks at a guest whom the directory does not know.
    pub(in crate::plan) fn look(context: &Context<'_>, person: &Email) -> Option<Self> {
        let why = no_invitations(context)?;
        let guest = person.clone();
        Some(Self { guest, why })
    }
}

/// Why the tenant would refuse every invitation, as far as that is known.
fn no_invitations(context: &Context<'_>) -> Option<NoInvitations> {
    let live = context.live;
    let policy = live.preflight.invitations.known()?;
    let is_guest = || {
        let caller = context.directory.account(&live.caller.principal_name);
        caller.is_some_and(|found| found.user.user_type == UserType::Guest)
    };
    match policy.from {
        InvitesFrom::Nobody => Some(NoInvitations::Nobody),
        InvitesFrom::AdminsAndGuestInviters => {
            (policy.caller_may == Readable::Known(false)).then_some(NoInvitations::NoInviter)
        }
        InvitesFrom::AdminsGuestInvitersAndAllMembers => is_guest().then_some(NoInvitations::Guest),
        InvitesFrom::Everyone => None,
    }
}
