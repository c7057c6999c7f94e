//! Azure DevOps Services: three hosts and one organization. Decides who may ask, in which version,
//! and which part answers; the parts are in the files beside.

mod access;
mod connection;
mod credentials;
mod entitlement_filter;
mod entitlement_order;
mod entitlement_writes;
mod entitlements;
mod error;
mod graph_users;
mod location;
mod page;
mod version;
mod wire;

use axum::http::{Method, StatusCode};

use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use error::problem;
use version::{Resource, Version};

/// Projects, teams, and the organization itself.
pub(crate) const CORE: &str = "dev.azure.com";
/// Identities.
pub(crate) const IDENTITY: &str = "vssps.dev.azure.com";
/// Access levels.
pub(crate) const ENTITLEMENTS: &str = "vsaex.dev.azure.com";

/// What the answering process calls itself in its headers.
const PROCESS_ID: &str = "00000000-5a5a-4b0b-8000-0000000000d0";

/// A signed-in request and the version it asked for.
struct Call<'a> {
    shared: &'a Shared,
    request: &'a Request,
}

/// Answers one request.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    let (reply, signed_in) = routed(shared, request);
    dressed(shared, request, reply, signed_in)
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

fn routed(shared: &Shared, request: &Request) -> (Reply, bool) {
    let known = shared.read(|world| {
        let name = world.organization().name.as_str();
        name.to_lowercase() == request.segment(0).to_lowercase()
    });
    if !known {
        let text = "The resource cannot be found. No such organization.";
        return (Reply::text(StatusCode::NOT_FOUND, text), false);
    }
    let signed_in = credentials::accepted(request);
    if request.method == Method::HEAD && request.host == CORE && request.segments.len() == 1 {
        return (connection::probe(shared, signed_in), signed_in);
    }
    if !signed_in {
        return (credentials::refusal(shared, request), false);
    }
    let call = Call { shared, request };
    let route = request.route(1);
    let answered = match request.host.as_str() {
        CORE => core(&call, &route),
        IDENTITY => identity(&call, &route),
        _ => entitlements(&call, &route),
    };
    let answered = answered.or_else(|| everywhere(&call, &route));
    (answered.unwrap_or_else(|| unrouted(request)), true)
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
}

/// What every host answers.
fn everywhere(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let reply = match (&call.request.method, route) {
        (&Method::OPTIONS, ["_apis"]) => location::map(&call.request.host),
        (&Method::GET, ["_apis", "connectiondata"]) => {
            call.versioned(&version::CONNECTION_DATA, connection::data)
        }
        (&Method::GET, ["_apis", "resourceareas"]) => {
            call.versioned(&version::RESOURCE_AREAS, location::areas)
        }
        (&Method::GET, ["_apis", "resourceareas", id]) => {
            call.versioned(&version::RESOURCE_AREAS, |call| location::area(call, id))
        }
        _ => return None,
    };
    Some(reply)
}

fn core(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["_apis", "organizationsettings", "disconnecteduser"]) => {
            call.versioned(&version::DISCONNECTED_USER, connection::disconnected_users)
        }
        _ => return None,
    };
    Some(reply)
}

fn identity(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let graph = &version::GRAPH;
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["_apis", "graph", "users"]) => call.versioned(graph, graph_users::list),
        (&Method::GET, ["_apis", "graph", "users", _]) => {
            call.versioned(graph, |call| graph_users::get(call, name()))
        }
        (&Method::PATCH, ["_apis", "graph", "users", _]) => {
            call.versioned(graph, |call| graph_users::map(call, name()))
        }
        (&Method::DELETE, ["_apis", "graph", "users", _]) => {
            call.versioned(graph, |call| graph_users::disable(call, name()))
        }
        (&Method::GET, ["_apis", "graph", "storagekeys", _]) => {
            call.versioned(graph, |call| graph_users::storage_key(call, name()))
        }
        (&Method::GET, ["_apis", "graph", "descriptors", _]) => {
            call.versioned(graph, |call| graph_users::descriptor(call, name()))
        }
        (&Method::GET, ["_apis", "graph", "membershipstates", _]) => {
            call.versioned(graph, |call| graph_users::membership_state(call, name()))
        }
        (&Method::POST, ["_apis", "graph", "subjectlookup"]) => {
            call.versioned(graph, graph_users::lookup)
        }
        (&Method::PATCH, ["_apis", "organization", "organizations", "me"]) => {
            call.versioned(&version::ORGANIZATION, connection::change_tenant)
        }
        _ => return None,
    };
    Some(reply)
}

fn entitlements(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let users = &version::USER_ENTITLEMENTS;
    let name = || call.request.segment(3);
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["_apis", "userentitlements"]) => {
            call.versioned(users, entitlements::search)
        }
        (&Method::POST, ["_apis", "userentitlements"]) => {
            call.versioned(users, entitlement_writes::add)
        }
        (&Method::PATCH, ["_apis", "userentitlements"]) => {
            call.versioned(users, entitlement_writes::bulk)
        }
        (&Method::GET, ["_apis", "userentitlements", _]) => {
            call.versioned(users, |call| entitlements::get(call, name()))
        }
        (&Method::PATCH, ["_apis", "userentitlements", _]) => {
            call.versioned(users, |call| entitlement_writes::update(call, name()))
        }
        (&Method::DELETE, ["_apis", "userentitlements", _]) => {
            call.versioned(users, |call| entitlement_writes::remove(call, name()))
        }
        (&Method::GET, ["_apis", "userentitlementsummary"]) => {
            call.versioned(&version::SUMMARY, entitlements::summary)
        }
        _ => return None,
    };
    Some(reply)
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
