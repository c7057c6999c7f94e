//! What the graph of Azure DevOps says of users and groups alike: keys and descriptors, states,
//! look-ups and searches; and making users and applications known.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::{MapTarget, Subject, Who, World};
use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};

use super::groups;
use super::wire::{no_such, subject};
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;

/// How many subjects can be looked up at once.
const MAX_LOOKUP: usize = 500;

/// How many subjects a search finds at most: "Subject Query - Query" of the reference.
const MAX_FOUND: usize = 100;

/// How many users can be mapped at once.
const MAX_MAPPINGS: usize = 20;

/// The refusal of a request for too much.
pub(crate) fn too_many(asked: usize, limit: usize) -> Reply {
    let message = format!(
        "TF400049: The request was aborted because it contained too many requested items {asked}, \
         maximum allowed is {limit}."
    );
    refused(StatusCode::BAD_REQUEST, &message)
}

fn read<T: for<'de> Deserialize<'de>>(call: &Call<'_>) -> Result<T, Reply> {
    if let Some(refusal) = needs_json(call.request) {
        return Err(refusal);
    }
    let read = serde_json::from_slice(&call.request.body);
    read.map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))
}

/// `GET _apis/graph/storagekeys/{descriptor}`
pub(crate) fn storage_key(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    let key = |world: &World| world.subject(&name).map(|(key, _)| key);
    match call.shared.read(key) {
        Some(key) => translated(call, "StorageKeys", descriptor, &key.to_string()),
        None => no_such(descriptor),
    }
}

/// `GET _apis/graph/descriptors/{storageKey}`; of a project or the organization too.
pub(crate) fn descriptor(call: &Call<'_>, storage_key: &str) -> Reply {
    let key: Option<StorageKey> = storage_key.parse().ok();
    let name = call.shared.read(|world: &World| {
        let key = key?;
        let found = world.subject_at(key).map(|subject| match subject {
            Subject::Member(member) => member.descriptor.clone(),
            Subject::Group(group) => group.descriptor.clone(),
        });
        found.or_else(|| world.scope(key.guid()))
    });
    match name {
        Some(name) => translated(call, "Descriptors", storage_key, name.as_str()),
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
pub(crate) fn membership_state(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    let active = |world: &World| {
        let (_, subject) = world.subject(&name)?;
        Some(match subject {
            Subject::Member(member) => member.is_active(),
            Subject::Group(group) => !group.deleted,
        })
    };
    match call.shared.read(active) {
        Some(active) => {
            let body = json!({ "active": active, "_links": {} });
            Reply::json(StatusCode::OK, &body)
        }
        None => no_such(descriptor),
    }
}

/// `GET _apis/graph/users/{descriptor}/providerinfo`
pub(crate) fn provider(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    call.shared.read(|world| {
        let Some((key, found)) = world.subject(&name) else {
            return no_such(descriptor);
        };
        let whole = subject(world, key, found);
        let parts = ["descriptor", "domain", "origin", "originId"];
        let parts = parts.map(|part| (part, whole.get(part).cloned().unwrap_or_default()));
        Reply::json(StatusCode::OK, &BTreeMap::from(parts))
    })
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
pub(crate) fn lookup(call: &Call<'_>) -> Reply {
    let Lookup { lookup_keys } = match serde_json::from_slice(&call.request.body) {
        Ok(lookup) => lookup,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if lookup_keys.len() > MAX_LOOKUP {
        return too_many(lookup_keys.len(), MAX_LOOKUP);
    }
    call.shared.read(|world| {
        let found = lookup_keys.iter().filter_map(|wanted| {
            let (key, found) = world.subject(&wanted.descriptor)?;
            Some((wanted.descriptor.as_str(), subject(world, key, found)))
        });
        let value: BTreeMap<_, _> = found.collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    query: String,
    #[serde(default)]
    subject_kind: Vec<String>,
}

/// `POST _apis/graph/subjectquery`: whose name begins so.
pub(crate) fn query(call: &Call<'_>) -> Reply {
    let query: Query = match read(call) {
        Ok(query) => query,
        Err(refusal) => return refusal,
    };
    if query.query.trim().is_empty() {
        return refused(StatusCode::BAD_REQUEST, "The query must not be empty.");
    }
    let kinds: BTreeSet<String> = query
        .subject_kind
        .iter()
        .map(|k| k.to_lowercase())
        .collect();
    let asked = |kind: &str| kinds.is_empty() || kinds.contains(kind);
    call.shared.read(|world| {
        let mut keys = Vec::new();
        if asked("user") {
            keys = world.members_beginning(&query.query, MAX_FOUND);
        }
        if asked("group") {
            keys.extend(world.groups_beginning(&query.query));
        }
        keys.truncate(MAX_FOUND);
        let found = keys.into_iter();
        let found = found.filter_map(|key| Some(subject(world, key, world.subject_at(key)?)));
        let value: Vec<Value> = found.collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreationContext {
    principal_name: Option<String>,
    mail_address: Option<String>,
    origin_id: Option<String>,
}

/// `POST _apis/graph/users`
pub(crate) fn create_user(call: &Call<'_>) -> Reply {
    let context: CreationContext = match read(call) {
        Ok(context) => context,
        Err(refusal) => return refusal,
    };
    let object: Option<ObjectId> = context.origin_id.as_ref().and_then(|id| id.parse().ok());
    let names = (
        &context.principal_name,
        &context.mail_address,
        &context.origin_id,
    );
    let who = match names {
        (Some(name), None, None) | (None, Some(name), None) if !name.is_empty() => {
            Some(Who::Name(name))
        }
        (None, None, Some(_)) => object.map(Who::Object),
        _ => None,
    };
    let Some(who) = who else {
        let message = "Exactly one of principalName, mailAddress and originId must be set.";
        return refused(StatusCode::BAD_REQUEST, message);
    };
    let groups = groups_asked(call);
    call.shared
        .write(|world| match world.materialise(who, !groups.is_empty()) {
            Ok(key) => joined(world, key, &groups),
            Err(refusal) => refused(StatusCode::NOT_FOUND, &refusal.to_string()),
        })
}

fn groups_asked(call: &Call<'_>) -> Vec<Descriptor> {
    let given = call.request.query("groupDescriptors").unwrap_or_default();
    let given = given
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    given.map(Descriptor::new).collect()
}

/// Puts who is known now into groups, and answers 201 with where they are found.
fn joined(world: &mut World, key: StorageKey, groups: &[Descriptor]) -> Reply {
    let Some(name) = world.member(key).map(|member| member.descriptor.clone()) else {
        return no_such(&key.to_string());
    };
    for group in groups {
        if let Err(refusal) = world.join(&name, group) {
            return groups::answer(&refusal);
        }
    }
    let Some(found) = world.subject_at(key) else {
        return no_such(name.as_str());
    };
    let body = subject(world, key, found);
    let location = body.get("url").and_then(Value::as_str).unwrap_or_default();
    let location = location.to_owned();
    Reply::json(StatusCode::CREATED, &body).header("location", location)
}

/// `POST _apis/graph/serviceprincipals`
pub(crate) fn create_application(call: &Call<'_>) -> Reply {
    let context: CreationContext = match read(call) {
        Ok(context) => context,
        Err(refusal) => return refusal,
    };
    let id: Option<ObjectId> = context.origin_id.and_then(|id| id.parse().ok());
    let Some(id) = id else {
        return refused(StatusCode::BAD_REQUEST, "The originId must be set.");
    };
    let groups = groups_asked(call);
    call.shared.write(|world| {
        if world.organization().tenant.is_none() {
            let message = "The organization is not connected to a Microsoft Entra tenant.";
            return refused(StatusCode::BAD_REQUEST, message);
        }
        let key = world.materialise_application(id);
        joined(world, key, &groups)
    })
}

/// `POST _apis/graph/requestaccess`: goes to the administrators by mail, so nothing comes of it.
pub(crate) fn request_access(call: &Call<'_>) -> Reply {
    match read::<Value>(call) {
        Ok(body) if body.is_object() => Reply::empty(StatusCode::OK),
        Ok(_) => refused(StatusCode::BAD_REQUEST, "An object is expected."),
        Err(refusal) => refusal,
    }
}

/// Whether `ResolveDisconnectedUsers` is there.
pub(crate) fn resolves(call: &Call<'_>) -> bool {
    let there = |world: &World| world.settings().devops.resolve_disconnected_users;
    call.shared.read(there)
}

#[derive(Deserialize)]
struct Mappings {
    mappings: Vec<Mapping>,
}

#[derive(Deserialize)]
struct Mapping {
    source: Named,
    target: Named,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    principal_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resolved {
    code: &'static str,
    error_message: Option<String>,
}

/// `POST _apis/graph/resolvedisconnectedusers`: many mappings at once, each with its own result.
pub(crate) fn resolve(call: &Call<'_>) -> Reply {
    let Mappings { mappings } = match read(call) {
        Ok(mappings) => mappings,
        Err(refusal) => return refusal,
    };
    if mappings.len() > MAX_MAPPINGS {
        let message = format!("At most {MAX_MAPPINGS} users can be mapped at once.");
        return refused(StatusCode::BAD_REQUEST, &message);
    }
    let results = call.shared.write(|world| {
        let one = |mapping: &Mapping| resolved(world, mapping);
        mappings.iter().map(one).collect::<Vec<Resolved>>()
    });
    let failed = results.iter().any(|result| result.error_message.is_some());
    let body = json!({
        "code": if failed { "BadRequest" } else { "OK" },
        "errorMessage": null,
        "mappingResults": results,
    });
    Reply::json(StatusCode::OK, &body)
}

fn resolved(world: &mut World, mapping: &Mapping) -> Resolved {
    let source = world.disconnected_at(&mapping.source.principal_name);
    let Some(source) = source else {
        let message = format!("{} is not disconnected.", mapping.source.principal_name);
        return Resolved {
            code: "NotFound",
            error_message: Some(message),
        };
    };
    match world.map(&source, MapTarget::Name(&mapping.target.principal_name)) {
        Ok(_) => Resolved {
            code: "OK",
            error_message: None,
        },
        Err(refusal) => Resolved {
            code: "BadRequest",
            error_message: Some(refusal.to_string()),
        },
    }
}
