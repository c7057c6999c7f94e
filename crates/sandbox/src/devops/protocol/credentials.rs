//! Who may ask, and what the service does to who may not: it depends on the `X-TFS-FedAuthRedirect`
//! header whether that is a status or a sign-in page.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::credentials::{DEVOPS_TOKEN, PERSONAL_ACCESS_TOKEN, bearer};
use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use crate::token::{AccessToken, DEVOPS_AUDIENCE};
use crate::world::World;
use orgctl_model::ids::TenantId;
use uuid::Uuid;

use super::error::problem;

/// Where the service says that passwords and tokens are taken.
pub(crate) const BASIC_CHALLENGE: &str =
    "Basic realm=\"https://tfsprodsandbox.app.visualstudio.com/\"";

/// What stands in the place of a tenant where personal accounts sign in.
pub(crate) const NO_TENANT: TenantId = TenantId::new(Uuid::nil());

const SIGN_IN_PAGE: &str = "<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In\
    </title></head><body>Sign in to continue.</body></html>";

/// Where the service says that tokens come from.
pub(crate) fn bearer_challenge(tenant: Option<TenantId>) -> String {
    let tenant = tenant.unwrap_or(NO_TENANT);
    format!("Bearer authorization_uri=https://login.microsoftonline.com/{tenant}")
}

/// By what the caller signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A token of Microsoft Entra ID.
    Directory,
    /// A personal access token.
    Personal,
}

/// The credential of this service that the request carries.
pub(crate) fn accepted(shared: &Shared, request: &Request) -> Option<Credential> {
    let given = request.header("authorization").unwrap_or_default();
    if let Some(token) = bearer(given) {
        let good = token == DEVOPS_TOKEN || is_good(shared, token);
        return good.then_some(Credential::Directory);
    }
    let (_, text) = given
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))?;
    let decoded = STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8_lossy(&decoded);
    let (_, password) = text.split_once(':').unwrap_or_default();
    let ended = || shared.read(|world| world.contents().token_ended);
    (password == PERSONAL_ACCESS_TOKEN && !ended()).then_some(Credential::Personal)
}

/// Whether a token that the sandbox gave out opens the organization still. One from before a change
/// of tenant does not.
fn is_good(shared: &Shared, token: &str) -> bool {
    AccessToken::read(token).is_some_and(|token| {
        let tenant = shared.read(World::token_tenant);
        token.aud == DEVOPS_AUDIENCE && token.tid == tenant && shared.now_s() < token.exp
    })
}

/// What a request without such a credential is answered.
pub(crate) fn refusal(shared: &Shared, request: &Request) -> Reply {
    let suppressed = request
        .header("x-tfs-fedauthredirect")
        .is_some_and(|value| value.eq_ignore_ascii_case("suppress"));
    let given = request.headers.contains_key("authorization");
    if suppressed {
        let tenant = shared.read(World::shown_tenant);
        return Reply::empty(StatusCode::UNAUTHORIZED)
            .header("www-authenticate", bearer_challenge(tenant))
            .header("www-authenticate", BASIC_CHALLENGE)
            .header(
                "x-tfs-serviceerror",
                "TF400813%3A%20The%20user%20is%20not%20authorized%20to%20access%20this%20resource.",
            );
    }
    if given && request.method == Method::PATCH {
        return problem(
            StatusCode::UNAUTHORIZED,
            "UnauthorizedRequestException",
            "TF400813: The user '' is not authorized to access this resource.",
        );
    }
    let accept = request.header("accept").unwrap_or_default();
    if !given && accept.contains("text/html") {
        let location = "https://spsprodsandbox.vssps.visualstudio.com/_signin?realm=dev.azure.com";
        return Reply::html(StatusCode::FOUND, "<html><body>Object moved</body></html>")
            .header("location", location);
    }
    Reply::html(StatusCode::NON_AUTHORITATIVE_INFORMATION, SIGN_IN_PAGE)
}
