//! The tenant itself, its domains, and its deleted users.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::sandbox::reply::Reply;
use crate::sandbox::world::Directory;

use super::error::Refusal;
use super::user_json::{Fields, UserJson};
use super::{Answer, Call};

/// `GET /organization`: exactly one.
pub(super) fn organizations(call: &Call<'_>) -> Reply {
    let value = call.shared.read(|world| written(world.directory()));
    let body = json!({
        "@odata.context": call.context("organization"),
        "value": [selected(call, value)],
    });
    Reply::json(StatusCode::OK, &body)
}

/// `GET /organization/{id}`
pub(super) fn organization(call: &Call<'_>, id: &str) -> Answer {
    let value = call.shared.read(|world| written(world.directory()));
    if value.get("id").and_then(Value::as_str) != Some(id) {
        return Err(Refusal::missing(id));
    }
    Ok(Reply::json(StatusCode::OK, &selected(call, value)))
}

fn written(directory: &Directory) -> Value {
    let verified = directory.domains.iter().filter(|(_, verified)| **verified);
    let domains: Vec<Value> = verified
        .map(|(name, _)| {
            json!({
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": name == directory.default_domain(),
                "isInitial": *name == directory.initial_domain,
                "name": name,
                "type": "Managed",
            })
        })
        .collect();
    json!({
        "id": directory.tenant,
        "displayName": directory.display_name,
        "verifiedDomains": domains,
        "tenantType": "AAD",
        "countryLetterCode": "DE",
        "onPremisesSyncEnabled": null,
    })
}

/// Only the members that a `$select` names.
fn selected(call: &Call<'_>, mut value: Value) -> Value {
    let select = call.request.query("$select").unwrap_or_default();
    let names: Vec<&str> = select.split(',').map(str::trim).collect();
    if let Some(map) = value.as_object_mut().filter(|_| !select.is_empty()) {
        map.retain(|name, _| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)));
    }
    value
}

/// `GET /domains`: unverified ones too.
pub(super) fn domains(call: &Call<'_>) -> Reply {
    let domains: Vec<Value> = call.shared.read(|world| {
        let directory = world.directory();
        let domain = |(name, verified): (&String, &bool)| {
            json!({
                "id": name,
                "isVerified": verified,
                "isDefault": name == directory.default_domain(),
                "isInitial": *name == directory.initial_domain,
                "authenticationType": "Managed",
            })
        };
        directory.domains.iter().map(domain).collect()
    });
    let domains: Vec<Value> = domains.into_iter().map(|d| selected(call, d)).collect();
    let body = json!({ "@odata.context": call.context("domains"), "value": domains });
    Reply::json(StatusCode::OK, &body)
}

#[derive(Serialize)]
struct List<'a> {
    #[serde(rename = "@odata.context")]
    context: String,
    value: Vec<UserJson<'a>>,
}

/// `GET /directory/deletedItems/microsoft.graph.user`
pub(super) fn deleted_users(call: &Call<'_>) -> Answer {
    let fields = Fields::selected(call.request.query("$select"))?;
    call.shared.read(|world| {
        let directory = world.directory();
        let users = directory.deleted.iter().map(|(id, deleted)| UserJson {
            id: *id,
            user: &deleted.user,
            fields: &fields,
            annotations: &[],
            deleted: Some(deleted.deleted),
            initial_domain: &directory.initial_domain,
        });
        let body = List {
            context: call.context("users"),
            value: users.collect(),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    })
}
