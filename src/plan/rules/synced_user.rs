//! `synced_user`: a step would change a user whom a directory on premises masters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::value::{Change, Step};

/// A directory user whom only a directory on premises can change.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} cannot be changed: the user is synchronised from a directory on premises")]
pub struct SyncedUser {
    /// Who.
    pub person: Email,
}

impl Remark for SyncedUser {
    const RULE: Rule = Rule {
        code: "synced_user",
        topic: Topic::People,
        severity: Severity::Blocked,
        unless: &[],
        found_when: "a step would change a user whom a directory on premises masters",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "make the change in the directory on premises; it is synchronised from there"
    }
}

/// Takes the steps that would change a synchronised user out of a plan, and says so: the tenant takes
/// no change of what a directory on premises masters.
pub(in crate::plan) fn leave_out(context: &Context<'_>, steps: &mut Vec<Step>) -> Vec<Finding> {
    let mut findings = Vec::new();
    steps.retain(|step| {
        if !changes_synced(context, step) {
            return true;
        }
        let person = step.address.person();
        findings.push(SyncedUser { person }.found(step.source.as_ref()));
        false
    });
    findings
}

fn changes_synced(context: &Context<'_>, step: &Step) -> bool {
    if !step.address.kind().makes_account() {
        return false;
    }
    let id = match &step.change {
        Change::Update { id, .. } => id,
        Change::Remove { id, from, .. } if from.directory => id,
        Change::Remove { .. }
        | Change::Create { .. }
        | Change::Adopt { .. }
        | Change::Forget { .. } => return false,
    };
    let users = &context.live.directory.users;
    let user = id.object_id().and_then(|id| users.get(&id));
    user.is_some_and(|user| user.synced)
}
