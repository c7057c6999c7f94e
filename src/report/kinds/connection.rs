//! The connection: what backs the organization, and who changes it.

use std::borrow::Cow;

use super::{Value, Wording};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::desired::ConnectWith;
use crate::plan::value::{Change, Header, Step};
use crate::report::sanitize::clean;
use crate::report::words::days;

pub(super) const WORDING: Wording = Wording {
    create: verb,
    update: verb,
    delete: verb,
    heading,
    becomes: |connection, header| Some(format!("→ {}", backed_by(connection, header)?).into()),
    changes: |before, after, header| {
        let [before, after] = [backed_by(before, header)?, backed_by(after, header)?];
        Some(format!("{before} → {after}").into())
    },
    fields,
    in_row: &["tenant"],
    remarks: |step, header| {
        [not_before(step, header), by_whom(step)]
            .into_iter()
            .flatten()
            .collect()
    },
    ..Wording::of(Kind::Connection)
};

fn disconnects(step: &Step) -> bool {
    let after = step.change.after().and_then(Attributes::connection);
    after.is_some_and(|after| after.tenant.is_none())
}

fn verb(step: &Step) -> &'static str {
    if disconnects(step) {
        "disconnect"
    } else if step.leaves_tenant() {
        "change"
    } else if matches!(step.change, Change::Remove { .. }) {
        "disconnect"
    } else {
        "connect"
    }
}

fn heading(step: &Step) -> Option<&'static str> {
    let after = step.change.after()?.connection()?;
    if after.tenant.is_none() {
        Some("take the organization off its tenant")
    } else {
        let leaves = step.leaves_tenant();
        leaves.then_some("move the organization to another tenant")
    }
}

/// What backs an organization, by name where the name is known.
fn backed_by<'a>(connection: &'a Attributes, header: &'a Header) -> Option<Cow<'a, str>> {
    let is_ours = connection.connection()?.tenant == Some(header.tenant);
    Some(if is_ours {
        clean(&header.tenant_name)
    } else {
        connection.headline()
    })
}

/// How long it waits for people who have been told.
fn not_before(step: &Step, header: &Header) -> Option<Cow<'static, str>> {
    let lead_days = header.lead_days.filter(|_| step.change.writes())?;
    Some(match lead_days {
        0 => "not before everybody whom it concerns has been told".into(),
        _ => format!(
            "not before {} after everybody has been told",
            days(lead_days)
        )
        .into(),
    })
}

fn by_whom(step: &Step) -> Option<Cow<'static, str>> {
    let connection = step.change.after()?.connection()?;
    let by_whom = match connection.connect_with {
        ConnectWith::Portal => "gate: a person does it in the organization settings",
        ConnectWith::Api if step.leaves_tenant() && connection.tenant.is_some() => {
            "by two requests that Microsoft has not documented: disconnect, then connect"
        }
        ConnectWith::Api => "by a request that Microsoft has not documented",
    };
    step.change.writes().then_some(Cow::Borrowed(by_whom))
}

fn fields(connection: &Attributes) -> Option<Vec<Value<'_>>> {
    let ConnectionAttributes {
        tenant,
        connect_with,
    } = connection.connection()?;
    Some(vec![
        ("tenant", tenant.map(|id| Cow::Owned(id.to_string()))),
        ("connect_with", Some(Cow::Borrowed(connect_with.as_str()))),
    ])
}
