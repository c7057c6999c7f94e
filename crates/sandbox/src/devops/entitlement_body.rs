//! What a request about access levels says: who, which level, which projects, which changes.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{EntitleRefusal, ProjectRole, Who};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{ObjectId, StorageKey};

use super::Call;
use super::access::{RequestedLevel, needs_json_patch};
use super::error::refused;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewEntitlement {
    #[serde(default)]
    pub(super) access_level: Option<RequestedLevel>,
    #[serde(default)]
    pub(super) user: Option<NewUser>,
    #[serde(default)]
    pub(super) id: Option<StorageKey>,
    #[serde(default)]
    pub(super) project_entitlements: Option<Vec<NewProject>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewUser {
    #[serde(default)]
    pub(super) principal_name: Option<String>,
    #[serde(default)]
    pub(super) origin_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewProject {
    #[serde(default)]
    pub(super) group: Option<NewGroup>,
    pub(super) project_ref: NewProjectRef,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewGroup {
    pub(super) group_type: String,
}

#[derive(Deserialize)]
pub(super) struct NewProjectRef {
    pub(super) id: Uuid,
    #[serde(default)]
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Patch {
    pub(super) op: Value,
    pub(super) path: String,
    #[serde(default)]
    pub(super) value: Value,
}

/// A remark in an answer that is a success on the outside.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Fault {
    pub(super) key: u32,
    pub(super) value: String,
}

impl Fault {
    /// Nobody is named.
    pub(super) fn nobody() -> Self {
        Self {
            key: 5000,
            value: "The Id, OriginId, or User.PrincipalName must be set. The Principal Name is \
                    usually an email address."
                .to_owned(),
        }
    }

    /// Something else about the request; the service has no public number for it.
    pub(super) fn other(value: impl Into<String>) -> Self {
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

/// Who is meant. A name that is there and empty spoils the request, even beside one that is not:
/// clients that fill in every field get error 5000.
pub(super) fn named(new: &NewEntitlement) -> Result<Who<'_>, Fault> {
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

pub(super) fn wanted(requested: &RequestedLevel) -> Result<EffectiveLevel, Fault> {
    let level = requested.level();
    level.ok_or_else(|| Fault::other("The access level is not a known one."))
}

pub(super) fn role(project: &NewProject) -> ProjectRole {
    let group = project.group.as_ref().map(|group| group.group_type.clone());
    ProjectRole {
        name: project.project_ref.name.clone(),
        group: group.unwrap_or_else(|| "projectContributor".to_owned()),
        by_group: false,
    }
}

pub(super) fn patches(call: &Call<'_>) -> Result<Vec<Patch>, Reply> {
    if let Some(refusal) = needs_json_patch(call.request) {
        return Err(refusal);
    }
    let read = serde_json::from_slice(&call.request.body);
    read.map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Remove,
    Replace,
}

/// An operation of json-patch by its name, in any case, or by the service's number for it.
pub(super) fn operation(op: &Value) -> Option<Operation> {
    let name = op.as_str().map(str::to_ascii_lowercase);
    match (name.as_deref(), op.as_u64()) {
        (Some("add"), _) | (_, Some(0)) => Some(Operation::Add),
        (Some("remove"), _) | (_, Some(1)) => Some(Operation::Remove),
        (Some("replace"), _) | (_, Some(2)) => Some(Operation::Replace),
        _ => None,
    }
}
