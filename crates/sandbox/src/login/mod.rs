//! The token service of Microsoft Entra ID, and the places where machines get their tokens: which
//! tenant a domain belongs to, and tokens for applications and people.

mod client;
mod discovery;
mod form;
mod grant;
mod machine;
mod refusal;

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;

pub(crate) use machine::{instance_metadata, is_pipeline_token, pipeline_token};

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long a person may take to type a code, in seconds; what the service answers.
const DEVICE_CODE_LIFE_S: i64 = 900;

/// Answers one request to the token service.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    let route = request.route(0);
    let answered = match (&request.method, route.as_slice()) {
        (&Method::GET, ["common", "discovery", "instance"]) => discovery::instance(shared, request),
        (&Method::GET, [_, "v2.0", ".well-known", "openid-configuration"]) => {
            discovery::configuration(shared, request)
        }
        (&Method::GET, [_, "discovery", "v2.0", "keys"]) => {
            discovery::keys(shared, request.segment(0))
        }
        (&Method::POST, [_, "oauth2", "v2.0", "token"]) => grant::token(shared, request),
        (&Method::POST, [_, "oauth2", "v2.0", "devicecode"]) => grant::device_code(shared, request),
        _ => return Reply::text(StatusCode::NOT_FOUND, "Not found"),
    };
    answered.unwrap_or_else(|refusal| refusal.into_reply(shared, request))
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
