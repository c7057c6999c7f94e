//! `tenant_unsuitable`: the tenant is one of customers: Azure AD B2C, or External ID.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::preflight::TenantKind;

/// The tenant is of a sort that backs no organization.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the tenant is {}, which Azure DevOps cannot be connected to", words_of(*.kind))]
pub struct TenantUnsuitable {
    /// What it is.
    pub kind: TenantKind,
}

impl Remark for TenantUnsuitable {
    const RULE: Rule = Rule {
        code: "tenant_unsuitable",
        topic: Topic::Tenant,
        severity: Severity::Fatal,
        unless: &[],
        found_when: "the tenant is one of customers: Azure AD B2C, or External ID",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "name under [tenant] the tenant in which the organization's own people work"
    }
}

/// The sort of a tenant, in a sentence.
const fn words_of(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Workforce => "one of an organization's own people",
        TenantKind::B2c => "an Azure AD B2C tenant",
        TenantKind::External => "an external tenant, of customers",
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    match context.live.preflight.tenant_kind {
        Some(kind @ (TenantKind::B2c | TenantKind::External)) if draft.connecting().is_some() => {
            vec![TenantUnsuitable { kind }.found(Some(&context.desired.tenant_place))]
        }
        None | Some(TenantKind::Workforce | TenantKind::B2c | TenantKind::External) => Vec::new(),
    }
}
