//! What a directory on premises masters: the tenant takes no change of it, so no step may try.

use crate::model::address::Kind;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::finding::{Evidence, Finding, Severity};
use crate::plan::value::{Change, Step};

/// Takes the steps that would change a synchronised user out of a plan, and says so.
pub(in crate::plan) fn leave_out(context: &Context<'_>, steps: &mut Vec<Step>) -> Vec<Finding> {
    let mut findings = Vec::new();
    steps.retain(|step| {
        if !changes_synced(context, step) {
            return true;
        }
        findings.push(Finding {
            severity: Severity::Blocked,
            evidence: Evidence::SyncedUser {
                person: Email::from_service(step.address.key()),
            },
            place: step.source.clone(),
        });
        false
    });
    findings
}

fn changes_synced(context: &Context<'_>, step: &Step) -> bool {
    if !matches!(step.address.kind(), Kind::DirectoryUser | Kind::Invitation) {
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
