//! What an organization and its tenant prescribe. The routes are those that public tools read and
//! write policies by; they are in no reference. The tenant's are only read.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::{POLICIES, PolicyArea, World};

use crate::devops::Call;
use crate::devops::protocol::denial;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json_patch;

fn written(world: &World, name: &str) -> Value {
    let value = world.policy(name);
    json!({
        "name": name,
        "value": value,
        "effectiveValue": value,
        "isValueUndefined": world.policy_set(name).is_none(),
    })
}

fn missing(name: &str) -> Reply {
    let message = format!("The policy {name} does not exist.");
    refused(StatusCode::NOT_FOUND, &message)
}

/// The service's own spelling of a name, which it takes in any case.
fn spelled(name: &str) -> Option<&'static str> {
    let mut names = POLICIES.iter().map(|policy| policy.0);
    names.find(|known| known.eq_ignore_ascii_case(name))
}

/// `GET _apis/OrganizationPolicy/Policies`: empty for who may not see them.
pub(crate) fn list(call: &Call<'_>) -> Reply {
    call.shared.read(|world| {
        let visible = world.caller_is_administrator();
        let nested = world.settings().devops.nested_policies;
        let shown = POLICIES.iter().filter(|_| visible).map(|policy| {
            let written = written(world, policy.0);
            if nested {
                return json!({ "policy": written });
            }
            written
        });
        let value: Vec<Value> = shown.collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

/// `GET _apis/OrganizationPolicy/Policies/{name}`
pub(crate) fn get(call: &Call<'_>, name: &str) -> Reply {
    match spelled(name) {
        Some(name) => call
            .shared
            .read(|world| Reply::json(StatusCode::OK, &written(world, name))),
        None => missing(name),
    }
}

#[derive(Deserialize)]
struct Patch {
    op: Value,
    path: String,
    value: Value,
}

/// `PATCH _apis/OrganizationPolicy/Policies/{name}`
pub(crate) fn set(call: &Call<'_>, name: &str) -> Reply {
    if let Some(refusal) = needs_json_patch(call.request) {
        return refusal;
    }
    let Some(name) = spelled(name) else {
        return missing(name);
    };
    let patch: Vec<Patch> = match serde_json::from_slice(&call.request.body) {
        Ok(patch) => patch,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let [change] = patch.as_slice() else {
        let message = "Exactly one operation is expected.";
        return refused(StatusCode::BAD_REQUEST, message);
    };
    let named = change.op.as_str();
    let replaces = named.is_some_and(|op| op.eq_ignore_ascii_case("replace")) || change.op == 2;
    // A text that says true or false is taken like the value itself.
    let value = match &change.value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match value.filter(|_| replaces && change.path.eq_ignore_ascii_case("/Value")) {
        Some(value) => {
            call.shared.write(|world| world.set_policy(name, value));
            Reply::empty(StatusCode::NO_CONTENT)
        }
        None => refused(
            StatusCode::BAD_REQUEST,
            "Only /Value can be replaced, by true or false.",
        ),
    }
}

/// What the portal's page of policies is made of.
pub(crate) fn by_area(world: &World) -> Value {
    let of = |area: PolicyArea| {
        let policies = POLICIES.iter().filter(|policy| policy.1 == area);
        let written = policies.map(|policy| json!({ "policy": written(world, policy.0) }));
        written.collect::<Vec<Value>>()
    };
    json!({
        "policies": {
            "applicationConnection": of(PolicyArea::ApplicationConnection),
            "security": of(PolicyArea::Security),
            "user": of(PolicyArea::User),
            "privacy": [],
        },
    })
}

/// The names of the tenant's policies.
const OF_TENANT: [&str; 5] = [
    "OrganizationCreationRestriction",
    "RestrictGlobalPersonalAccessToken",
    "RestrictFullScopePersonalAccessToken",
    "RestrictPersonalAccessTokenLifespan",
    "EnableLeakedPersonalAccessTokenAutoRevocation",
];

/// `GET _apis/TenantPolicy/Policies/TenantPolicy.{Name}`: for the tenant's Azure DevOps
/// administrators, in an organization of the tenant.
pub(crate) fn of_tenant(call: &Call<'_>, name: &str) -> Reply {
    let may =
        |world: &World| !world.contents().no_tenant_role && world.organization().tenant.is_some();
    if !call.shared.read(may) {
        return denial::of(call);
    }
    prescribed(call, name)
}

/// The same in another organization, which is in the tenant whatever this one is.
pub(crate) fn elsewhere(call: &Call<'_>) -> Reply {
    if call.shared.read(|world| world.contents().no_tenant_role) {
        return denial::of(call);
    }
    prescribed(call, call.request.segment(4))
}

fn prescribed(call: &Call<'_>, name: &str) -> Reply {
    let short = name.split_once('.').filter(|(prefix, _)| {
        let prefix = *prefix;
        prefix.eq_ignore_ascii_case("TenantPolicy")
    });
    let mut known = OF_TENANT.into_iter();
    let known = short.and_then(|(_, short)| known.find(|k| k.eq_ignore_ascii_case(short)));
    let Some(known) = known else {
        return missing(name);
    };
    call.shared.read(|world| {
        let set = world.contents().tenant_policies.get(known);
        let policy = set.cloned().unwrap_or_default();
        let properties = match known {
            "OrganizationCreationRestriction" => json!({
                "AllowedUsersAndGroupObjectIds": policy.allowed,
                "ErrorMessage": policy.message,
            }),
            "RestrictPersonalAccessTokenLifespan" => json!({
                "AllowedUsersAndGroupObjectIds": policy.allowed,
                "MaxPatLifespanInDays": policy.max_lifespan_days,
            }),
            _ => json!({ "AllowedUsersAndGroupObjectIds": policy.allowed }),
        };
        let body = json!({
            "name": format!("TenantPolicy.{known}"),
            "value": policy.on,
            "effectiveValue": policy.on,
            "isValueUndefined": set.is_none(),
            "properties": properties,
        });
        Reply::json(StatusCode::OK, &body)
    })
}
