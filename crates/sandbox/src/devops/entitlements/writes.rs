//! Changing access levels. A change that fails is still a 200: each result says for itself whether
//! it went well.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{EntitleRefusal, World};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{OrganizationName, StorageKey};

use super::body::{
    Fault, NewEntitlement, NewProject, Operation, Patch, named, operation, patches, role, wanted,
};
use super::groups;
use super::levels::RequestedLevel;
use super::read::no_such;
use super::wire::{Detail, UserEntitlement};
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;
use crate::devops::subjects::lookup::too_many;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationResult<'a> {
    user_id: Option<StorageKey>,
    is_success: bool,
    errors: Vec<Fault>,
    result: Option<UserEntitlement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Added<'a> {
    operation_result: OperationResult<'a>,
    is_success: bool,
    user_entitlement: Option<UserEntitlement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Updated<'a> {
    operation_results: Vec<OperationResult<'a>>,
    is_success: bool,
    user_entitlement: Option<UserEntitlement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bulk<'a> {
    id: Uuid,
    status: &'static str,
    have_results_succeeded: bool,
    completed: bool,
    results: Vec<OperationResult<'a>>,
}

/// What one operation came to, before it is written.
type Done = (Option<StorageKey>, Result<(), Fault>);

fn written(world: &World, done: Done, detail: Detail) -> OperationResult<'_> {
    let (user_id, result) = done;
    OperationResult {
        user_id,
        is_success: result.is_ok(),
        errors: result.err().into_iter().collect(),
        result: user_id.and_then(|key| entitlement(world, key, detail)),
    }
}

fn entitlement(world: &World, key: StorageKey, detail: Detail) -> Option<UserEntitlement<'_>> {
    let name: &OrganizationName = &world.organization().name;
    let member = world.member(key)?;
    let entitlement = member.entitlement.as_ref()?;
    let row = UserEntitlement::new(name, (key, member), entitlement, detail);
    Some(match detail {
        Detail::Full => row.assigned(groups::rules_of(world, key)),
        Detail::Plain | Detail::Hollow => row,
    })
}

/// `POST _apis/userentitlements`
pub(crate) fn add(call: &Call<'_>) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let new: NewEntitlement = match serde_json::from_slice(&call.request.body) {
        Ok(new) => new,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    call.shared.write(|world| {
        let done = added(world, &new);
        let (key, is_success) = (done.0, done.1.is_ok());
        let body = Added {
            operation_result: written(world, done, Detail::Full),
            is_success,
            user_entitlement: key.and_then(|key| entitlement(world, key, Detail::Full)),
        };
        Reply::json(StatusCode::OK, &body)
    })
}

fn added(world: &mut World, new: &NewEntitlement) -> Done {
    match try_add(world, new) {
        Ok(key) => (Some(key), Ok(())),
        Err(fault) => (None, Err(fault)),
    }
}

fn try_add(world: &mut World, new: &NewEntitlement) -> Result<StorageKey, Fault> {
    let who = named(new)?;
    let level = match &new.access_level {
        None => EffectiveLevel::Stakeholder,
        Some(requested) => wanted(requested)?,
    };
    let known = world.entitled_as(who);
    if known.is_some() && world.settings().devops.adding_again_fails {
        return Err(Fault::other("The user is in the organization already."));
    }
    if known.is_none() && !world.may_look_up() {
        return Err(EntitleRefusal::Outside.into());
    }
    let key = world.entitle(who, level)?;
    for project in new.project_entitlements.iter().flatten() {
        world.set_project(key, project.project_ref.id, Some(role(project)))?;
    }
    Ok(key)
}

/// `PATCH _apis/userentitlements`: many at once.
pub(crate) fn bulk(call: &Call<'_>) -> Reply {
    let patches = match patches(call) {
        Ok(patches) => patches,
        Err(refusal) => return refusal,
    };
    let limit = call.shared.read(|world| world.settings().devops.bulk_limit);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    if let Some(limit) = limit.filter(|limit| patches.len() > *limit) {
        return too_many(patches.len(), limit);
    }
    let id = call.shared.request_id();
    call.shared.write(|world| {
        let done: Vec<Done> = patches.iter().map(|patch| one(world, patch)).collect();
        let succeeded = done.iter().all(|(_, result)| result.is_ok());
        if world.settings().devops.bulk_takes_a_while {
            world.begin_operation(id, succeeded);
            let body = Bulk {
                id,
                status: "inProgress",
                have_results_succeeded: false,
                completed: false,
                results: Vec::new(),
            };
            return Reply::json(StatusCode::OK, &body);
        }
        let results = done
            .into_iter()
            .map(|done| written(world, done, Detail::Full));
        let body = Bulk {
            id,
            status: if succeeded { "succeeded" } else { "failed" },
            have_results_succeeded: succeeded,
            completed: true,
            results: results.collect(),
        };
        Reply::json(StatusCode::OK, &body)
    })
}

fn one(world: &mut World, patch: &Patch) -> Done {
    if patch.path.is_empty() || patch.path == "/" {
        if operation(&patch.op) != Some(Operation::Add) {
            return (None, Err(Fault::other("Only add is taken without a user.")));
        }
        let new = serde_json::from_value(patch.value.clone());
        return match new {
            Ok(new) => added(world, &new),
            Err(error) => (None, Err(Fault::other(error.to_string()))),
        };
    }
    let target = patch.path.trim_start_matches('/');
    let (id, rest) = target.split_once('/').unwrap_or((target, ""));
    match id.parse() {
        Ok(key) => (Some(key), change(world, key, rest, patch)),
        Err(_) => (None, Err(Fault::nobody())),
    }
}

/// `PATCH _apis/userentitlements/{userId}`
pub(crate) fn update(call: &Call<'_>, id: &str) -> Reply {
    let patches = match patches(call) {
        Ok(patches) => patches,
        Err(refusal) => return refusal,
    };
    let Ok(key) = id.parse::<StorageKey>() else {
        return no_such(id);
    };
    call.shared.write(|world| {
        if entitlement(world, key, Detail::Plain).is_none() {
            return no_such(id);
        }
        let change = |patch: &Patch| {
            let target = patch.path.trim_start_matches('/');
            (Some(key), change(world, key, target, patch))
        };
        let done: Vec<Done> = patches.iter().map(change).collect();
        let is_success = done.iter().all(|(_, result)| result.is_ok());
        let results = done
            .into_iter()
            .map(|done| written(world, done, Detail::Hollow));
        let body = Updated {
            operation_results: results.collect(),
            is_success,
            user_entitlement: entitlement(world, key, Detail::Full),
        };
        Reply::json(StatusCode::OK, &body)
    })
}

fn change(world: &mut World, key: StorageKey, target: &str, patch: &Patch) -> Result<(), Fault> {
    let bad = |error: &dyn ToString| Fault::other(error.to_string());
    let folded = target.to_ascii_lowercase();
    let parts: Vec<&str> = folded.split('/').collect();
    match (operation(&patch.op), parts.as_slice()) {
        (Some(Operation::Replace | Operation::Add), ["accesslevel"]) => {
            let requested = serde_json::from_value::<RequestedLevel>(patch.value.clone());
            let level = wanted(&requested.map_err(|error| bad(&error))?)?;
            world.set_level(key, level)?;
            Ok(())
        }
        (Some(Operation::Remove), [""]) => {
            world.remove_entitlement(key)?;
            Ok(())
        }
        (Some(Operation::Remove), ["projectentitlements", project]) => {
            let project = project.parse().map_err(|error: uuid::Error| bad(&error))?;
            world.set_project(key, project, None)?;
            Ok(())
        }
        (Some(Operation::Add | Operation::Replace), ["projectentitlements", ..]) => {
            let project = serde_json::from_value::<NewProject>(patch.value.clone());
            let project = project.map_err(|error| bad(&error))?;
            world.set_project(key, project.project_ref.id, Some(role(&project)))?;
            Ok(())
        }
        // The world holds no extensions, and the service takes the list all the same.
        (Some(_), ["extensions", ..]) => Ok(()),
        _ => Err(Fault::other(format!(
            "The path '{}' cannot be changed.",
            patch.path
        ))),
    }
}

/// `GET _apis/operations/{operationId}`: how far a bulk change has come.
pub(crate) fn asked_after(call: &Call<'_>) -> Reply {
    let id = call.request.segment(3);
    let done = call.shared.read(|world| {
        let operations = &world.contents().operations;
        operations.get(&id.parse().ok()?).copied()
    });
    let Some(succeeded) = done else {
        let message = format!("The operation {id} does not exist.");
        return refused(StatusCode::NOT_FOUND, &message);
    };
    let organization = call.request.segment(0);
    let url = format!("https://vsaex.dev.azure.com/{organization}/_apis/operations/{id}");
    let body = json!({
        "id": id,
        "status": if succeeded { "succeeded" } else { "failed" },
        "url": url,
        "_links": { "self": { "href": url } },
    });
    Reply::json(StatusCode::OK, &body)
}

/// `DELETE _apis/userentitlements/{userId}`
pub(crate) fn remove(call: &Call<'_>, id: &str) -> Reply {
    let Ok(key) = id.parse() else {
        return no_such(id);
    };
    call.shared.write(|world| {
        let known = world.member(key).is_some();
        let again = known && world.settings().devops.removing_again_succeeds;
        if world.remove_entitlement(key).is_ok() || again {
            return Reply::empty(StatusCode::NO_CONTENT);
        }
        no_such(id)
    })
}
