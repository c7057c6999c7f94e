//! `caller_may_be_locked_out`: there is a time without a tenant, and the caller is not known to
//! have a personal account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::departure::{self, SignIn, sign_in};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// The one whose credentials are used may not get in without the tenant.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{caller}, whose credentials are in use, may have no access without the tenant")]
pub struct CallerMayBeLockedOut {
    /// Who.
    pub caller: Email,
}

impl Remark for CallerMayBeLockedOut {
    const RULE: Rule = Rule {
        code: "caller_may_be_locked_out",
        topic: Topic::Leaving,
        severity: Severity::Warning,
        unless: &[],
        found_when: "there is a time without a tenant, and the caller is not known to have a \
                     personal account",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "have an administrator with a personal Microsoft account at hand; a move to another tenant \
         needs none when a person makes it (connect_with = \"portal\")"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let caller = &context.live.caller;
    let member = context.member(caller.storage_key);
    let is_personal = member.map_or_else(
        || caller.principal_name.is_consumer(),
        |(_, user)| sign_in(context, user) == SignIn::Personal,
    );
    if is_personal || !departure::has_time_without_tenant(draft) {
        return Vec::new();
    }
    let caller = caller.principal_name.clone();
    vec![CallerMayBeLockedOut { caller }.found(Some(draft.tenant_place()))]
}
