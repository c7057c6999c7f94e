//! Which part answers what about access levels.

use axum::http::Method;

use crate::reply::Reply;

use super::views::{self, application, applications};
use super::{group_members, groups, read, summary, writes};
use crate::devops::Call;
use crate::devops::protocol::version;

/// Access levels of users, groups and applications.
pub(crate) fn answer(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    match (&call.request.method, route) {
        (_, ["_apis", "userentitlements", rest @ ..]) => users(call, rest),
        (_, ["_apis", "groupentitlements", rest @ ..]) => groups(call, rest),
        (_, ["_apis", "serviceprincipalentitlements", rest @ ..]) => of_applications(call, rest),
        (&Method::GET, ["_apis", "memberentitlements", rest @ ..]) => members(call, rest),
        (&Method::GET, ["_apis", "userentitlementsummary"]) => {
            Some(call.administered(&version::SUMMARY, summary::get))
        }
        (&Method::GET, ["_apis", "operations", _]) => {
            Some(call.versioned(&version::OPERATIONS, writes::asked_after))
        }
        _ => None,
    }
}

fn users(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let users = &version::USER_ENTITLEMENTS;
    let name = || call.request.segment(3);
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.administered(users, read::search),
        (&Method::POST, []) => call.administered(users, writes::add),
        (&Method::PATCH, []) => call.administered(users, writes::bulk),
        (&Method::GET, [_]) => call.versioned(users, |call| read::get(call, name())),
        (&Method::PATCH, [_]) => call.administered(users, |call| writes::update(call, name())),
        (&Method::DELETE, [_]) => call.administered(users, |call| writes::remove(call, name())),
        _ => return None,
    };
    Some(reply)
}

fn groups(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let (groups, members) = (&version::GROUP_ENTITLEMENTS, &version::GROUP_MEMBERS);
    let name = || call.request.segment(3);
    let tie = || (call.request.segment(3), call.request.segment(5));
    let reply = match (&call.request.method, route) {
        (&Method::GET, []) => call.administered(groups, groups::list),
        (&Method::POST, []) => call.administered(groups, groups::add),
        (&Method::GET, [_]) => call.administered(groups, |call| groups::get(call, name())),
        (&Method::PATCH, [_]) => call.administered(groups, |call| groups::update(call, name())),
        (&Method::DELETE, [_]) => call.administered(groups, |call| groups::remove(call, name())),
        (&Method::GET, [_, "members"]) => {
            call.administered(members, |call| group_members::list(call, name()))
        }
        (&Method::PUT, [_, "members", _]) => {
            call.administered(members, |call| group_members::add(call, tie()))
        }
        (&Method::DELETE, [_, "members", _]) => {
            call.administered(members, |call| group_members::remove(call, tie()))
        }
        _ => return None,
    };
    Some(reply)
}

fn members(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let members = &version::MEMBER_ENTITLEMENTS;
    let name = || call.request.segment(3);
    match route {
        [] => Some(call.administered(members, views::members)),
        [_] => {
            let one = |call: &Call<'_>| views::member(call, name());
            Some(call.administered(members, one))
        }
        _ => None,
    }
}

fn of_applications(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let resource = &version::APPLICATION_ENTITLEMENTS;
    let name = || call.request.segment(3);
    let reply = match (&call.request.method, route) {
        (&Method::POST, []) => call.administered(resource, |call| applications(call, writes::add)),
        (&Method::PATCH, []) => {
            call.administered(resource, |call| applications(call, writes::bulk))
        }
        (&Method::GET, [_]) => {
            call.administered(resource, |call| application(call, name(), read::get))
        }
        (&Method::PATCH, [_]) => {
            call.administered(resource, |call| application(call, name(), writes::update))
        }
        (&Method::DELETE, [_]) => {
            call.administered(resource, |call| application(call, name(), writes::remove))
        }
        _ => return None,
    };
    Some(reply)
}
