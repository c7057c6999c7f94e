//! `guest_stays`: the line of a guest is gone, and the guest stays.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::address::Kind;
use crate::model::person::Email;
use crate::plan::value::{Action, Step};

/// A guest whose line is gone stays in the directory.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{guest} stays a guest of the directory: {why}")]
pub struct GuestStays {
    /// Who.
    pub guest: Email,
    /// Why.
    pub why: Stays,
}

/// Why a guest whose line is gone stays.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stays {
    /// The guest was there before orgctl, or was brought back.
    NotInvitedByUs,
    /// The user of the organization who is this guest stays.
    InUse,
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotInvitedByUs => "orgctl did not invite them",
            Self::InUse => "a user of the organization, who stays, signs in with this account",
        })
    }
}

impl Remark for GuestStays {
    const RULE: Rule = Rule {
        code: "guest_stays",
        topic: Topic::Guests,
        severity: Severity::Note,
        unless: &[],
        found_when: "the line of a guest is gone, `guards.delete_guests` is set, and the guest stays: \
                     orgctl did not invite them, or a user who stays signs in with that account",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "delete the account in the directory once nobody needs it"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    if !context.guards.delete_guests {
        return Vec::new();
    }
    let is_forgotten = |step: &&Step| {
        step.address.kind() == Kind::Invitation && step.change.action() == Action::Forget
    };
    let forgotten = draft.steps.iter().filter(is_forgotten);
    let findings = forgotten.filter_map(|step| {
        let entry = context.state.entries.get(&step.address)?;
        let id = entry.remote_id.object_id()?;
        context.account_with_id(id)?;
        let guest = step.address.person();
        let is_in_use = context
            .with_identity(id)
            .is_some_and(|(key, _)| !draft.leaving.contains(&key));
        let why = if is_in_use {
            Stays::InUse
        } else {
            Stays::NotInvitedByUs
        };
        Some(GuestStays { guest, why }.found(None))
    });
    findings.collect()
}
