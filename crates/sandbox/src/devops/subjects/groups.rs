//! Groups: "Groups" of the Azure DevOps graph. Lists, one, and the four ways to change them.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{Group, GroupKind, GroupRefusal, World, of_scope};
use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};

use super::wire::{group, no_such};
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::{needs_json, needs_json_patch};
use crate::devops::protocol::page;

/// The scope that a request names: a project, or the organization.
fn scope(world: &World, name: Option<&str>) -> Result<Option<Uuid>, Reply> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let organization = world.organization().id.guid();
    if of_scope(organization).as_str() == name {
        return Ok(None);
    }
    let mut projects = world.contents().projects.keys();
    let found = projects.find(|id| of_scope(**id).as_str() == name);
    found.map(|id| Some(*id)).ok_or_else(|| no_such(name))
}

fn kind_of(group: &Group) -> &'static str {
    match group.kind {
        GroupKind::Directory => "aadgp",
        GroupKind::Own | GroupKind::Administrators | GroupKind::ValidUsers => "vssgp",
    }
}

/// `GET _apis/graph/groups`
pub(crate) fn list(call: &Call<'_>) -> Reply {
    let types = call.request.query("subjectTypes").unwrap_or_default();
    let scoped = call
        .request
        .query("scopeDescriptor")
        .filter(|s| !s.is_empty());
    let query = ["graph groups", types, scoped.unwrap_or_default()];
    let after = match call.request.query("continuationToken") {
        None | Some("") => None,
        Some(token) => match page::place(token, &query) {
            None => {
                let message = "The continuation token is invalid.";
                return refused(StatusCode::BAD_REQUEST, message);
            }
            place => place,
        },
    };
    let asked = |kind: &str| types.is_empty() || types.split(',').any(|t| t.trim() == kind);
    call.shared.read(|world| {
        let project = match scope(world, scoped) {
            Ok(project) => project,
            Err(refusal) => return refusal,
        };
        let wanted = |group: &Group| {
            let in_scope = scoped.is_none() || group.project == project;
            !group.deleted && in_scope && asked(kind_of(group))
        };
        let size = usize::try_from(world.settings().graph_users_page).unwrap_or(usize::MAX);
        let mut groups = world.groups_after(after).filter(|(_, g)| wanted(g));
        let page: Vec<(StorageKey, &Group)> = groups.by_ref().take(size).collect();
        let more = groups.next().is_some();
        let rows = page.iter().map(|(key, row)| group(world, *key, row));
        let value: Vec<Value> = rows.collect();
        let body = json!({ "count": value.len(), "value": value });
        let reply = Reply::json(StatusCode::OK, &body);
        match page.last() {
            Some((last, _)) if more => {
                reply.header("x-ms-continuationtoken", page::token(*last, &query))
            }
            _ => reply,
        }
    })
}

/// `GET _apis/graph/groups/{descriptor}`; also of a deleted one.
pub(crate) fn get(call: &Call<'_>, name: &str) -> Reply {
    let descriptor = Descriptor::new(name);
    call.shared
        .read(|world| match world.group_called(&descriptor) {
            Some((key, found)) => Reply::json(StatusCode::OK, &group(world, key, found)),
            None => no_such(name),
        })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreationContext {
    display_name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    origin_id: Option<String>,
    mail_address: Option<String>,
}

/// `POST _apis/graph/groups`
pub(crate) fn create(call: &Call<'_>) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let context: CreationContext = match serde_json::from_slice(&call.request.body) {
        Ok(context) => context,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let scoped = call.request.query("scopeDescriptor");
    let into = call.request.query("groupDescriptors").unwrap_or_default();
    call.shared.write(|world| {
        let project = match scope(world, scoped) {
            Ok(project) => project,
            Err(refusal) => return refusal,
        };
        let made = match made(world, &context, project) {
            Ok(key) => key,
            Err(refusal) => return refusal,
        };
        let Some(name) = world.group(made).map(|group| group.descriptor.clone()) else {
            return no_such("");
        };
        for container in into.split(',').filter(|name| !name.is_empty()) {
            if let Err(refusal) = world.join(&name, &Descriptor::new(container)) {
                return answer(&refusal);
            }
        }
        written(world, made, StatusCode::CREATED)
    })
}

/// The group that a request makes, or finds.
fn made(
    world: &mut World,
    context: &CreationContext,
    project: Option<Uuid>,
) -> Result<StorageKey, Reply> {
    let CreationContext {
        display_name,
        description,
        origin_id,
        mail_address,
    } = context;
    let text = description.as_deref().unwrap_or_default();
    match (display_name, origin_id, mail_address) {
        (Some(name), None, None) if !name.is_empty() => Ok(world.create_group(name, text, project)),
        (None, Some(id), None) => {
            let id: Result<ObjectId, _> = id.parse();
            let id = id.map_err(|_| no_such("originId"))?;
            materialised(world, id)
        }
        (None, None, Some(mail)) => {
            let message = format!("The group {mail} was not found in the tenant.");
            Err(refused(StatusCode::NOT_FOUND, &message))
        }
        _ => Err(refused(
            StatusCode::BAD_REQUEST,
            "Exactly one of displayName, originId and mailAddress must be set.",
        )),
    }
}

/// A group of the directory. Who may not read the directory gets the service's 503.
pub(crate) fn materialised(world: &mut World, id: ObjectId) -> Result<StorageKey, Reply> {
    if !world.settings().devops.directory_readable {
        let message = "VS860018: The group could not be read from the directory.";
        return Err(refused(StatusCode::SERVICE_UNAVAILABLE, message));
    }
    world
        .materialise_group(id, &format!("Group {id}"))
        .map_err(|refusal| answer(&refusal))
}

fn written(world: &World, key: StorageKey, status: StatusCode) -> Reply {
    match world.group(key) {
        Some(found) => {
            let body = group(world, key, found);
            let location = body.get("url").and_then(Value::as_str).unwrap_or_default();
            let location = location.to_owned();
            let reply = Reply::json(status, &body);
            if status == StatusCode::CREATED {
                return reply.header("location", location);
            }
            reply
        }
        None => no_such(&key.to_string()),
    }
}

/// A refusal of the world, as the service answers it.
pub(crate) fn answer(refusal: &GroupRefusal) -> Reply {
    let status = match refusal {
        GroupRefusal::NoSuchGroup(_) | GroupRefusal::NoSuchSubject(_) => StatusCode::NOT_FOUND,
        GroupRefusal::Fixed(_) | GroupRefusal::NotConnected | GroupRefusal::Circle(_) => {
            StatusCode::BAD_REQUEST
        }
    };
    refused(status, &refusal.to_string())
}

#[derive(Deserialize)]
struct Patch {
    op: Value,
    path: String,
    #[serde(default)]
    value: Value,
}

/// `PATCH _apis/graph/groups/{descriptor}`: name and description only.
pub(crate) fn update(call: &Call<'_>, name: &str) -> Reply {
    if let Some(refusal) = needs_json_patch(call.request) {
        return refusal;
    }
    let patches: Vec<Patch> = match serde_json::from_slice(&call.request.body) {
        Ok(patches) => patches,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let replaces = |patch: &Patch| {
        let named = patch
            .op
            .as_str()
            .is_some_and(|op| op.eq_ignore_ascii_case("replace"));
        let path = patch.path.to_ascii_lowercase();
        let known = matches!(path.as_str(), "/displayname" | "/description");
        (named || patch.op == 2) && known && patch.value.is_string()
    };
    if !patches.iter().all(replaces) {
        let message = "Only /displayName and /description can be replaced.";
        return refused(StatusCode::BAD_REQUEST, message);
    }
    let descriptor = Descriptor::new(name);
    call.shared.write(|world| {
        let changed = world.change_group(&descriptor, |group| {
            for patch in &patches {
                let text = patch.value.as_str().unwrap_or_default().to_owned();
                if patch.path.eq_ignore_ascii_case("/displayName") {
                    group.display_name = text;
                } else {
                    group.description = text;
                }
            }
        });
        match changed {
            Ok(key) => written(world, key, StatusCode::OK),
            Err(refusal) => answer(&refusal),
        }
    })
}

/// `DELETE _apis/graph/groups/{descriptor}`
pub(crate) fn delete(call: &Call<'_>, name: &str) -> Reply {
    let name = Descriptor::new(name);
    match call.shared.write(|world| world.delete_group(&name)) {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(refusal) => answer(&refusal),
    }
}
