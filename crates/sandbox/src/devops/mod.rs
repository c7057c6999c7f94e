//! Azure DevOps Services: its hosts and one organization. Decides who may ask, in which version,
//! and which part answers; the parts are in the files beside.

mod entitlements;
mod location;
mod organization;
mod portal;
mod protocol;
mod routes;
mod subjects;
mod tokens;

use std::borrow::Cow;

use axum::http::{Method, StatusCode};

use super::hosts::{self, AUDIT, CORE, IDENTITY, PROFILE};
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use protocol::credentials::Credential;
use protocol::error::problem;
use protocol::version::{Resource, Version};

/// What the answering process calls itself in its headers.
const PROCESS_ID: &str = "00000000-5a5a-4b0b-8000-0000000000d0";

/// A signed-in request.
struct Call<'a> {
    shared: &'a Shared,
    request: &'a Request,
    credential: Credential,
}

/// Answers one request.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    let request = &*as_of_today(request);
    if let Some(page) = portal::answer(shared, request) {
        return page;
    }
    let (reply, signed_in) = routed(shared, request);
    dressed(shared, request, reply, signed_in)
}

/// The request with the name that its host has today, and the organization in the path.
fn as_of_today(request: &Request) -> Cow<'_, Request> {
    let Some((host, old)) = hosts::devops_host(&request.host) else {
        return Cow::Borrowed(request);
    };
    if host == request.host {
        return Cow::Borrowed(request);
    }
    let path = match old {
        Some(organization) => format!("{organization}/{}", request.path),
        None => request.path.clone(),
    };
    let (method, query) = (request.method.clone(), &request.raw_query);
    let moved = Request::at(method, host.to_owned(), &path, query);
    Cow::Owned(moved.with(request.headers.clone(), request.body.clone()))
}

/// The service's own error, for a fault that was ordered.
pub(crate) fn fault(shared: &Shared, request: &Request, status: StatusCode) -> Reply {
    let reply = match status {
        StatusCode::TOO_MANY_REQUESTS => problem(
            status,
            "RequestBlockedException",
            "TF400733: The request has been canceled: Request was blocked due to exceeding usage \
             of resource concurrency in namespace sandbox.",
        ),
        _ => problem(
            status,
            "VssServiceException",
            "VS860018: The sandbox was told to fail this request.",
        ),
    };
    dressed(shared, request, reply, false)
}

/// Whether there is an organization of that name.
fn knows(shared: &Shared, name: &str) -> bool {
    shared.read(|world| {
        let own = world.organization().name.as_str();
        own.to_lowercase() == name.to_lowercase()
    })
}

fn routed(shared: &Shared, request: &Request) -> (Reply, bool) {
    let credential = protocol::credentials::accepted(shared, request);
    let call = credential.map(|credential| Call {
        shared,
        request,
        credential,
    });
    if request.host == PROFILE || request.route(0).first() == Some(&"_apis") {
        let Some(call) = call else {
            return (protocol::credentials::refusal(shared, request), false);
        };
        let answered = routes::anybody(&call, &request.route(0));
        return (answered.unwrap_or_else(|| unrouted(request)), true);
    }
    let name = request.segment(0);
    if !knows(shared, name) && is_other(shared, name) {
        let Some(call) = call else {
            return (protocol::credentials::refusal(shared, request), false);
        };
        let answered = routes::elsewhere(&call, &request.route(1));
        return (answered.unwrap_or_else(|| unrouted(request)), true);
    }
    if !knows(shared, name) {
        let text = "The resource cannot be found. No such organization.";
        return (Reply::text(StatusCode::NOT_FOUND, text), false);
    }
    if request.method == Method::HEAD && request.host == CORE && request.segments.len() == 1 {
        let signed_in = call.is_some();
        return (
            organization::connection::probe(shared, signed_in),
            signed_in,
        );
    }
    let Some(call) = call else {
        return (protocol::credentials::refusal(shared, request), false);
    };
    let route = request.route(1);
    let answered = match request.host.as_str() {
        CORE => routes::core(&call, &route),
        IDENTITY => routes::identity(&call, &route),
        AUDIT => routes::audit(&call, &route),
        _ => entitlements::routes::answer(&call, &route),
    };
    let answered = answered.or_else(|| routes::everywhere(&call, &route));
    (answered.unwrap_or_else(|| unrouted(request)), true)
}

/// Whether a name is that of another organization of the tenant. Of these the world knows little.
fn is_other(shared: &Shared, name: &str) -> bool {
    shared.read(|world| {
        let mut others = world.contents().other_organizations.iter();
        others.any(|other| other.name.eq_ignore_ascii_case(name))
    })
}

impl Call<'_> {
    /// Answers when the request's version is one of the resource's.
    fn versioned(&self, resource: &Resource, answer: impl FnOnce(&Self) -> Reply) -> Reply {
        let version = match Version::asked(self.request) {
            Ok(version) => version,
            Err(refusal) => return refusal,
        };
        if let Err(refusal) = resource.check(&version) {
            return refusal;
        }
        let mut reply = answer(self);
        if reply.is_json() {
            let media = format!("application/json; charset=utf-8; api-version={version}");
            reply.media = Some(media);
        }
        reply
    }

    /// Answers an administrator of the organization, in a version of the resource.
    fn administered(&self, resource: &Resource, answer: impl FnOnce(&Self) -> Reply) -> Reply {
        self.versioned(resource, |call| {
            protocol::denial::unless_administrator(call).unwrap_or_else(|| answer(call))
        })
    }
}

fn unrouted(request: &Request) -> Reply {
    let text = format!(
        "The controller for path '/{}' was not found or does not implement IController.",
        request.path
    );
    Reply::text(StatusCode::NOT_FOUND, &text)
}

/// The headers that every answer has.
fn dressed(shared: &Shared, request: &Request, reply: Reply, signed_in: bool) -> Reply {
    let id = shared.request_id().to_string();
    let session = request.header("x-tfs-session").unwrap_or(&id).to_owned();
    let reply = reply
        .header("activityid", id.clone())
        .header("x-tfs-session", session)
        .header("x-tfs-processid", PROCESS_ID)
        .header("x-vss-e2eid", id)
        .header("x-vss-senderdeploymentid", PROCESS_ID)
        .header("cache-control", "no-cache")
        .header(
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        );
    if !signed_in {
        return reply;
    }
    let caller = shared.read(|world| {
        let caller = world.caller();
        caller.map(|(key, member)| format!("{key}:{}", member.principal_name))
    });
    match caller {
        Some(caller) => reply.header("x-vss-userdata", caller),
        None => reply,
    }
}
