//! `sign_in_remains`: the organization is to have no tenant: how many are known to go on signing
//! in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::departure::{self, SignIn};
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};

/// How many go on signing in.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{personal} of {users} users are known to have a personal Microsoft account")]
pub struct SignInRemains {
    /// How many.
    pub personal: u32,
    /// Of how many.
    pub users: u32,
}

impl Remark for SignInRemains {
    const RULE: Rule = Rule {
        code: "sign_in_remains",
        topic: Topic::Leaving,
        severity: Severity::Note,
        unless: &[],
        found_when: "the organization is to have no tenant: how many are known to go on signing in",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "tell everybody before it happens how they sign in then"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    if !departure::ends_without_tenant(draft) {
        return Vec::new();
    }
    let (mut personal, mut users) = (0, 0);
    for (_, sign_in) in departure::people_without_tenant(draft) {
        users += 1;
        personal += usize::from(sign_in == SignIn::Personal);
    }
    let (personal, users) = (count(personal), count(users));
    vec![SignInRemains { personal, users }.found(Some(draft.tenant_place()))]
}
