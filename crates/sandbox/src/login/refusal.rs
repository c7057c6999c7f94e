//! The errors of the token service, by their numbers in "Microsoft Entra authentication and
//! authorization error codes".

use axum::http::StatusCode;
use serde_json::json;

use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use crate::world::World;

/// Why there is no token.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    code: u32,
    text: String,
}

/// Errors that the author of a world can order, and how the service words each.
const ORDERED: [(u32, &str, &str); 22] = [
    (
        7_000_215,
        "invalid_client",
        "Invalid client secret provided.",
    ),
    (
        7_000_222,
        "invalid_client",
        "The provided client secret keys are expired.",
    ),
    (7_000_112, "unauthorized_client", "Application is disabled."),
    (
        700_016,
        "unauthorized_client",
        "Application was not found in the directory.",
    ),
    (
        700_024,
        "invalid_client",
        "Client assertion is not within its valid time range.",
    ),
    (
        700_027,
        "invalid_client",
        "Client assertion failed signature validation.",
    ),
    (
        50012,
        "invalid_client",
        "Client assertion is not well formed.",
    ),
    (
        50013,
        "invalid_grant",
        "Assertion failed signature validation.",
    ),
    (
        500_133,
        "invalid_grant",
        "Assertion is not within its valid time range.",
    ),
    (
        500_011,
        "invalid_resource",
        "The resource principal was not found in the tenant.",
    ),
    (
        70011,
        "invalid_scope",
        "The provided value for the input parameter 'scope' is not valid.",
    ),
    (
        700_022,
        "invalid_scope",
        "The scope holds more than one resource.",
    ),
    (
        70021,
        "invalid_client",
        "No matching federated identity record found.",
    ),
    (
        65001,
        "invalid_grant",
        "The user or administrator has not consented to use the application.",
    ),
    (
        90094,
        "invalid_grant",
        "The grant requires administrator permission.",
    ),
    (
        50076,
        "interaction_required",
        "You must use multi-factor authentication.",
    ),
    (
        50079,
        "interaction_required",
        "You must enroll in multi-factor authentication.",
    ),
    (
        53003,
        "interaction_required",
        "Access has been blocked by Conditional Access policies.",
    ),
    (530_032, "invalid_grant", "Blocked by tenant policy."),
    (90038, "invalid_request", "The tenant is in another cloud."),
    (
        90055,
        "temporarily_unavailable",
        "The tenant has too many requests.",
    ),
    (
        90033,
        "temporarily_unavailable",
        "A transient error has occurred. Please try again.",
    ),
];

impl Refusal {
    pub(super) fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        let status = match error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" if code == 90055 => StatusCode::TOO_MANY_REQUESTS,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        Self {
            status,
            error,
            code,
            text: text.into(),
        }
    }

    /// An error that was ordered by its number.
    pub(super) fn ordered(code: u32) -> Self {
        let known = ORDERED.iter().find(|(known, ..)| *known == code);
        match known {
            Some((_, error, text)) => Self::new(error, code, *text),
            None => Self::new("invalid_request", code, "The request is refused."),
        }
    }

    pub(super) fn unknown_tenant(shared: &Shared, name: &str) -> Self {
        let text = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are \
             signing into the correct cloud."
        );
        let other = shared.read(|world| {
            let settings = &world.settings().directory;
            settings.unknown_tenant_is_invalid_request
        });
        let error = if other {
            "invalid_request"
        } else {
            "invalid_tenant"
        };
        Self::new(error, 90002, text)
    }

    pub(super) fn unknown_client(client: &str) -> Self {
        let text =
            format!("Application with identifier '{client}' was not found in the directory.");
        Self::new("unauthorized_client", 700_016, text)
    }

    pub(super) fn into_reply(self, shared: &Shared, request: &Request) -> Reply {
        let id = shared.request_id().to_string();
        let correlation = request.header("client-request-id").unwrap_or(&id);
        let now = shared.read(World::now).zoneless().to_string();
        let now = now.replace('T', " ");
        let Self {
            status,
            error,
            code,
            text,
        } = self;
        let body = json!({
            "error": error,
            "error_description": format!(
                "AADSTS{code}: {text} Trace ID: {id} Correlation ID: {correlation} \
                 Timestamp: {now}Z"
            ),
            "error_codes": [code],
            "timestamp": format!("{now}Z"),
            "trace_id": id,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        });
        Reply::json(status, &body)
    }
}
