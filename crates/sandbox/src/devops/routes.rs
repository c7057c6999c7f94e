//! Which part answers what, host by host. Routes are matched in lower case; names in them are taken
//! as they were spelled.

use axum::http::Method;

use crate::reply::Reply;

use super::organization::{audit_log, connection, policies, profile, projects, providers};
use super::protocol::version;
use super::subjects::{identities, routes};
use super::tokens::{administration, own};
use super::{Call, location};
use crate::hosts::{IDENTITY, PROFILE};

/// What every host answers.
pub(super) fn everywhere(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let reply = match (&call.request.method, route) {
        (&Method::OPTIONS, ["_apis"]) => location::map(call),
        (&Method::GET, ["_apis", "connectiondata"]) => {
            call.versioned(&version::CONNECTION_DATA, connection::data)
        }
        (&Method::GET, ["_apis", "resourceareas"]) => {
            call.versioned(&version::RESOURCE_AREAS, location::areas)
        }
        (&Method::GET, ["_apis", "resourceareas", id]) => {
            call.versioned(&version::RESOURCE_AREAS, |call| location::area(call, id))
        }
        (&Method::GET, ["_apis", "servicedefinitions", "locationservice2", _]) => {
            location::identity_service(call, call.request.segment(4))
        }
        _ => return None,
    };
    Some(reply)
}

/// What is asked without naming an organization.
pub(super) fn anybody(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let of_person = call.request.host == PROFILE;
    let name = || call.request.segment(3);
    let reply = match (&call.request.method, route) {
        (&Method::OPTIONS, ["_apis"]) => location::map(call),
        (&Method::GET, ["_apis", "profile", "profiles", _]) if of_person => {
            call.versioned(&version::PROFILE, |call| profile::profile(call, name()))
        }
        (&Method::GET, ["_apis", "accounts"]) if of_person => {
            call.versioned(&version::ACCOUNTS, profile::accounts)
        }
        // The regional form of the host is called without a version.
        (&Method::GET, ["_apis", "enterprisecatalog", "organizations"]) if !of_person => {
            profile::catalog(call)
        }
        _ => return None,
    };
    Some(reply)
}

/// The organization itself.
pub(super) fn core(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let policies = &version::POLICIES;
    let name = |position| call.request.segment(position);
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["_apis", "organizationsettings", "disconnecteduser"]) => {
            call.administered(&version::DISCONNECTED_USER, connection::disconnected_users)
        }
        (&Method::GET, ["_apis", "organizationpolicy", "policies"]) => {
            call.versioned(policies, policies::list)
        }
        (&Method::GET, ["_apis", "organizationpolicy", "policies", _]) => {
            call.administered(policies, |call| policies::get(call, name(4)))
        }
        (&Method::PATCH, ["_apis", "organizationpolicy", "policies", _]) => {
            call.administered(policies, |call| policies::set(call, name(4)))
        }
        (&Method::POST, ["_apis", "contribution", "hierarchyquery", ..]) => {
            call.versioned(&version::HIERARCHY, providers::query)
        }
        // The data of a page, not an interface: it has no versions.
        (&Method::GET, ["_settings", "organizationaad"])
            if call.request.query("__rt") == Some("fps") =>
        {
            providers::tenant_page(call)
        }
        (&Method::GET, ["_apis", "projects"]) => call.versioned(&version::PROJECTS, projects::list),
        (&Method::GET, ["_apis", "projects", _]) => {
            call.versioned(&version::PROJECTS, |call| projects::get(call, name(3)))
        }
        _ => return None,
    };
    Some(reply)
}

/// Identities.
pub(super) fn identity(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let reply = match (&call.request.method, route) {
        (_, ["_apis", "graph", rest @ ..]) => return routes::answer(call, rest),
        (_, ["_apis", "tokenadmin", rest @ ..]) => return token_administration(call, rest),
        (_, ["_apis", "tokens", "pats"]) => return own_tokens(call),
        (&Method::PATCH, ["_apis", "organization", "organizations", "me"]) => {
            call.administered(&version::ORGANIZATION, connection::change_tenant)
        }
        (&Method::GET, ["_apis", "identities"]) => {
            call.versioned(&version::IDENTITIES, identities::read)
        }
        // In no reference, so neither is its version.
        (&Method::GET, ["_apis", "tenantpolicy", "policies", _]) => {
            policies::of_tenant(call, call.request.segment(4))
        }
        _ => return None,
    };
    Some(reply)
}

/// What another organization of the tenant answers: what the tenant prescribes to all of them.
pub(super) fn elsewhere(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    match (&call.request.method, route) {
        (&Method::GET, ["_apis", "tenantpolicy", "policies", _]) => {
            (call.request.host == IDENTITY).then(|| policies::elsewhere(call))
        }
        _ => None,
    }
}

fn token_administration(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    let administered = |answer: fn(&Call<'_>) -> Reply| {
        call.versioned(&version::TOKEN_ADMIN, |call| {
            administration::administered(call, answer)
        })
    };
    let reply = match (&call.request.method, route) {
        (&Method::GET, ["personalaccesstokens", _]) => administered(administration::list),
        (&Method::POST, ["revocations"]) => administered(administration::revoke),
        (&Method::POST, ["revocationrules"]) => administered(administration::revoke_by_rule),
        _ => return None,
    };
    Some(reply)
}

fn own_tokens(call: &Call<'_>) -> Option<Reply> {
    let answer: fn(&Call<'_>) -> Reply = match call.request.method {
        Method::GET => own::read,
        Method::POST => own::create,
        Method::PUT => own::update,
        Method::DELETE => own::revoke,
        _ => return None,
    };
    Some(call.versioned(&version::OWN_TOKENS, |call| own::personal(call, answer)))
}

/// What was done.
pub(super) fn audit(call: &Call<'_>, route: &[&str]) -> Option<Reply> {
    match (&call.request.method, route) {
        (&Method::GET, ["_apis", "audit", "auditlog"]) => {
            Some(call.administered(&version::AUDIT_LOG, audit_log::query))
        }
        _ => None,
    }
}
