//! What the portal asks for its own pages. In no reference; public tools read the owner, the tenant
//! and the policies here. A provider that fails says so inside a success.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::reply::Reply;
use crate::world::World;
use orgctl_model::ids::TenantId;

use super::policies;
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;

const OWNER: &str = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider";
const TENANT: &str = "ms.vss-admin-web.organization-admin-aad-data-provider";
const TENANTS: &str = "ms.vss-admin-web.organization-admin-aad-user-tenants-data-provider";
const POLICIES: &str = "ms.vss-org-web.collection-admin-policy-data-provider";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    #[serde(default)]
    contribution_ids: Vec<String>,
}

/// `POST _apis/Contribution/HierarchyQuery`
pub(crate) fn query(call: &Call<'_>) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let query: Query = match serde_json::from_slice(&call.request.body) {
        Ok(query) => query,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    call.shared.read(|world| {
        let asked = query.contribution_ids.iter();
        let found = asked.filter_map(|id| Some((id.clone(), provided(world, id)?)));
        let providers: Map<String, Value> = found.collect();
        let body = json!({ "dataProviderSharedData": {}, "dataProviders": providers });
        Reply::json(StatusCode::OK, &body)
    })
}

/// `GET _settings/organizationAad?__rt=fps`: the same, for one page as a whole. The page itself is
/// in `portal`.
pub(crate) fn tenant_page(call: &Call<'_>) -> Reply {
    call.shared.read(|world| {
        let data = json!({ TENANT: provided(world, TENANT) });
        let body = json!({ "fps": { "dataProviders": { "data": data } } });
        Reply::json(StatusCode::OK, &body)
    })
}

fn provided(world: &World, id: &str) -> Option<Value> {
    let caller = world.caller().map(|(_, caller)| caller.kind);
    let application = caller.is_some_and(|kind| !kind.is_person());
    let fails = world.settings().devops.providers_fail || application;
    let failure = || json!({ "exceptionType": "AadGraphException" });
    Some(match id {
        OWNER | TENANT | TENANTS if fails => failure(),
        OWNER => owner(world),
        TENANT => json!({ "orgnizationTenantData": tenant(world) }),
        TENANTS => tenants(world),
        POLICIES if world.caller_is_administrator() => policies::by_area(world),
        POLICIES => json!({ "policies": {} }),
        _ => return None,
    })
}

fn owner(world: &World) -> Value {
    let owner = world
        .owner()
        .and_then(|key| Some((key, world.member(key)?)));
    let current = owner.map(|(key, member)| {
        json!({
            "name": member.display_name,
            "id": key,
            "email": member.mail.as_ref().unwrap_or(&member.principal_name),
        })
    });
    let administers = world.caller_is_administrator();
    json!({
        "currentOwner": current,
        "currentUserId": world.organization().caller,
        "hasModifyPermissions": administers,
        "hasDeletePermissions": administers,
    })
}

/// The tenant of the organization; an empty domain says that there is none.
fn tenant(world: &World) -> Value {
    let directory = world.directory();
    match world.organization().tenant {
        Some(tenant) if tenant == directory.tenant => json!({
            "id": tenant,
            "displayName": directory.display_name,
            "domain": directory.default_domain(),
        }),
        // Of any other tenant the world holds the id and some users only.
        Some(tenant) => json!({
            "id": tenant,
            "displayName": tenant,
            "domain": format!("{tenant}.onmicrosoft.com"),
        }),
        None => json!({ "id": TenantId::NONE, "displayName": "", "domain": "" }),
    }
}

/// The tenants in which the caller has an account.
fn tenants(world: &World) -> Value {
    let directory = world.directory();
    let account = world.caller().and_then(|(_, caller)| {
        let named = world.user_called(&caller.principal_name);
        named.map(|(id, _)| id).or(caller.object_id)
    });
    let tenant =
        account.map(|_| json!({ "id": directory.tenant, "displayName": directory.display_name }));
    json!({ "userTenantData": { "userTenants": tenant.into_iter().collect::<Vec<Value>>() } })
}
