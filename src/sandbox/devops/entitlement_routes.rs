//! Which part answers what about access levels.

use axum::http::Method;

use crate::sandbox::reply::Reply;

use super::{Call, entitlement_writes, entitlements, version};

/// Access levels of users, groups and applications.
pub(super) fn answer(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    match route {
        ["_apis", "userentitlements", rest @ ..] => users(call, rest),
        ["_apis", "userentitlementsummary"] if call.request.method == Method::GET => {
            Some(call.administered(&version::SUMMARY, entitlements::summary))
        }
        _ => None,
    }
}

fn users(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let users = &version::USER_ENTITLEMENTS;
    let name = || call.request.segment(3);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.administered(users, entitlements::search),
        (&Method::POST, []) => call.administered(users, entitlement_writes::add),
        (&Method::PATCH, []) => call.administered(users, entitlement_writes::bulk),
        (&Method::GET, [_]) => call.versioned(users, |call| entitlements::get(call, name())),
        (&Method::PATCH, [_]) => {
            call.administered(users, |call| entitlement_writes::update(call, name()))
        }
        (&Method::DELETE, [_]) => {
            call.administered(users, |call| entitlement_writes::remove(call, name()))
        }
        _ => return None,
    };
    Some(reply)
}
