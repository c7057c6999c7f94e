//! The page of the organization settings on which a person connects the organization to its
//! directory. The one page of the web site that the sandbox plays, for the gate is there.
//!
//! Whoever opens it is the sandbox's caller, as somebody with a session in the browser is. A form
//! needs no credential, so it counts only when the browser says that it is on this very page.

mod people;
mod view;

use std::sync::LazyLock;

use askama::Template as _;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use crate::origin::{self, Origin};
use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use crate::world::World;
use orgctl_model::ids::TenantId;

use super::organization::connection::connect_status;
use super::protocol::denial;
use crate::hosts::CORE;
use view::View;

const STYLE: &str = include_str!("templates/style.css");

/// Nothing is loaded and nothing runs, and no other page can put this one into a frame, where a
/// person would press a button without seeing it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{style}'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
});

/// Answers for the page; nothing when something else is asked for.
pub(super) fn answer(shared: &Shared, request: &Request) -> Option<Reply> {
    let is_here = request.host == CORE
        && request.route(1) == ["_settings", "organizationaad"]
        // Links on the page are relative to the folder.
        && !request.path.ends_with('/')
        && super::knows(shared, request.segment(0));
    if !is_here {
        return None;
    }
    match request.method {
        // With this the portal asks for its data.
        Method::GET if request.query("__rt") == Some("fps") => None,
        Method::GET => Some(page(shared, request, StatusCode::OK, None)),
        Method::POST => Some(press(shared, request)),
        _ => None,
    }
}

fn page(shared: &Shared, request: &Request, status: StatusCode, refusal: Option<&str>) -> Reply {
    let rendered = shared.read(|world| View::new(world, request, refusal).render());
    let reply = match rendered {
        Ok(text) => Reply::html(status, &text),
        Err(error) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    };
    reply
        .header("content-security-policy", POLICY.as_str())
        .header("x-content-type-options", "nosniff")
        .header("cross-origin-opener-policy", "same-origin")
        .header("cross-origin-resource-policy", "same-origin")
        // With less a browser would not tell whose form it is.
        .header("referrer-policy", "same-origin")
        .header("cache-control", "no-store")
}

/// What a button does. Done, the page is shown anew, so that loading it again presses nothing.
fn press(shared: &Shared, request: &Request) -> Reply {
    if origin::of(request) != Origin::Own {
        let text = "This is pressed on the page itself, and by no other page. A program asks for \
                    POST /_sandbox/connect.";
        return page(shared, request, StatusCode::FORBIDDEN, Some(text));
    }
    let asked = form_urlencoded::parse(&request.body).find(|(name, _)| name == "do");
    let connects = match asked.as_ref().map(|(_, value)| &**value) {
        Some("connect") => true,
        Some("disconnect") => false,
        Some(_) | None => {
            let text = "The form says neither connect nor disconnect.";
            return page(shared, request, StatusCode::BAD_REQUEST, Some(text));
        }
    };
    if let Some(text) = shared.read(denied) {
        return page(shared, request, StatusCode::FORBIDDEN, Some(&text));
    }
    let done = shared.write(|world| {
        let tenant = if connects {
            world.directory().tenant
        } else {
            TenantId::NONE
        };
        world.press(tenant)
    });
    match done {
        Ok(()) => Reply::empty(StatusCode::SEE_OTHER).header("location", "organizationAad"),
        Err(refusal) => {
            let status = connect_status(&refusal);
            page(shared, request, status, Some(&refusal.to_string()))
        }
    }
}

/// What is said to a caller without the right.
fn denied(world: &World) -> Option<String> {
    if world.caller_is_administrator() {
        return None;
    }
    let caller = world.caller().map(|(_, caller)| &*caller.principal_name);
    Some(denial::words(caller.unwrap_or_default()))
}
