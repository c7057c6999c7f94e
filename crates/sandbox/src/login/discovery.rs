//! Which tenant a domain belongs to, and where its endpoints are. Nobody has to sign in for that.

use axum::http::StatusCode;
use serde_json::json;

use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use orgctl_model::ids::TenantId;

use super::refusal::Refusal;
use crate::hosts::LOGIN;

/// The tenant that an id or a verified domain names.
pub(super) fn tenant(shared: &Shared, name: &str) -> Result<TenantId, Refusal> {
    let found = shared.read(|world| {
        let directory = world.directory();
        // The tenant that an organization is moved away from exists too, also afterwards.
        let known = |id| {
            let now = world.organization().tenant;
            id == directory.tenant || now == Some(id) || world.other_tenants().any(|it| it == id)
        };
        match name.parse::<TenantId>() {
            Ok(id) => known(id).then_some(id),
            Err(_) => directory.owns(name).then_some(directory.tenant),
        }
    });
    found.ok_or_else(|| Refusal::unknown_tenant(shared, name))
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub(super) fn configuration(shared: &Shared, request: &Request) -> Result<Reply, Refusal> {
    let tenant = tenant(shared, request.segment(0))?;
    let at = |path: &str| shared.link_for(request, &format!("{LOGIN}/{tenant}/{path}"));
    let body = json!({
        "token_endpoint": at("oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": at("discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("https://{LOGIN}/{tenant}/v2.0"),
        "authorization_endpoint": at("oauth2/v2.0/authorize"),
        "device_authorization_endpoint": at("oauth2/v2.0/devicecode"),
        "end_session_endpoint": at("oauth2/v2.0/logout"),
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    });
    let reply = Reply::json(StatusCode::OK, &body);
    Ok(reply.header("cache-control", "max-age=86400, private"))
}

/// `GET /{tenant}/discovery/v2.0/keys`: none, for tokens here are signed with nothing secret.
pub(super) fn keys(shared: &Shared, name: &str) -> Result<Reply, Refusal> {
    tenant(shared, name)?;
    Ok(Reply::json(StatusCode::OK, &json!({ "keys": [] })))
}

/// `GET /common/discovery/instance`, by which Microsoft's libraries check an authority.
pub(super) fn instance(shared: &Shared, request: &Request) -> Result<Reply, Refusal> {
    let given = request.query("authorization_endpoint").ok_or_else(|| {
        let text = "The request must contain the parameter 'authorization_endpoint'.";
        Refusal::new("invalid_request", 900_144, text)
    })?;
    let behind_scheme = given.split_once("://").map_or(given, |(_, rest)| rest);
    let mut segments = behind_scheme.split('/').skip_while(|part| *part != LOGIN);
    let name = segments.nth(1).unwrap_or("common");
    let discovery = format!("{LOGIN}/{name}/v2.0/.well-known/openid-configuration");
    let body = json!({
        "tenant_discovery_endpoint": shared.link_for(request, &discovery),
        "api-version": request.query("api-version").unwrap_or("1.1"),
        "metadata": [{
            "preferred_network": LOGIN,
            "preferred_cache": "login.windows.net",
            "aliases": [LOGIN, "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        }],
    });
    Ok(Reply::json(StatusCode::OK, &body))
}
