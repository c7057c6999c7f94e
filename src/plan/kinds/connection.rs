//! The connection: the tenant that backs the organization.

use std::collections::BTreeSet;

use super::Part;
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::ids::RemoteId;
use crate::model::live::Connection;
use crate::plan::change::Step;
use crate::plan::context::Context;
use crate::plan::diff::{self, Seen};
use crate::plan::finding::{Evidence, Finding, Severity};

pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    let wanted = context.live.directory.tenant;
    let refused = |evidence| Finding {
        severity: Severity::Fatal,
        evidence,
        place: Some(context.desired.tenant_place.clone()),
    };
    let seen = match context.live.organization.connection {
        Connection::Personal => Seen::Absent,
        Connection::Tenant(tenant) if tenant == wanted => Seen::Equal(RemoteId::TenantId(tenant)),
        Connection::Tenant(connected) => {
            part.findings
                .push(refused(Evidence::ConnectedElsewhere { connected, wanted }));
            return part;
        }
        Connection::Unknown => {
            part.findings.push(refused(Evidence::ConnectionUnknown));
            return part;
        }
    };
    let address = context.connection_address();
    let owned = context.state.entries.contains_key(&address);
    let after = || {
        Attributes::Connection(ConnectionAttributes {
            tenant: Some(wanted),
            connect_with: context.desired.connect_with,
        })
    };
    if let Some((change, reason)) = diff::wanted(seen, owned, after) {
        part.steps.push(Step {
            address,
            change,
            reason,
            needs: BTreeSet::new(),
            source: Some(context.desired.tenant_place.clone()),
            display_name: None,
        });
    }
    part
}
