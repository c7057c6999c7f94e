//! What the members of groups are given: "Group Entitlements" of the Azure DevOps REST reference.
//! One that is not there is `null` in a success.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{GroupRule, ProjectRole, World};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};

use super::body::{Fault, NewProject, Operation, Patch, operation, patches, role, wanted};
use super::levels::RequestedLevel;
use super::wire::{AccessLevel, project_entitlement};
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;
use crate::devops::subjects::groups::materialised;
use crate::devops::subjects::wire;

/// One rule, as it is written. `waits` where it is still to be applied to whom it is shown of.
fn written(world: &World, key: StorageKey, rule: &GroupRule, waits: bool) -> Value {
    let group = world.group(key).map(|group| wire::group(world, key, group));
    let projects: Vec<_> = rule.projects.iter().map(project_entitlement).collect();
    let executed = rule.last_executed.map(|at| at.devops().to_string());
    let applied = executed.is_some() && rule.pending.is_none() && !waits;
    json!({
        "group": group,
        "id": key,
        "licenseRule": AccessLevel::of(rule.level),
        "members": null,
        "extensionRules": [],
        "projectEntitlements": projects,
        "status": if applied { "applied" } else { "applyPending" },
        "lastExecuted": executed,
    })
}

/// The rules on the groups that somebody is in.
pub(crate) fn rules_of(world: &World, member: StorageKey) -> Vec<Value> {
    let waits = world.awaits_rules(member);
    let rules = world.rules_of(member);
    rules
        .map(|(key, rule)| written(world, key, rule, waits))
        .collect()
}

/// The group that an id or a descriptor names.
pub(crate) fn named(world: &World, id: &str) -> Option<StorageKey> {
    let key = id.parse().ok().filter(|key| world.group(*key).is_some());
    key.or_else(|| world.group_called(&Descriptor::new(id)).map(|(key, _)| key))
}

/// `GET _apis/groupentitlements`
pub(crate) fn list(call: &Call<'_>) -> Reply {
    call.shared.read(|world| {
        let rules = world.contents().rules.iter();
        let value: Vec<Value> = rules
            .map(|(key, rule)| written(world, *key, rule, false))
            .collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

/// `GET _apis/groupentitlements/{groupId}`
pub(crate) fn get(call: &Call<'_>, id: &str) -> Reply {
    call.shared.read(|world| {
        let key = named(world, id);
        let found = key.and_then(|key| Some(written(world, key, world.rule(key)?, false)));
        Reply::json(StatusCode::OK, &found)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewRule {
    group: Option<NamedGroup>,
    license_rule: Option<RequestedLevel>,
    #[serde(default)]
    project_entitlements: Option<Vec<NewProject>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamedGroup {
    descriptor: Option<Descriptor>,
    origin_id: Option<String>,
    origin: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    group_id: Option<StorageKey>,
    is_success: bool,
    errors: Vec<Fault>,
    result: Option<Value>,
}

fn answered(call: &Call<'_>, status: StatusCode, outcome: &Outcome) -> Reply {
    let succeeded = outcome.is_success;
    let body = json!({
        "id": call.shared.request_id(),
        "status": if succeeded { "succeeded" } else { "failed" },
        "completed": true,
        "haveResultsSucceeded": succeeded,
        "results": [outcome],
    });
    Reply::json(status, &body)
}

fn outcome(world: &World, key: StorageKey, errors: Vec<Fault>) -> Outcome {
    Outcome {
        group_id: Some(key),
        is_success: errors.is_empty(),
        errors,
        result: world.rule(key).map(|rule| written(world, key, rule, false)),
    }
}

/// Whether a rule is carried out, or only looked at.
fn is_applied(call: &Call<'_>) -> bool {
    let option = call.request.query("ruleOption").unwrap_or_default();
    !option.eq_ignore_ascii_case("testApplyGroupRule")
}

fn roles(world: &mut World, projects: &[NewProject]) -> BTreeMap<Uuid, ProjectRole> {
    let role = |project: &NewProject| {
        let id = project.project_ref.id;
        (id, world.in_project(id, role(project)))
    };
    projects.iter().map(role).collect()
}

/// `POST _apis/groupentitlements`
pub(crate) fn add(call: &Call<'_>) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let new: NewRule = match serde_json::from_slice(&call.request.body) {
        Ok(new) => new,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let applied = is_applied(call);
    let made = call.shared.write(|world| {
        let key = match group_of(world, new.group.as_ref()) {
            Ok(key) => key,
            Err(refusal) => return Err(refusal),
        };
        let level = new
            .license_rule
            .as_ref()
            .map_or(Ok(EffectiveLevel::None), wanted);
        Ok(match level {
            Ok(level) => {
                let projects = new.project_entitlements.as_deref().unwrap_or_default();
                let projects = roles(world, projects);
                world.set_rule(key, level, projects, applied);
                outcome(world, key, Vec::new())
            }
            Err(fault) => outcome(world, key, vec![fault]),
        })
    });
    match made {
        Ok(outcome) => answered(call, StatusCode::CREATED, &outcome),
        Err(refusal) => refusal,
    }
}

/// The group that a new rule is about; one of the directory is made known.
fn group_of(world: &mut World, group: Option<&NamedGroup>) -> Result<StorageKey, Reply> {
    let missing = || refused(StatusCode::BAD_REQUEST, "The group must be set.");
    let group = group.ok_or_else(missing)?;
    if let Some(name) = &group.descriptor {
        let found = world.group_called(name).filter(|(_, group)| !group.deleted);
        return found
            .map(|(key, _)| key)
            .ok_or_else(|| wire::no_such(name.as_str()));
    }
    let id = group.origin_id.as_deref().unwrap_or_default();
    let own = || world.group(id.parse().ok()?).map(|_| id.parse().ok());
    if group.origin.as_deref() == Some("vsts") {
        return own().flatten().ok_or_else(|| wire::no_such(id));
    }
    let id: ObjectId = id.parse().map_err(|_| missing())?;
    materialised(world, id)
}

/// `PATCH _apis/groupentitlements/{groupId}`
pub(crate) fn update(call: &Call<'_>, id: &str) -> Reply {
    let patches = match patches(call) {
        Ok(patches) => patches,
        Err(refusal) => return refusal,
    };
    let applied = is_applied(call);
    let changed = call.shared.write(|world| {
        let key = named(world, id)?;
        let mut rule = world.rule(key)?.clone();
        let mut errors = Vec::new();
        for patch in &patches {
            if let Err(fault) = change(world, &mut rule, patch) {
                errors.push(fault);
            }
        }
        if errors.is_empty() {
            world.set_rule(key, rule.level, rule.projects, applied);
        }
        Some(outcome(world, key, errors))
    });
    match changed {
        Some(outcome) => answered(call, StatusCode::OK, &outcome),
        None => wire::no_such(id),
    }
}

fn change(world: &mut World, rule: &mut GroupRule, patch: &Patch) -> Result<(), Fault> {
    let bad = |error: &dyn ToString| Fault::other(error.to_string());
    let folded = patch.path.trim_start_matches('/').to_ascii_lowercase();
    let parts: Vec<&str> = folded.split('/').collect();
    match (operation(&patch.op), parts.as_slice()) {
        (Some(Operation::Add | Operation::Replace), ["licenserule" | "accesslevel"]) => {
            let requested = serde_json::from_value::<RequestedLevel>(patch.value.clone());
            rule.level = wanted(&requested.map_err(|error| bad(&error))?)?;
        }
        (Some(Operation::Remove), ["projectentitlements", project]) => {
            let project: Uuid = project.parse().map_err(|error: uuid::Error| bad(&error))?;
            rule.projects.remove(&project);
        }
        (Some(Operation::Add | Operation::Replace), ["projectentitlements", ..]) => {
            let project = serde_json::from_value::<NewProject>(patch.value.clone());
            let project = project.map_err(|error| bad(&error))?;
            rule.projects.extend(roles(world, &[project]));
        }
        _ => {
            let message = format!("The path '{}' cannot be changed.", patch.path);
            return Err(Fault::other(message));
        }
    }
    Ok(())
}

/// `DELETE _apis/groupentitlements/{groupId}`; with `removeGroupMembership` the group's members
/// leave it too.
pub(crate) fn remove(call: &Call<'_>, id: &str) -> Reply {
    let empties = call.request.query("removeGroupMembership");
    let empties = empties.is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let removed = call.shared.write(|world| {
        let key = named(world, id)?;
        let there = world.remove_rule(key);
        if there && empties {
            world.empty_group(key);
        }
        there.then_some(key)
    });
    match removed {
        Some(key) => {
            let outcome = Outcome {
                group_id: Some(key),
                is_success: true,
                errors: Vec::new(),
                result: None,
            };
            answered(call, StatusCode::OK, &outcome)
        }
        None => wire::no_such(id),
    }
}
