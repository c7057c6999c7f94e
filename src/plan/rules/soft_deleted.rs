//! `soft_deleted`: somebody is made or invited at an address where somebody else was deleted from
//! the directory: a member of the tenant's own where a guest is wanted, or the other way round. Who
//! is what the line wants is restored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::ids::ObjectId;
use crate::model::person::Email;

/// Somebody whom the plan makes or invites was deleted from the directory and can be restored.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} was deleted from the directory, as user {user}, and can still be restored")]
pub struct SoftDeleted {
    /// Who.
    pub person: Email,
    /// The deleted user.
    pub user: ObjectId,
}

impl Remark for SoftDeleted {
    const RULE: Rule = Rule {
        code: "soft_deleted",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "somebody is made or invited at an address where somebody else was deleted \
                     from the directory: a member of the tenant's own where a guest is wanted, or \
                     the other way round. Who is what the line wants is restored",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "restore the user in the directory: a new one is somebody else to every service, and may \
         be refused"
    }
}

/// A deleted user can be restored for thirty days, and is then the same to every service. Who is what
/// the line makes is restored by a step; who is something else, such as a member at the address of a
/// guest, is for a person to look at.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    draft
        .newcomers()
        .filter_map(|step| {
            let person = step.address.person();
            let (user, _) = context.deleted_at(&person, |_| true)?;
            Some(SoftDeleted { person, user }.found(step.source.as_ref()))
        })
        .collect()
}
