//! Which path is answered by what, and who may ask.

use super::error::Refusal;
use super::permissions as a;
use super::tenant::{organization, policies, roles};
use super::users::{delta, invitations, read, relations, writes};
use super::{Answer, Call, batch, deleted, groups, send_mail};

/// One path and one method.
struct Route {
    method: &'static str,
    /// Segments in lower case; `{}` takes any.
    path: &'static [&'static str],
    /// Permissions of which one is enough; none for what has rules of its own.
    needs: &'static [&'static str],
    answer: fn(&Call<'_>) -> Answer,
}

const fn route(
    method: &'static str,
    path: &'static [&'static str],
    needs: &'static [&'static str],
    answer: fn(&Call<'_>) -> Answer,
) -> Route {
    Route {
        method,
        path,
        needs,
        answer,
    }
}

/// In the order in which they are tried: a fixed segment before one that takes any.
static ROUTES: [Route; 62] = [
    route("POST", &["$batch"], &[], batch::answer),
    route("GET", &["users"], a::READ_USERS, read::list),
    route("POST", &["users"], a::WRITE_USERS, writes::create),
    route("GET", &["users", "$count"], a::READ_USERS, read::count),
    route(
        "GET",
        &["users", "delta"],
        a::READ_USERS_WHOLE,
        delta::changes,
    ),
    route("GET", &["users", "{}"], a::READ_USERS, read::get),
    route("PATCH", &["users", "{}"], &[], writes::update),
    route("DELETE", &["users", "{}"], a::DELETE_USERS, writes::delete),
    route(
        "GET",
        &["users", "{}", "manager"],
        a::READ_USERS_WHOLE,
        relations::manager,
    ),
    route(
        "PUT",
        &["users", "{}", "manager", "$ref"],
        a::WRITE_USERS,
        relations::set_manager,
    ),
    route(
        "DELETE",
        &["users", "{}", "manager", "$ref"],
        a::WRITE_USERS,
        relations::drop_manager,
    ),
    route(
        "GET",
        &["users", "{}", "sponsors"],
        a::READ_USERS_WHOLE,
        relations::sponsors,
    ),
    route(
        "GET",
        &["users", "{}", "memberof"],
        a::READ_MEMBERSHIPS,
        relations::direct,
    ),
    route(
        "GET",
        &["users", "{}", "memberof", "{}"],
        a::READ_MEMBERSHIPS,
        relations::direct_of_type,
    ),
    route(
        "GET",
        &["users", "{}", "transitivememberof"],
        a::READ_MEMBERSHIPS,
        relations::transitive,
    ),
    route(
        "GET",
        &["users", "{}", "transitivememberof", "{}"],
        a::READ_MEMBERSHIPS,
        relations::transitive_of_type,
    ),
    route(
        "POST",
        &["users", "{}", "checkmemberobjects"],
        a::READ_MEMBERSHIPS,
        relations::check,
    ),
    route(
        "POST",
        &["users", "{}", "revokesigninsessions"],
        a::REVOKE,
        relations::revoke,
    ),
    route(
        "POST",
        &["users", "{}", "sendmail"],
        a::SEND_MAIL,
        send_mail::send,
    ),
    route("GET", &["me"], a::SIGNED_IN, read::me),
    route("GET", &["me", "manager"], a::SIGNED_IN, relations::manager),
    route(
        "GET",
        &["me", "memberof"],
        a::READ_MEMBERSHIPS,
        relations::direct,
    ),
    route(
        "GET",
        &["me", "memberof", "{}"],
        a::READ_MEMBERSHIPS,
        relations::direct_of_type,
    ),
    route(
        "GET",
        &["me", "transitivememberof"],
        a::READ_MEMBERSHIPS,
        relations::transitive,
    ),
    route(
        "GET",
        &["me", "transitivememberof", "{}"],
        a::READ_MEMBERSHIPS,
        relations::transitive_of_type,
    ),
    route(
        "POST",
        &["me", "checkmemberobjects"],
        a::READ_MEMBERSHIPS,
        relations::check,
    ),
    route("POST", &["me", "sendmail"], a::SEND_MAIL, send_mail::send),
    route("POST", &["invitations"], &[], invitations::invite),
    route("GET", &["groups"], a::READ_GROUPS, groups::list),
    route("POST", &["groups"], a::MAKE_GROUPS, groups::create),
    route("GET", &["groups", "$count"], a::READ_GROUPS, groups::count),
    route("GET", &["groups", "{}"], a::READ_GROUPS, groups::get),
    route("PATCH", &["groups", "{}"], a::WRITE_MEMBERS, groups::update),
    route("DELETE", &["groups", "{}"], a::WRITE_GROUPS, groups::delete),
    route(
        "GET",
        &["groups", "{}", "owners"],
        a::READ_MEMBERS,
        groups::owners,
    ),
    route(
        "GET",
        &["groups", "{}", "members"],
        a::READ_MEMBERS,
        groups::members,
    ),
    route(
        "POST",
        &["groups", "{}", "members", "$ref"],
        a::WRITE_MEMBERS,
        groups::add_member,
    ),
    route(
        "GET",
        &["groups", "{}", "members", "$count"],
        a::READ_MEMBERS,
        groups::count_members,
    ),
    route(
        "GET",
        &["groups", "{}", "members", "{}"],
        a::READ_MEMBERS,
        groups::members_of_type,
    ),
    route(
        "DELETE",
        &["groups", "{}", "members", "{}"],
        &[],
        groups::delete_member_itself,
    ),
    route(
        "DELETE",
        &["groups", "{}", "members", "{}", "$ref"],
        a::WRITE_MEMBERS,
        groups::drop_member,
    ),
    route(
        "GET",
        &["groups", "{}", "transitivemembers"],
        a::READ_MEMBERS,
        groups::all_members,
    ),
    route(
        "GET",
        &["groups", "{}", "transitivemembers", "{}"],
        a::READ_MEMBERS,
        groups::all_members_of_type,
    ),
    route(
        "POST",
        &["directoryobjects", "getbyids"],
        a::READ_OBJECTS,
        read::by_ids,
    ),
    route("GET", &["directoryroles"], a::READ_ROLES, roles::list),
    route(
        "GET",
        &["directoryroles", "{}", "members"],
        a::READ_ROLES,
        roles::members,
    ),
    route(
        "GET",
        &["rolemanagement", "directory", "roleassignments"],
        a::READ_ROLES,
        roles::assignments,
    ),
    route(
        "GET",
        &["rolemanagement", "directory", "roledefinitions"],
        a::READ_ROLES,
        roles::definitions,
    ),
    route(
        "GET",
        &["organization"],
        a::READ_ORGANIZATION,
        organization::organizations,
    ),
    route(
        "GET",
        &["organization", "{}"],
        a::READ_ORGANIZATION,
        organization::organization,
    ),
    route("GET", &["domains"], a::READ_DOMAINS, organization::domains),
    route(
        "GET",
        &["domains", "{}"],
        a::READ_DOMAINS,
        organization::domain,
    ),
    route(
        "GET",
        &["policies", "authorizationpolicy"],
        a::READ_AUTHORIZATION,
        policies::authorization,
    ),
    route(
        "PATCH",
        &["policies", "authorizationpolicy"],
        a::WRITE_AUTHORIZATION,
        policies::change_authorization,
    ),
    route(
        "GET",
        &["policies", "authorizationpolicy", "authorizationpolicy"],
        a::READ_AUTHORIZATION,
        policies::authorization,
    ),
    route(
        "GET",
        &["policies", "crosstenantaccesspolicy"],
        a::READ_POLICIES,
        policies::cross_tenant,
    ),
    route(
        "GET",
        &["policies", "crosstenantaccesspolicy", "default"],
        a::READ_POLICIES,
        policies::cross_tenant_default,
    ),
    route(
        "GET",
        &["policies", "crosstenantaccesspolicy", "partners"],
        a::READ_POLICIES,
        policies::partners,
    ),
    route(
        "GET",
        &["policies", "crosstenantaccesspolicy", "partners", "{}"],
        a::READ_POLICIES,
        policies::partner,
    ),
    route(
        "GET",
        &["directory", "deleteditems", "{}"],
        a::READ_USERS_WHOLE,
        deleted::list,
    ),
    route(
        "DELETE",
        &["directory", "deleteditems", "{}"],
        a::DELETE_USERS,
        deleted::purge,
    ),
    route(
        "POST",
        &["directory", "deleteditems", "{}", "restore"],
        a::DELETE_USERS,
        deleted::restore,
    ),
];

/// What is in the beta of the service only.
static BETA: [Route; 1] = [route(
    "GET",
    &["policies", "b2bmanagementpolicies"],
    a::READ_COLLABORATION,
    policies::collaboration,
)];

/// Answers a call by the segments of its path, each as it was spelled.
pub(super) fn answer(call: &Call<'_>, segments: &[String]) -> Answer {
    routed(call, segments, &ROUTES)
}

/// The same in the beta of the service.
pub(super) fn beta(call: &Call<'_>, segments: &[String]) -> Answer {
    routed(call, segments, &BETA)
}

fn routed(call: &Call<'_>, segments: &[String], routes: &[Route]) -> Answer {
    let folded: Vec<String> = segments.iter().map(|s| s.to_lowercase()).collect();
    let method = call.request.method.as_str();
    let mut there = false;
    for route in routes {
        if !matches(route.path, &folded) {
            continue;
        }
        there = true;
        if route.method != method {
            continue;
        }
        call.caller.needs(route.needs)?;
        let pairs = route.path.iter().zip(segments);
        let keys = pairs.filter(|(part, _)| **part == "{}");
        let keys = keys.map(|(_, key)| key.clone()).collect();
        return (route.answer)(&Call { keys, ..*call });
    }
    // Nothing can be read of invitations, and the service says so as if there were none.
    if there && folded.first().is_none_or(|first| first != "invitations") {
        return Err(Refusal::method(method));
    }
    Err(Refusal::no_route(&call.request.path))
}

fn matches(path: &[&str], folded: &[String]) -> bool {
    let same = |(part, given): (&&str, &String)| *part == "{}" || *part == given;
    path.len() == folded.len() && path.iter().zip(folded).all(same)
}
