//! Where machines of Azure and pipelines get their tokens: the metadata service of a virtual
//! machine, the identity endpoint of App Service, and the token service of Azure Pipelines.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::credentials::{CLIENT_ID, DEVOPS_TOKEN, bearer};
use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use crate::world::World;

use super::client::Client;
use super::grant::for_application;

/// When a token ends: the year 2100, for a client compares it with its own clock.
const FAR_FUTURE: &str = "4102444800";

/// What App Service hands to a program as `IDENTITY_HEADER`.
const IDENTITY_HEADER: &str = "sandbox-identity";

fn bad(status: StatusCode, error: &str, text: &str) -> Reply {
    Reply::json(
        status,
        &json!({ "error": error, "error_description": text }),
    )
}

/// Both services, which share a host here.
pub(crate) fn instance_metadata(shared: &Shared, request: &Request) -> Reply {
    let route = request.route(0);
    match (&request.method, route.as_slice()) {
        (&Method::GET, ["metadata", "identity", "oauth2", "token"]) => {
            if request.header("metadata") != Some("true") {
                let text = "Required metadata header not specified";
                return bad(StatusCode::BAD_REQUEST, "invalid_request", text);
            }
            token(shared, request)
        }
        (&Method::GET, ["msi", "token"]) => {
            if request.header("x-identity-header") != Some(IDENTITY_HEADER) {
                let text = "The X-IDENTITY-HEADER is missing or wrong";
                return bad(StatusCode::UNAUTHORIZED, "unauthorized", text);
            }
            token(shared, request)
        }
        _ => Reply::text(StatusCode::NOT_FOUND, "Not found"),
    }
}

/// Every number is written as a text.
fn token(shared: &Shared, request: &Request) -> Reply {
    if request.query("api-version").is_none() {
        let text = "Required query variable 'api-version' is missing";
        return bad(StatusCode::BAD_REQUEST, "invalid_request", text);
    }
    let resource = request.query("resource").unwrap_or_default();
    let found = shared.read(|world| {
        let client = identity(world, request)?;
        let of = (world.token_tenant(), shared.now_s());
        let token = for_application(world, &client, resource, of);
        Some(token.map(|token| (client.id().to_owned(), token)))
    });
    let (client, access_token) = match found {
        None => {
            return bad(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Identity not found",
            );
        }
        Some(Err(_)) => {
            let text = "AADSTS500011: The resource principal was not found.";
            return bad(StatusCode::BAD_REQUEST, "invalid_resource", text);
        }
        Some(Ok(found)) => found,
    };
    let body = json!({
        "access_token": access_token,
        "refresh_token": "",
        "client_id": client,
        "expires_in": "86399",
        "expires_on": FAR_FUTURE,
        "ext_expires_in": "86399",
        "not_before": "1767225600",
        "resource": resource,
        "token_type": "Bearer",
    });
    Reply::json(StatusCode::OK, &body)
}

/// The identity of the machine: the one that is asked for, or the machine's only one.
fn identity(world: &World, request: &Request) -> Option<Client> {
    let asked = ["client_id", "object_id", "msi_res_id", "mi_res_id"];
    let asked = asked
        .iter()
        .find_map(|name| Some((*name, request.query(name)?)));
    let Some((name, value)) = asked else {
        return Some(Client::Own);
    };
    if value == CLIENT_ID {
        return Some(Client::Own);
    }
    let client = match name {
        "client_id" => value,
        "object_id" => world.application_of(value.parse().ok()?)?.0,
        // The resource id ends in the name of the identity.
        _ => {
            let name = value.rsplit('/').next().unwrap_or(value);
            let mut all = world.applications().iter();
            all.find(|(_, application)| application.display_name == name)?
                .0
        }
    };
    let (_, application) = world.application(client)?;
    let has = application.managed_identity;
    Client::called(world, client).ok().filter(|_| has)
}

/// Whether a request is for the tokens of a pipeline, which are asked of the organization's host.
pub(crate) fn is_pipeline_token(request: &Request) -> bool {
    request.route(0).last() == Some(&"oidctoken")
}

/// `POST …/oidctoken?serviceConnectionId=…`: a foreign token for a federated sign-in.
pub(crate) fn pipeline_token(shared: &Shared, request: &Request) -> Reply {
    if request.method != Method::POST {
        return Reply::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    if request.header("authorization").and_then(bearer) != Some(DEVOPS_TOKEN) {
        if request.header("x-tfs-fedauthredirect") == Some("Suppress") {
            return Reply::text(StatusCode::UNAUTHORIZED, "Unauthorized");
        }
        let reply = Reply::empty(StatusCode::FOUND);
        return reply.header(
            "location",
            "https://spsprodcus5.vssps.visualstudio.com/_signin",
        );
    }
    let Some(connection) = request.query("serviceConnectionId") else {
        let text = "The serviceConnectionId is missing";
        return Reply::text(StatusCode::BAD_REQUEST, text);
    };
    let claims = shared.read(|world| {
        let organization = world.organization();
        json!({
            "iss": format!("https://vstoken.dev.azure.com/{}", organization.id),
            "sub": format!("sc://{}/Website/{connection}", organization.name),
            "aud": "api://AzureADTokenExchange",
        })
    });
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    let token = format!(
        "{header}.{}.c2lnbmVk",
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    Reply::json(StatusCode::OK, &json!({ "oidcToken": token }))
}
