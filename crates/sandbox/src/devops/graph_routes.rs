//! Which part answers what in the graph of identities: everybody in the organization reads, its
//! administrators write.

use axum::http::Method;

use crate::reply::Reply;

use super::{Call, graph_groups, graph_memberships, graph_subjects, graph_users, version};

const GRAPH: &version::Resource = &version::GRAPH;

/// `_apis/graph/…`
pub(super) fn answer(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    match route {
        ["users", rest @ ..] => users(call, rest),
        ["groups", rest @ ..] => groups(call, rest),
        ["memberships", rest @ ..] => memberships(call, rest),
        ["serviceprincipals", rest @ ..] => applications(call, rest),
        _ => subjects(call, route),
    }
}

fn users(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.versioned(GRAPH, graph_users::list),
        (&Method::POST, []) => call.administered(GRAPH, graph_subjects::create_user),
        (&Method::GET, [_]) => call.versioned(GRAPH, |call| graph_users::get(call, name())),
        (&Method::PATCH, [_]) => call.administered(GRAPH, |call| graph_users::map(call, name())),
        (&Method::DELETE, [_]) => {
            call.administered(GRAPH, |call| graph_users::disable(call, name()))
        }
        (&Method::GET, [_, "providerinfo"]) => {
            call.versioned(GRAPH, |call| graph_subjects::provider(call, name()))
        }
        _ => return None,
    };
    Some(reply)
}

fn groups(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.versioned(GRAPH, graph_groups::list),
        (&Method::POST, []) => call.administered(GRAPH, graph_groups::create),
        (&Method::GET, [_]) => call.versioned(GRAPH, |call| graph_groups::get(call, name())),
        (&Method::PATCH, [_]) => {
            call.administered(GRAPH, |call| graph_groups::update(call, name()))
        }
        (&Method::DELETE, [_]) => {
            call.administered(GRAPH, |call| graph_groups::delete(call, name()))
        }
        _ => return None,
    };
    Some(reply)
}

fn memberships(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let reply = match (&call.request.method, route) {
        (&Method::GET, [_]) => call.versioned(GRAPH, graph_memberships::list),
        (&Method::GET | &Method::HEAD, [_, _]) => call.versioned(GRAPH, graph_memberships::check),
        (&Method::PUT, [_, _]) => call.administered(GRAPH, graph_memberships::add),
        (&Method::DELETE, [_, _]) => call.administered(GRAPH, graph_memberships::remove),
        _ => return None,
    };
    Some(reply)
}

fn applications(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.versioned(GRAPH, graph_users::applications),
        (&Method::POST, []) => call.administered(GRAPH, graph_subjects::create_application),
        (&Method::GET, [_]) => call.versioned(GRAPH, |call| graph_users::get(call, name())),
        (&Method::DELETE, [_]) => {
            call.administered(GRAPH, |call| graph_users::disable(call, name()))
        }
        _ => return None,
    };
    Some(reply)
}

fn subjects(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["storagekeys", _]) => {
            call.versioned(GRAPH, |call| graph_subjects::storage_key(call, name()))
        }
        (&Method::GET, ["descriptors", _]) => {
            call.versioned(GRAPH, |call| graph_subjects::descriptor(call, name()))
        }
        (&Method::GET, ["membershipstates", _]) => {
            call.versioned(GRAPH, |call| graph_subjects::membership_state(call, name()))
        }
        (&Method::POST, ["subjectlookup"]) => call.versioned(GRAPH, graph_subjects::lookup),
        (&Method::POST, ["subjectquery"]) => call.versioned(GRAPH, graph_subjects::query),
        (&Method::POST, ["requestaccess"]) => call.versioned(GRAPH, graph_subjects::request_access),
        (&Method::POST, ["resolvedisconnectedusers"]) if graph_subjects::resolves(call) => {
            call.administered(GRAPH, graph_subjects::resolve)
        }
        _ => return None,
    };
    Some(reply)
}
