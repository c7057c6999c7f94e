//! The graph of identities: users by page and one by one, mapping one onto another identity, and
//! the way from descriptor to storage key and back.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::ids::{Descriptor, ObjectId, OrganizationName, StorageKey};
use crate::sandbox::reply::Reply;
use crate::sandbox::world::{MapRefusal, MapTarget, Member, World};

use super::Call;
use super::access::needs_json;
use super::error::refused;
use super::page;
use super::wire::GraphUser;

/// How many subjects can be looked up at once.
const MAX_LOOKUP: usize = 500;

#[derive(Serialize)]
struct Counted<T> {
    count: usize,
    value: T,
}

/// `GET _apis/graph/users`
pub(super) fn list(call: &Call<'_>) -> Reply {
    let types = call.request.query("subjectTypes").unwrap_or_default();
    let types: Vec<String> = types.split(',').map(|t| t.trim().to_lowercase()).collect();
    let wanted = |member: &Member| {
        let prefix = member.descriptor.as_str().split('.').next();
        let listed = |kind: &String| kind.is_empty() || Some(kind.as_str()) == prefix;
        !member.removed && types.iter().any(listed)
    };
    let query = types.join(",");
    let after = match call.request.query("continuationToken") {
        None | Some("") => None,
        Some(token) => match page::place(token, &["graph users", &query]) {
            None => {
                return refused(
                    StatusCode::BAD_REQUEST,
                    "The continuation token is invalid.",
                );
            }
            place => place,
        },
    };
    call.shared.read(|world| {
        let size = usize::try_from(world.settings().graph_users_page).unwrap_or(usize::MAX);
        let mut members = world.members_after(after).filter(|(_, m)| wanted(m));
        let page: Vec<(StorageKey, &Member)> = members.by_ref().take(size).collect();
        let more = members.next().is_some();
        let name = &world.organization().name;
        let body = Counted {
            count: page.len(),
            value: rows(name, &page),
        };
        let reply = Reply::json(StatusCode::OK, &body);
        match page.last() {
            Some((last, _)) if more => {
                let token = page::token(*last, &["graph users", &query]);
                reply.header("x-ms-continuationtoken", token)
            }
            _ => reply,
        }
    })
}

fn rows<'a>(name: &'a OrganizationName, page: &[(StorageKey, &'a Member)]) -> Vec<GraphUser<'a>> {
    let row = |(key, member): &(StorageKey, &'a Member)| GraphUser::new(name, *key, member);
    page.iter().map(row).collect()
}

/// `GET _apis/graph/users/{descriptor}`; also of who has been removed.
pub(super) fn get(call: &Call<'_>, descriptor: &str) -> Reply {
    let descriptor = Descriptor::new(descriptor);
    call.shared.read(|world| one(world, &descriptor))
}

fn one(world: &World, descriptor: &Descriptor) -> Reply {
    match world.member_called(descriptor) {
        Some((key, member)) => {
            let user = GraphUser::new(&world.organization().name, key, member);
            Reply::json(StatusCode::OK, &user)
        }
        None => no_such(descriptor.as_str()),
    }
}

fn no_such(name: &str) -> Reply {
    let message = format!("The subject {name} does not exist.");
    refused(StatusCode::NOT_FOUND, &message)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateContext {
    origin_id: Option<String>,
    principal_name: Option<String>,
    storage_key: Option<String>,
}

/// `PATCH _apis/graph/users/{descriptor}`: plain JSON with exactly one way to name the target.
pub(super) fn map(call: &Call<'_>, descriptor: &str) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let context: UpdateContext = match serde_json::from_slice(&call.request.body) {
        Ok(context) => context,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let object: Option<ObjectId> = context.origin_id.as_ref().and_then(|id| id.parse().ok());
    let target = match (
        &context.origin_id,
        &context.principal_name,
        &context.storage_key,
    ) {
        (Some(_), None, None) => object.map(MapTarget::Object),
        (None, Some(name), None) => Some(MapTarget::Name(name)),
        _ => None,
    };
    let Some(target) = target else {
        let message = "Exactly one of originId and principalName must be set.";
        return refused(StatusCode::BAD_REQUEST, message);
    };
    let descriptor = Descriptor::new(descriptor);
    call.shared
        .write(|world| match world.map(&descriptor, target) {
            Ok(key) => match world.member(key) {
                Some(member) => {
                    let user = GraphUser::new(&world.organization().name, key, member);
                    Reply::json(StatusCode::OK, &user)
                }
                None => no_such(descriptor.as_str()),
            },
            Err(refusal) => refused(map_status(&refusal), &refusal.to_string()),
        })
}

const fn map_status(refusal: &MapRefusal) -> StatusCode {
    match refusal {
        MapRefusal::NoSuchMember(_) | MapRefusal::NoSuchUser(_) => StatusCode::NOT_FOUND,
        MapRefusal::NotConnected
        | MapRefusal::TargetActive(_)
        | MapRefusal::TooManyUsers { .. } => StatusCode::BAD_REQUEST,
    }
}

/// `DELETE _apis/graph/users/{descriptor}`: disables.
pub(super) fn disable(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    match call.shared.write(|world| world.disable(&name)) {
        Some(_) => Reply::empty(StatusCode::NO_CONTENT),
        None => no_such(descriptor),
    }
}

/// `GET _apis/graph/storagekeys/{descriptor}`
pub(super) fn storage_key(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    let key = |world: &World| world.member_called(&name).map(|(key, _)| key);
    match call.shared.read(key) {
        Some(key) => translated(call, "StorageKeys", descriptor, &key.to_string()),
        None => no_such(descriptor),
    }
}

/// `GET _apis/graph/descriptors/{storageKey}`
pub(super) fn descriptor(call: &Call<'_>, storage_key: &str) -> Reply {
    let key = storage_key.parse().ok();
    let name = |world: &World| Some(world.member(key?)?.descriptor.to_string());
    match call.shared.read(name) {
        Some(name) => translated(call, "Descriptors", storage_key, &name),
        None => no_such(storage_key),
    }
}

fn translated(call: &Call<'_>, route: &str, from: &str, to: &str) -> Reply {
    let organization = call.request.segment(0);
    let itself = format!("https://vssps.dev.azure.com/{organization}/_apis/Graph/{route}/{from}");
    let body = json!({ "value": to, "_links": { "self": { "href": itself } } });
    Reply::json(StatusCode::OK, &body)
}

/// `GET _apis/graph/membershipstates/{descriptor}`
pub(super) fn membership_state(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    let active = |world: &World| Some(world.member_called(&name)?.1.is_active());
    match call.shared.read(active) {
        Some(active) => {
            let body = json!({ "active": active, "_links": {} });
            Reply::json(StatusCode::OK, &body)
        }
        None => no_such(descriptor),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lookup {
    lookup_keys: Vec<LookupKey>,
}

#[derive(Deserialize)]
struct LookupKey {
    descriptor: Descriptor,
}

/// `POST _apis/graph/subjectlookup`: a map in the envelope of a list.
pub(super) fn lookup(call: &Call<'_>) -> Reply {
    let Lookup { lookup_keys } = match serde_json::from_slice(&call.request.body) {
        Ok(lookup) => lookup,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if lookup_keys.len() > MAX_LOOKUP {
        let message = format!(
            "TF400049: The request was aborted because it contained too many requested items {}, \
             maximum allowed is {MAX_LOOKUP}.",
            lookup_keys.len()
        );
        return refused(StatusCode::BAD_REQUEST, &message);
    }
    call.shared.read(|world| {
        let name = &world.organization().name;
        let found = lookup_keys.iter().filter_map(|wanted| {
            let (key, member) = world.member_called(&wanted.descriptor)?;
            Some((
                wanted.descriptor.as_str(),
                GraphUser::new(name, key, member),
            ))
        });
        let value: BTreeMap<_, _> = found.collect();
        let count = value.len();
        Reply::json(StatusCode::OK, &Counted { count, value })
    })
}
