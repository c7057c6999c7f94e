//! `owner_unknown`: there is a time without a tenant, and the service does not say who owns the
//! organization.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, departure};

/// The service did not say who the owner is.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the service did not say who owns the organization")]
pub struct OwnerUnknown {}

impl Remark for OwnerUnknown {
    const RULE: Rule = Rule {
        code: "owner_unknown",
        topic: Topic::Leaving,
        severity: Severity::Warning,
        unless: &[],
        found_when: "there is a time without a tenant, and the service does not say who owns the \
                     organization",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "look at the overview page of the organization settings: the owner needs a personal \
         Microsoft account, for without a tenant nobody else can sign in"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let is_unknown = departure::owner(draft).is_none();
    if is_unknown && departure::has_time_without_tenant(draft) {
        vec![OwnerUnknown {}.found(Some(draft.tenant_place()))]
    } else {
        Vec::new()
    }
}
