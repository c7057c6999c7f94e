//! The same access levels under other names: of applications alone, and of everybody with people
//! and applications alike called members. "Service Principal Entitlements" and "Member
//! Entitlements" of the Azure DevOps REST reference.

use axum::http::StatusCode;
use serde_json::Value;

use crate::reply::Reply;
use crate::request::Request;
use crate::world::World;
use orgctl_model::ids::{ObjectId, StorageKey};

use super::read::{self, no_such};
use crate::devops::Call;
use crate::devops::protocol::error::refused;

/// Names as the entitlements of users have them, and as these have them.
type Names = [(&'static str, &'static str); 3];

const OF_MEMBERS: Names = [
    ("user", "member"),
    ("userId", "memberId"),
    ("userEntitlement", "memberEntitlement"),
];

const OF_APPLICATIONS: Names = [
    ("user", "servicePrincipal"),
    ("userId", "servicePrincipalId"),
    ("userEntitlement", "servicePrincipalEntitlement"),
];

/// An answer under other names. One that is no JSON stays as it is.
fn renamed(mut reply: Reply, names: &Names) -> Reply {
    if let Ok(body) = serde_json::from_slice::<Value>(&reply.body)
        && let Ok(body) = serde_json::to_vec(&with_names(body, names))
    {
        reply.body = body;
    }
    reply
}

fn with_names(value: Value, names: &Names) -> Value {
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (String, Value)| {
                let other = names.iter().find(|(from, _)| *from == name);
                let name = other.map_or(name, |(_, to)| (*to).to_owned());
                (name, with_names(value, names))
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        Value::Array(items) => {
            let items = items.into_iter().map(|item| with_names(item, names));
            Value::Array(items.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// `GET _apis/memberentitlements`
pub(crate) fn members(call: &Call<'_>) -> Reply {
    renamed(read::search(call), &OF_MEMBERS)
}

/// `GET _apis/memberentitlements/{memberId}`
pub(crate) fn member(call: &Call<'_>, id: &str) -> Reply {
    renamed(read::get(call, id), &OF_MEMBERS)
}

/// Something done with an application that is there.
pub(crate) fn application(
    call: &Call<'_>,
    id: &str,
    answer: impl FnOnce(&Call<'_>, &str) -> Reply,
) -> Reply {
    let is_application = |world: &World| {
        let key: Option<StorageKey> = id.parse().ok();
        let member = key.and_then(|key| world.member(key));
        member.is_some_and(|member| !member.kind.is_person())
    };
    if call.shared.read(is_application) {
        return renamed(answer(call, id), &OF_APPLICATIONS);
    }
    no_such(id)
}

/// Something done with applications that the body names: one, or many in json-patch.
pub(crate) fn applications(call: &Call<'_>, answer: fn(&Call<'_>) -> Reply) -> Reply {
    let mut body: Value = match serde_json::from_slice(&call.request.body) {
        Ok(body) => body,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if let Some(patches) = body.as_array_mut() {
        let values = patches
            .iter_mut()
            .filter_map(|patch| patch.get_mut("value"));
        values.for_each(|value| identify(call, value));
    } else {
        identify(call, &mut body);
    }
    let Request {
        method,
        host,
        path,
        raw_query,
        ..
    } = call.request;
    let request = Request::at(method.clone(), host.clone(), path, raw_query);
    let request = request.with(call.request.headers.clone(), body.to_string().into());
    let call = Call {
        shared: call.shared,
        request: &request,
        credential: call.credential,
    };
    renamed(answer(&call), &OF_APPLICATIONS)
}

/// Puts the storage key of an application in the place of its name, and makes it known.
fn identify(call: &Call<'_>, body: &mut Value) {
    let id = body.pointer("/servicePrincipal/originId");
    let id: Option<ObjectId> = id.and_then(Value::as_str).and_then(|id| id.parse().ok());
    let Some((id, fields)) = id.zip(body.as_object_mut()) else {
        return;
    };
    if call
        .shared
        .read(|world| world.organization().tenant.is_none())
    {
        return;
    }
    let key = call.shared.write(|world| world.materialise_application(id));
    fields.remove("servicePrincipal");
    fields.insert("id".to_owned(), Value::from(key.to_string()));
}
