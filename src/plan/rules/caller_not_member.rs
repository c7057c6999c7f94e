//! `caller_not_member`: the organization is to be connected, and the caller is no member of the
//! tenant under the same name: not there, a guest, disabled, or an application.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::directory_index::FoundBy;
use crate::model::live::{CallerKind, UserType};
use crate::model::person::Email;

/// The caller is no member of the tenant under the same name. The service lets nobody else
/// connect an organization, and afterwards the caller could not sign in.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{caller}, whose credentials are in use, {why}")]
pub struct CallerNotMember {
    /// Who.
    pub caller: Email,
    /// Why not.
    pub why: NoMember,
}

/// Why the caller is no member of the tenant under the same name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoMember {
    /// The tenant does not know the name.
    NotThere,
    /// The tenant knows the address, of a user with another name.
    OtherName,
    /// A member who signs in with an account from outside. May connect the organization.
    External,
    /// A guest of the tenant.
    Guest,
    /// The account may not sign in.
    Disabled,
    /// An application, which is at home in one tenant.
    Application,
}

impl fmt::Display for NoMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotThere => {
                "is not in the tenant, so may not connect the organization to it, and could not \
                 sign in afterwards"
            }
            Self::OtherName => {
                "has another user principal name in the tenant, and could not sign in once the \
                 organization is connected"
            }
            Self::External => {
                "is a member of the tenant with an account from outside, and may be unable to \
                 sign in once the organization is connected"
            }
            Self::Guest => "is only a guest of the tenant, and guests connect no organization",
            Self::Disabled => "may not sign in to the tenant: the account is disabled",
            Self::Application => {
                "is an application: only a person can connect an organization, and an \
                 application stays behind in its own tenant"
            }
        })
    }
}

impl NoMember {
    /// What to do about it.
    const fn help(self) -> &'static str {
        match self {
            Self::NotThere | Self::OtherName | Self::External | Self::Guest | Self::Disabled => {
                "plan and apply as an administrator of the organization who is a member of the \
                 tenant and signs in under the same name in both"
            }
            Self::Application => {
                "plan and apply as a person who administers the organization and is a member of \
                 the tenant; once it is connected, an application of the tenant can go on"
            }
        }
    }
}

impl Remark for CallerNotMember {
    const RULE: Rule = Rule {
        code: "caller_not_member",
        topic: Topic::Caller,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Warning,
            "for a member with an account from outside",
        )],
        found_when: "the organization is to be connected, and the caller is no member of the \
                     tenant under the same name: not there, a guest, disabled, or an application",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        self.why.help()
    }
}

/// The service lets only a member of the tenant connect an organization to it; a caller who is not
/// matched by name then is locked out until somebody else maps them, so the plan could not go on
/// after the gate either.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let caller = &context.live.caller;
    if draft.connecting().is_none() || draft.leaving.contains(&caller.storage_key) {
        return Vec::new();
    }
    // Where the service told no name there is nothing to look for.
    if caller.kind == CallerKind::Person && caller.principal_name.as_str().is_empty() {
        return Vec::new();
    }
    let found = context.directory.holders(&caller.principal_name).next();
    let why = match (caller.kind, found) {
        (CallerKind::Application, _) => NoMember::Application,
        (CallerKind::Person, None) => NoMember::NotThere,
        (CallerKind::Person, Some(found)) => {
            let user = found.user;
            let is_guest = user.user_type == UserType::Guest;
            match (found.by, user.enabled) {
                (_, _) if is_guest => NoMember::Guest,
                (_, false) => NoMember::Disabled,
                (FoundBy::PrincipalName, true) => return Vec::new(),
                (_, true) if user.has_external_name() => NoMember::External,
                (FoundBy::GuestAddress | FoundBy::Mail | FoundBy::OtherMail, true) => {
                    NoMember::OtherName
                }
            }
        }
    };
    let severity = match why {
        // They may connect; what their sign-in is worth afterwards is documented nowhere.
        NoMember::External => Severity::Warning,
        NoMember::NotThere
        | NoMember::OtherName
        | NoMember::Guest
        | NoMember::Disabled
        | NoMember::Application => Severity::Fatal,
    };
    let caller = caller.principal_name.clone();
    vec![CallerNotMember { caller, why }.weighed(severity, None)]
}
