//! Rules about the tenant: whether it can back an organization, and whom it lets bring one in.

use super::{Draft, unread, whole};
use crate::model::desired::ConnectWith;
use crate::model::live::CallerKind;
use crate::model::preflight::{Readable, TenantKind};
use crate::plan::finding::{Evidence, Finding, Severity, Unread};

pub(super) fn can_back_an_organization(draft: &Draft<'_>) -> Vec<Finding> {
    if draft.connecting().is_none() {
        return Vec::new();
    }
    match draft.context.live.preflight.tenant_kind {
        None | Some(TenantKind::Workforce) => Vec::new(),
        Some(kind @ (TenantKind::B2c | TenantKind::External)) => vec![Finding {
            severity: Severity::Fatal,
            evidence: Evidence::TenantUnsuitable { kind },
            place: Some(draft.context.desired.tenant_place.clone()),
        }],
    }
}

/// The policy that restricts new organizations holds for connecting one, too.
pub(super) fn lets_the_caller_bring_it_in(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let (Some(connection), CallerKind::Person) = (draft.connecting(), context.live.caller.kind)
    else {
        return Vec::new();
    };
    let policy = match &context.live.preflight.creation {
        Readable::NotAsked => return Vec::new(),
        Readable::Unknown { why } => return vec![unread(Unread::CreationPolicy, why)],
        Readable::Known(policy) => policy,
    };
    let caller = &context.live.caller.principal_name;
    let listed = context
        .directory
        .find(caller)
        .is_some_and(|found| policy.allowed.contains(&found.id));
    if !policy.restricted || listed {
        return Vec::new();
    }
    // The caller may be in a listed group, and at the gate it may be somebody else who connects.
    let severity = match (connection.connect_with, policy.allowed.is_empty()) {
        (ConnectWith::Api, true) => Severity::Fatal,
        (ConnectWith::Api | ConnectWith::Portal, _) => Severity::Warning,
    };
    let evidence = Evidence::CreationRestricted {
        caller: caller.clone(),
        allowed: super::count(policy.allowed.len()),
    };
    vec![whole(severity, evidence)]
}
