//! The token service of Microsoft Entra ID, and the instance metadata service of a virtual machine:
//! which tenant a domain belongs to, and tokens for an application.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use url::form_urlencoded;

use crate::model::ids::TenantId;

use super::credentials::{CLIENT_ID, CLIENT_SECRET, DEVOPS_TOKEN, GRAPH_TOKEN};
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use super::world::World;

/// The token service.
pub(crate) const HOST: &str = "login.microsoftonline.com";
/// The instance metadata service.
pub(crate) const INSTANCE_METADATA: &str = "169.254.169.254";

/// The resource id of Azure DevOps.
const DEVOPS_RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";
const GRAPH_RESOURCE: &str = "https://graph.microsoft.com";

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long a token lasts, in seconds. Nothing here ever expires one.
const LIFETIME_S: u32 = 3599;
/// When a token of the metadata service ends: the year 2100, for the sandbox has no clock.
const FAR_FUTURE: &str = "4102444800";

/// Why there is no token.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    code: u32,
    text: String,
}

impl Refusal {
    fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        let status = if error == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        };
        Self {
            status,
            error,
            code,
            text: text.into(),
        }
    }

    fn unknown_tenant(name: &str) -> Self {
        let text = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are \
             signing into the correct cloud."
        );
        Self::new("invalid_tenant", 90002, text)
    }
}

/// Answers one request to the token service.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    let route = request.route(1);
    let answered = match (&request.method, route.as_slice()) {
        (&Method::GET, ["v2.0", ".well-known", "openid-configuration"]) => {
            discovery(shared, request)
        }
        (&Method::POST, ["oauth2", "v2.0", "token"]) => token(shared, request),
        _ => return Reply::text(StatusCode::NOT_FOUND, "Not found"),
    };
    answered.unwrap_or_else(|refusal| refused(shared, request, &refusal))
}

/// The service's own error, for a fault that was ordered.
pub(crate) fn fault(status: StatusCode) -> Reply {
    let body = json!({
        "error": "temporarily_unavailable",
        "error_description": "AADSTS90033: A transient error has occurred. Please try again.",
        "error_codes": [90033],
    });
    Reply::json(status, &body)
}

fn refused(shared: &Shared, request: &Request, refusal: &Refusal) -> Reply {
    let id = shared.request_id().to_string();
    let correlation = request.header("client-request-id").unwrap_or(&id);
    let now = shared
        .read(World::now)
        .zoneless()
        .to_string()
        .replace('T', " ");
    let Refusal {
        status,
        error,
        code,
        text,
    } = refusal;
    let body = json!({
        "error": error,
        "error_description": format!(
            "AADSTS{code}: {text} Trace ID: {id} Correlation ID: {correlation} Timestamp: {now}Z"
        ),
        "error_codes": [code],
        "timestamp": format!("{now}Z"),
        "trace_id": id,
        "correlation_id": correlation,
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    Reply::json(*status, &body)
}

/// The tenant that an id or a verified domain names.
fn tenant(shared: &Shared, name: &str) -> Result<TenantId, Refusal> {
    let found = shared.read(|world| {
        let directory = world.directory();
        // The tenant that an organization is moved away from exists too.
        let known = [Some(directory.tenant), world.organization().tenant];
        match name.parse::<TenantId>() {
            Ok(id) => known.contains(&Some(id)).then_some(id),
            Err(_) => directory.owns(name).then_some(directory.tenant),
        }
    });
    found.ok_or_else(|| Refusal::unknown_tenant(name))
}

fn discovery(shared: &Shared, request: &Request) -> Result<Reply, Refusal> {
    let tenant = tenant(shared, request.segment(0))?;
    let at = |path: &str| shared.link_for(request, &format!("{HOST}/{tenant}/{path}"));
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
        "issuer": format!("https://{HOST}/{tenant}/v2.0"),
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

fn token(shared: &Shared, request: &Request) -> Result<Reply, Refusal> {
    tenant(shared, request.segment(0))?;
    let form: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
    let field = |name: &str| {
        let found = form.iter().find(|(given, _)| given == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let needed = |name: &str| {
        let text = || format!("The request body must contain the following parameter: '{name}'.");
        field(name).ok_or_else(|| Refusal::new("invalid_request", 900_144, text()))
    };
    if needed("grant_type")? != "client_credentials" {
        let text = "The provided grant type is not supported.";
        return Err(Refusal::new("unsupported_grant_type", 70003, text));
    }
    let basic = basic_credentials(request);
    let client = match &basic {
        Some((client, _)) => client,
        None => needed("client_id")?,
    };
    if client != CLIENT_ID {
        let text =
            format!("Application with identifier '{client}' was not found in the directory.");
        return Err(Refusal::new("unauthorized_client", 700_016, text));
    }
    let basic_secret = basic.as_ref().map(|(_, secret)| secret.as_str());
    match (
        basic_secret.or_else(|| field("client_secret")),
        field("client_assertion"),
    ) {
        (Some(CLIENT_SECRET), _) => {}
        (Some(_), _) => {
            let text = "Invalid client secret provided.";
            return Err(Refusal::new("invalid_client", 7_000_215, text));
        }
        (None, Some(assertion)) => check_assertion(field("client_assertion_type"), assertion)?,
        (None, None) => {
            let text = "The request body must contain the following parameter: \
                        'client_assertion' or 'client_secret'.";
            return Err(Refusal::new("invalid_client", 7_000_218, text));
        }
    }
    let access_token = for_scope(needed("scope")?)?;
    let body = json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME_S,
        "ext_expires_in": LIFETIME_S,
        "access_token": access_token,
    });
    Ok(Reply::json(StatusCode::OK, &body).header("cache-control", "no-store, no-cache"))
}

fn basic_credentials(request: &Request) -> Option<(String, String)> {
    let (scheme, text) = request.header("authorization")?.split_once(' ')?;
    let decoded = STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (client, secret) = text.split_once(':')?;
    let basic = scheme.eq_ignore_ascii_case("basic");
    basic.then(|| (client.to_owned(), secret.to_owned()))
}

/// A foreign token is taken for what it looks like; its signature is nobody's here.
fn check_assertion(kind: Option<&str>, assertion: &str) -> Result<(), Refusal> {
    if kind == Some(ASSERTION_TYPE) && assertion.split('.').count() == 3 {
        return Ok(());
    }
    let text = "Client assertion is not well formed.";
    Err(Refusal::new("invalid_client", 50012, text))
}

/// The token for one resource and `.default`.
fn for_scope(scope: &str) -> Result<&'static str, Refusal> {
    let resource = scope.strip_suffix("/.default").unwrap_or_default();
    for_resource(resource).ok_or_else(|| {
        if scope.contains("/.default") && !scope.contains(' ') {
            let text =
                format!("The resource principal named {resource} was not found in the tenant.");
            return Refusal::new("invalid_resource", 500_011, text);
        }
        let text =
            format!("The provided value for the input parameter 'scope' is not valid: {scope}.");
        Refusal::new("invalid_scope", 70011, text)
    })
}

fn for_resource(resource: &str) -> Option<&'static str> {
    match resource.trim_end_matches('/') {
        GRAPH_RESOURCE => Some(GRAPH_TOKEN),
        DEVOPS_RESOURCE => Some(DEVOPS_TOKEN),
        _ => None,
    }
}

/// The metadata service of a virtual machine. It writes every number as a text.
pub(crate) fn instance_metadata(request: &Request) -> Reply {
    let route = request.route(0);
    let asked = (&request.method, route.as_slice());
    if asked
        != (
            &Method::GET,
            ["metadata", "identity", "oauth2", "token"].as_slice(),
        )
    {
        return Reply::text(StatusCode::NOT_FOUND, "Not found");
    }
    let bad = |error: &str, text: &str| {
        let body = json!({ "error": error, "error_description": text });
        Reply::json(StatusCode::BAD_REQUEST, &body)
    };
    if request.header("metadata") != Some("true") {
        return bad("invalid_request", "Required metadata header not specified");
    }
    if request.query("api-version").is_none() {
        return bad(
            "invalid_request",
            "Required query variable 'api-version' is missing",
        );
    }
    let resource = request.query("resource").unwrap_or_default();
    let Some(access_token) = for_resource(resource) else {
        return bad(
            "invalid_resource",
            "AADSTS500011: The resource principal was not found.",
        );
    };
    let body = json!({
        "access_token": access_token,
        "refresh_token": "",
        "client_id": CLIENT_ID,
        "expires_in": "86399",
        "expires_on": FAR_FUTURE,
        "ext_expires_in": "86399",
        "not_before": "1767225600",
        "resource": resource,
        "token_type": "Bearer",
    });
    Reply::json(StatusCode::OK, &body)
}
