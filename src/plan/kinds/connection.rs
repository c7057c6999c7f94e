//! The connection: the tenant that backs the organization, or that none does.

use std::collections::BTreeSet;

use super::Part;
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::ids::TenantId;
use crate::model::live::Connection;
use crate::plan::context::{Context, backing};
use crate::plan::decide::{self, Standing};
use crate::plan::rules::{
    ConnectedElsewhere, ConnectionUnknown, DisconnectedElsewhere, Finding, Remark as _,
};
use crate::plan::value::{Change, Reason, Step};

pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    let now = match context.live.organization.connection {
        Connection::Personal => None,
        Connection::Tenant(tenant) => Some(tenant),
        Connection::Unknown => {
            let place = Some(&context.desired.tenant_place);
            part.findings.push(ConnectionUnknown {}.found(place));
            return part;
        }
    };
    let objection = now.and_then(|now| objection(context, now));
    part.findings.extend(objection);
    if let Some((change, reason)) = change(context, now) {
        part.steps.push(Step {
            address: context.connection_address(),
            change,
            reason,
            needs: Vec::new(),
            source: Some(context.desired.tenant_place.clone()),
            display_name: None,
        });
    }
    part
}

/// Has the connection wait for the accounts that owners sign in with afterwards: where one does not come
/// about, nothing is connected, for they would be locked out.
pub(in crate::plan) fn wait_for_owners(context: &Context<'_>, steps: &mut [Step]) {
    let real = context.live.preflight.owner.known().copied();
    let owners: Vec<_> = [context.roster.owner, real].into_iter().flatten().collect();
    let mut needs = BTreeSet::new();
    for step in &*steps {
        if let Some(Attributes::Mapping(mapping)) = step.change.after()
            && owners.contains(&mapping.member)
        {
            needs.extend(mapping.identity.awaited().cloned());
        }
    }
    let connection = context.connection_address();
    let mut steps = steps.iter_mut();
    if let Some(step) = steps.find(|step| step.address == connection && step.change.writes()) {
        step.needs.extend(needs);
    }
}

fn change(context: &Context<'_>, now: Option<TenantId>) -> Option<(Change, Reason)> {
    let wanted = context
        .wants_tenant()
        .then_some(context.live.directory.tenant);
    let of = |tenant| ConnectionAttributes {
        tenant,
        connect_with: context.desired.connect_with,
    };
    let id = of(now).remote_id();
    let entry = context.connection_entry();
    let standing = match (now, wanted) {
        // That there is no tenant is nothing to own, unless one of ours is gone.
        (None, None) if entry.and_then(backing).is_none() => return None,
        (None, Some(_)) => Standing::Absent,
        (now, wanted) if now == wanted => Standing::Equal(id),
        (now, _) => Standing::Differs(id, Attributes::Connection(of(now))),
    };
    // What the state says of another tenant than the one that is looked at is not about it.
    let about = match standing {
        Standing::Absent | Standing::Equal(_) | Standing::Unrecorded(_) => wanted,
        Standing::Differs(_, _) => now,
    };
    let owned = entry.is_some_and(|entry| backing(entry) == about);
    decide::wanted(standing, owned, || Attributes::Connection(of(wanted)))
}

/// Why the tenant that backs the organization may not be left.
fn objection(context: &Context<'_>, connected: TenantId) -> Option<Finding> {
    let named = context.live.directory.tenant;
    if connected == named || context.desired.replaces == Some(connected) {
        return None;
    }
    let place = Some(&context.desired.tenant_place);
    Some(if context.wants_tenant() {
        let wanted = named;
        ConnectedElsewhere { connected, wanted }.found(place)
    } else {
        DisconnectedElsewhere { connected, named }.found(place)
    })
}
