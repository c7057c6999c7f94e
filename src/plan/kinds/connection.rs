//! The connection: the tenant that backs the organization, or that none does.

use std::collections::BTreeSet;

use super::{Answers, Part};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::ids::TenantId;
use crate::model::live::Connection;
use crate::plan::context::{Context, backing};
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::rules::{
    ConnectedElsewhere, ConnectionUnknown, DisconnectedElsewhere, Finding, Remark as _,
};
use crate::plan::value::{Change, Fact, Facts, NoWayBack, Reason, Step};

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Connection,
    rules: &[
        ConnectionUnknown::RULE,
        ConnectedElsewhere::RULE,
        DisconnectedElsewhere::RULE,
    ],
    still_wanted: |context, address| *address == context.connection_address(),
    left_over: |_, _, _| LeftOver::Final,
    facts: |index, _| {
        let mut facts = Facts::default();
        let connection = index.live.organization.connection;
        facts.put(Fact::Connection, backed_by(connection));
        facts
    },
    carried_out: |index, _, wanted| {
        let wanted = wanted.connection()?;
        let is_shown = index.live.organization.connection == wanted.shown();
        is_shown.then(|| wanted.remote_id())
    },
    way_back: |_| Err(NoWayBack::Connected),
};

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
        let mapping = step.change.after().and_then(Attributes::mapping);
        if let Some(mapping) = mapping
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
    let presence = match (now, wanted) {
        // That there is no tenant is nothing to own, unless one of ours is gone.
        (None, None) if entry.and_then(backing).is_none() => return None,
        (None, Some(_)) => Presence::Absent,
        (now, wanted) if now == wanted => Presence::Equal(id),
        (now, _) => Presence::Differs(id, Attributes::Connection(of(now))),
    };
    // What the state says of another tenant than the one that is looked at is not about it.
    let about = match presence {
        Presence::Absent | Presence::Equal(_) | Presence::Unrecorded(_) => wanted,
        Presence::Differs(_, _) => now,
    };
    let owned = entry.is_some_and(|entry| backing(entry) == about);
    decide::wanted(presence, owned, || Attributes::Connection(of(wanted)))
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

/// What backs an organization, in words.
pub fn backed_by(connection: Connection) -> String {
    match connection {
        Connection::Personal => "personal accounts".to_owned(),
        Connection::Tenant(id) => format!("tenant {id}"),
        Connection::Unknown => "not known".to_owned(),
    }
}
