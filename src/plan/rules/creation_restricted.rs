//! `creation_restricted`: the tenant's policy restricts who may bring organizations into it, and
//! the caller is not on the list.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};
use crate::model::desired::ConnectWith;
use crate::model::live::CallerKind;
use crate::model::person::Email;

/// The tenant decides who may bring organizations into it.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "the tenant lets {} bring organizations into it",
    Excepted(.caller, *.allowed)
)]
pub struct CreationRestricted {
    /// Who connects.
    pub caller: Email,
    /// How many users and groups are on the list. Who is in the groups is not seen.
    pub allowed: u32,
}

impl Remark for CreationRestricted {
    const RULE: Rule = Rule {
        code: "creation_restricted",
        topic: Topic::Tenant,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Warning,
            "at the gate, or when others are on the list",
        )],
        found_when: "the tenant's policy restricts who may bring organizations into it, and the \
                     caller is not on the list",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "have an Azure DevOps Administrator of the tenant put the caller on the policy's allow \
         list"
    }
}

/// Whom a restriction leaves out, in a sentence.
struct Excepted<'a>(&'a Email, u32);

impl fmt::Display for Excepted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Excepted(caller, allowed) = self;
        match allowed {
            0 => f.write_str("nobody"),
            1 => write!(f, "only one user or group, not {caller} by name,"),
            _ => write!(f, "only {allowed} users and groups, not {caller} by name,"),
        }
    }
}

/// The policy that restricts new organizations holds for connecting one, too.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let (Some(connection), CallerKind::Person, Some(policy)) = (
        draft.connecting(),
        context.live.caller.kind,
        context.live.preflight.creation.known(),
    ) else {
        return Vec::new();
    };
    let caller = &context.live.caller.principal_name;
    let listed = context
        .directory
        .account(caller)
        .is_some_and(|found| policy.allowed.contains(&found.id));
    if !policy.restricted || listed {
        return Vec::new();
    }
    // The caller may be in a listed group, and at the gate it may be somebody else who connects.
    let severity = match (connection.connect_with, policy.allowed.is_empty()) {
        (ConnectWith::Api, true) => Severity::Fatal,
        (ConnectWith::Api | ConnectWith::Portal, _) => Severity::Warning,
    };
    let found = CreationRestricted {
        caller: caller.clone(),
        allowed: count(policy.allowed.len()),
    };
    vec![found.weighed(severity, None)]
}
