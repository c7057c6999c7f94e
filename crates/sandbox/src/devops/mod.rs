//! Azure DevOps Services: its hosts and one organization. Decides who may ask, in which version,
//! and which part answers; the parts are in the files beside.

mod access;
mod audit_log;
mod connection;
mod credentials;
mod denial;
mod entitlement_body;
mod entitlement_filter;
mod entitlement_order;
mod entitlement_routes;
mod entitlement_views;
mod entitlement_writes;
mod entitlements;
mod error;
mod graph_groups;
mod graph_memberships;
mod graph_routes;
mod graph_subjects;
mod graph_users;
mod group_entitlements;
mod group_members;
mod identities;
mod location;
mod location_map;
mod own_tokens;
mod page;
mod people;
mod policies;
mod portal;
mod projects;
mod providers;
mod routes;
mod summary;
mod token_admin;
mod version;
mod wire;
mod wire_subject;

use std::borrow::Cow;

use axum::http::{Method, StatusCode};

use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use credentials::Credential;
use error::problem;
use version::{Resource, Version};

/// Projects, teams, and the organization itself.
pub(crate) const CORE: &str = "dev.azure.com";
/// Identities.
pub(crate) const IDENTITY: &str = "vssps.dev.azure.com";
/// Access levels.
pub(crate) const ENTITLEMENTS: &str = "vsaex.dev.azure.com";
/// What was done.
pub(crate) const AUDIT: &str = "auditservice.dev.azure.com";
/// The person who asks, whatever the organization.
pub(crate) const PROFILE: &str = "app.vssps.visualstudio.com";

/// The names that these hosts had before, of an organization each or of a region; `*` is one label.
pub(crate) const FORMER_HOSTS: [&str; 3] = [
    "*.visualstudio.com",
    "*.vssps.visualstudio.com",
    "*.vsaex.visualstudio.com",
];

/// What the answering process calls itself in its headers.
const PROCESS_ID: &str = "00000000-5a5a-4b0b-8000-0000000000d0";

/// A signed-in request.
struct Call<'a> {
    shared: &'a Shared,
    request: &'a Request,
    credential: Credential,
}

/// The host that is meant by a name, and the organization that an old name of it begins with.
fn home(host: &str) -> Option<(&'static str, Option<&str>)> {
    let named = [CORE, IDENTITY, ENTITLEMENTS, AUDIT, PROFILE];
    if let Some(found) = named.into_iter().find(|name| *name == host) {
        return Some((found, None));
    }
    let label = host.strip_suffix(".visualstudio.com")?;
    let regional = label.strip_suffix(".vsaex");
    if regional.is_some_and(|region| region.starts_with("aexprod")) {
        return Some((ENTITLEMENTS, None));
    }
    let services = [(".vssps", IDENTITY), (".vsaex", ENTITLEMENTS), ("", CORE)];
    let old = services
        .into_iter()
        .find_map(|(end, host)| Some((host, Some(label.strip_suffix(end)?))));
    old.filter(|(_, name)| name.is_some_and(|name| !name.is_empty() && !name.contains('.')))
}

/// Whether a host is one of this service's.
pub(crate) fn plays(host: &str) -> bool {
    home(host).is_some()
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
    let Some((host, old)) = home(&request.host) else {
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
    let credential = credentials::accepted(shared, request);
    let call = credential.map(|credential| Call {
        shared,
        request,
        credential,
    });
    if request.host == PROFILE || request.route(0).first() == Some(&"_apis") {
        let Some(call) = call else {
            return (credentials::refusal(shared, request), false);
        };
        let answered = routes::anybody(&call, &request.route(0));
        return (answered.unwrap_or_else(|| unrouted(request)), true);
    }
    let name = request.segment(0);
    if !knows(shared, name) && is_other(shared, name) {
        let Some(call) = call else {
            return (credentials::refusal(shared, request), false);
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
        return (connection::probe(shared, signed_in), signed_in);
    }
    let Some(call) = call else {
        return (credentials::refusal(shared, request), false);
    };
    let route = request.route(1);
    let answered = match request.host.as_str() {
        CORE => routes::core(&call, &route),
        IDENTITY => routes::identity(&call, &route),
        AUDIT => routes::audit(&call, &route),
        _ => entitlement_routes::answer(&call, &route),
    };
    let answered = answered.or_else(|| routes::everywhere(&call, &route));
    (answered.unwrap_or_else(|| unrouted(request)), true)
}

/// Whether a name is that of another organization of the tenant. Of these the world knows little.
fn is_other(shared: &Shared, name: &str) -> bool {
    shared.read(|world| {
        let mut others = world.holdings().other_organizations.iter();
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
            denial::unless_administrator(call).unwrap_or_else(|| answer(call))
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
