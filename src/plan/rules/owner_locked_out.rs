//! `owner_locked_out`: the owner whom org.toml names, or whom the organization has, would be
//! removed or could not sign in afterwards, or the one named is not there.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::ids::StorageKey;
use crate::model::person::Email;

/// The owner could not sign in afterwards.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the owner {owner} {why}")]
pub struct OwnerLockedOut {
    /// Who.
    pub owner: Email,
    /// Why not.
    pub why: LockedOut,
}

/// Why the owner could not sign in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LockedOut {
    /// They are under `[remove]`.
    Removed,
    /// Nothing makes them an identity of the directory.
    Disconnected,
    /// They are not a user of the organization.
    NotThere,
}

impl fmt::Display for LockedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Removed => "would be removed",
            Self::Disconnected => "could not sign in after the move",
            Self::NotThere => "is not a user of the organization",
        })
    }
}

impl LockedOut {
    const fn help(self) -> &'static str {
        match self {
            Self::Removed => {
                "take the owner's line out of [remove], or make somebody else the owner first"
            }
            Self::Disconnected => {
                "add a line for the owner to [members] that says who they are in the directory"
            }
            Self::NotThere => "write under organization.owner the address the owner signs in with",
        }
    }
}

impl Remark for OwnerLockedOut {
    const RULE: Rule = Rule {
        code: "owner_locked_out",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "the owner whom org.toml names, or whom the organization has, would be removed \
                     or could not sign in afterwards, or the one named is not there",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        self.why.help()
    }
}

/// Looks at the owner whom org.toml names, and at the one whom the organization has, should they
/// differ.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let locked_out = |key: StorageKey| {
        if draft.leaving.contains(&key) {
            Some(LockedOut::Removed)
        } else if draft.reachable.contains(&key) {
            None
        } else {
            Some(LockedOut::Disconnected)
        }
    };
    let named = context.roster.owner;
    let mut findings = Vec::new();
    if let Some(owner) = &context.desired.owner
        && let Some(why) = named.map_or(Some(LockedOut::NotThere), locked_out)
    {
        let found = OwnerLockedOut {
            owner: owner.email.clone(),
            why,
        };
        findings.push(found.found(Some(&owner.place)));
    }
    if let Some(key) = context.live.preflight.owner.known()
        && Some(*key) != named
        && let Some(user) = context.live.members.get(key)
        && let Some(why) = locked_out(*key)
    {
        let owner = user.principal_name.clone();
        findings.push(OwnerLockedOut { owner, why }.found(None));
    }
    findings
}
