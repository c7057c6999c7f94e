//! Changing access levels. A change that fails is still a 200: each result says for itself whether
//! it went well.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::model::access::EffectiveLevel;
use crate::model::ids::{ObjectId, OrganizationName, StorageKey};
use crate::sandbox::reply::Reply;
use crate::sandbox::world::{EntitleRefusal, ProjectRole, Who, World};

use super::Call;
use super::access::{RequestedLevel, needs_json, needs_json_patch};
use super::entitlements::no_such;
use super::error::refused;
use super::wire::{Detail, UserEntitlement};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewEntitlement {
    #[serde(default)]
    access_level: Option<RequestedLevel>,
    #[serde(default)]
    user: Option<NewUser>,
    #[serde(default)]
    id: Option<StorageKey>,
    #[serde(default)]
    project_entitlements: Option<Vec<NewProject>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewUser {
    #[serde(default)]
    principal_name: Option<String>,
    #[serde(default)]
    origin_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewProject {
    #[serde(default)]
    group: Option<NewGroup>,
    project_ref: NewProjectRef,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewGroup {
    group_type: String,
}

#[derive(Deserialize)]
struct NewProjectRef {
    id: Uuid,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Patch {
    op: Value,
    path: String,
    #[serde(default)]
    value: Value,
}

/// A remark in an answer that is a success on the outside.
#[derive(Debug, Serialize)]
struct Fault {
    key: u32,
    value: String,
}

impl Fault {
    /// Nobody is named.
    fn nobody() -> Self {
        Self {
            key: 5000,
            value: "The Id, OriginId, or User.PrincipalName must be set. The Principal Name is \
                    usually an email address."
                .to_owned(),
        }
    }

    /// Something else about the request; the service has no public number for it.
    fn other(value: impl Into<String>) -> Self {
        Self {
            key: 5001,
            value: value.into(),
        }
    }
}

impl From<EntitleRefusal> for Fault {
    fn from(refusal: EntitleRefusal) -> Self {
        let key = match refusal {
            EntitleRefusal::Outside => 5102,
            EntitleRefusal::NoLicence { .. } => 5005,
            EntitleRefusal::NoSuchMember(_) => 5001,
        };
        Self {
            key,
            value: refusal.to_string(),
        }
    }
}

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
    Some(UserEntitlement::new(
        name,
        (key, member),
        entitlement,
        detail,
    ))
}

/// `POST _apis/userentitlements`
pub(super) fn add(call: &Call<'_>) -> Reply {
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
    let key = world.entitle(who, level)?;
    for project in new.project_entitlements.iter().flatten() {
        world.set_project(key, project.project_ref.id, Some(role(project)))?;
    }
    Ok(key)
}

/// Who is meant. A name that is there and empty spoils the request, even beside one that is not:
/// clients that fill in every field get error 5000.
fn named(new: &NewEntitlement) -> Result<Who<'_>, Fault> {
    if let Some(key) = new.id {
        return Ok(Who::Key(key));
    }
    let user = new.user.as_ref().ok_or_else(Fault::nobody)?;
    let (name, id) = (user.principal_name.as_deref(), user.origin_id.as_deref());
    match (name, id) {
        (None, None) | (Some(""), _) | (_, Some("")) => Err(Fault::nobody()),
        (_, Some(id)) => {
            let id: Result<ObjectId, _> = id.parse();
            id.map(Who::Object).map_err(|_| Fault::nobody())
        }
        (Some(name), None) => Ok(Who::Name(name)),
    }
}

fn wanted(requested: &RequestedLevel) -> Result<EffectiveLevel, Fault> {
    let level = requested.level();
    level.ok_or_else(|| Fault::other("The access level is not a known one."))
}

fn role(project: &NewProject) -> ProjectRole {
    let group = project.group.as_ref().map(|group| group.group_type.clone());
    ProjectRole {
        name: project.project_ref.name.clone(),
        group: group.unwrap_or_else(|| "projectContributor".to_owned()),
    }
}

fn patches(call: &Call<'_>) -> Result<Vec<Patch>, Reply> {
    if let Some(refusal) = needs_json_patch(call.request) {
        return Err(refusal);
    }
    let read = serde_json::from_slice(&call.request.body);
    read.map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))
}

/// `PATCH _apis/userentitlements`: many at once.
pub(super) fn bulk(call: &Call<'_>) -> Reply {
    let patches = match patches(call) {
        Ok(patches) => patches,
        Err(refusal) => return refusal,
    };
    let id = call.shared.request_id();
    call.shared.write(|world| {
        let done: Vec<Done> = patches.iter().map(|patch| one(world, patch)).collect();
        let succeeded = done.iter().all(|(_, result)| result.is_ok());
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
pub(super) fn update(call: &Call<'_>, id: &str) -> Reply {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Add,
    Remove,
    Replace,
}

/// An operation of json-patch by its name, in any case, or by the service's number for it.
fn operation(op: &Value) -> Option<Operation> {
    let name = op.as_str().map(str::to_ascii_lowercase);
    match (name.as_deref(), op.as_u64()) {
        (Some("add"), _) | (_, Some(0)) => Some(Operation::Add),
        (Some("remove"), _) | (_, Some(1)) => Some(Operation::Remove),
        (Some("replace"), _) | (_, Some(2)) => Some(Operation::Replace),
        _ => None,
    }
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

/// `DELETE _apis/userentitlements/{userId}`
pub(super) fn remove(call: &Call<'_>, id: &str) -> Reply {
    let Ok(key) = id.parse() else {
        return no_such(id);
    };
    match call.shared.write(|world| world.remove_entitlement(key)) {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(_) => no_such(id),
    }
}
