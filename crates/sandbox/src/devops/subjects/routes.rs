//! Which part answers what in the graph of identities: everybody in the organization reads, its
//! administrators write.

use axum::http::Method;

use crate::reply::Reply;

use super::{groups, lookup, memberships, users};
use crate::devops::Call;
use crate::devops::protocol::version;

const GRAPH: &version::Resource = &version::GRAPH;

/// `_apis/graph/…`
pub(crate) fn answer(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
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
        (&Method::GET, []) => call.versioned(GRAPH, users::list),
        (&Method::POST, []) => call.administered(GRAPH, lookup::create_user),
        (&Method::GET, [_]) => call.versioned(GRAPH, |call| users::get(call, name())),
        (&Method::PATCH, [_]) => call.administered(GRAPH, |call| users::map(call, name())),
        (&Method::DELETE, [_]) => call.administered(GRAPH, |call| users::disable(call, name())),
        (&Method::GET, [_, "providerinfo"]) => {
            call.versioned(GRAPH, |call| lookup::provider(call, name()))
        }
        _ => return None,
    };
    Some(reply)
}

fn groups(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.versioned(GRAPH, groups::list),
        (&Method::POST, []) => call.administered(GRAPH, groups::create),
        (&Method::GET, [_]) => call.versioned(GRAPH, |call| groups::get(call, name())),
        (&Method::PATCH, [_]) => call.administered(GRAPH, |call| groups::update(call, name())),
        (&Method::DELETE, [_]) => call.administered(GRAPH, |call| groups::delete(call, name())),
        _ => return None,
    };
    Some(reply)
}

fn memberships(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let reply = match (&call.request.method, route) {
        (&Method::GET, [_]) => call.versioned(GRAPH, memberships::list),
        (&Method::GET | &Method::HEAD, [_, _]) => call.versioned(GRAPH, memberships::check),
        (&Method::PUT, [_, _]) => call.administered(GRAPH, memberships::add),
        (&Method::DELETE, [_, _]) => call.administered(GRAPH, memberships::remove),
        _ => return None,
    };
    Some(reply)
}

fn applications(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.versioned(GRAPH, users::applications),
        (&Method::POST, []) => call.administered(GRAPH, lookup::create_application),
        (&Method::GET, [_]) => call.versioned(GRAPH, |call| users::get(call, name())),
        (&Method::DELETE, [_]) => call.administered(GRAPH, |call| users::disable(call, name())),
        _ => return None,
    };
    Some(reply)
}

fn subjects(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let name = || call.request.segment(4);
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["storagekeys", _]) => {
            call.versioned(GRAPH, |call| lookup::storage_key(call, name()))
        }
        (&Method::GET, ["descriptors", _]) => {
            call.versioned(GRAPH, |call| lookup::descriptor(call, name()))
        }
        (&Method::GET, ["membershipstates", _]) => {
            call.versioned(GRAPH, |call| lookup::membership_state(call, name()))
        }
        (&Method::POST, ["subjectlookup"]) => call.versioned(GRAPH, lookup::lookup),
        (&Method::POST, ["subjectquery"]) => call.versioned(GRAPH, lookup::query),
        (&Method::POST, ["requestaccess"]) => call.versioned(GRAPH, lookup::request_access),
        (&Method::POST, ["resolvedisconnectedusers"]) if lookup::resolves(call) => {
            call.administered(GRAPH, lookup::resolve)
        }
        _ => return None,
    };
    Some(reply)
}
