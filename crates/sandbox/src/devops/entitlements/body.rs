//! What a request about access levels says: who, which level, which projects, which changes.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{EntitleRefusal, ProjectRole, Who};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{ObjectId, StorageKey};

use super::levels::RequestedLevel;
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json_patch;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewEntitlement {
    #[serde(default)]
    pub(crate) access_level: Option<RequestedLevel>,
    #[serde(default)]
    pub(crate) user: Option<NewUser>,
    #[serde(default)]
    pub(crate) id: Option<StorageKey>,
    #[serde(default)]
    pub(crate) project_entitlements: Option<Vec<NewProject>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewUser {
    #[serde(default)]
    pub(crate) principal_name: Option<String>,
    #[serde(default)]
    pub(crate) origin_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewProject {
    #[serde(default)]
    pub(crate) group: Option<NewGroup>,
    pub(crate) project_ref: NewProjectRef,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewGroup {
    pub(crate) group_type: String,
}

#[derive(Deserialize)]
pub(crate) struct NewProjectRef {
    pub(crate) id: Uuid,
    #[serde(default)]
    pub(crate) name: String,
}

#[derive(Deserialize)]
pub(crate) struct Patch {
    pub(crate) op: Value,
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) value: Value,
}

/// A remark in an answer that is a success on the outside.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) key: u32,
    pub(crate) value: String,
}

impl Fault {
    /// Nobody is named.
    pub(crate) fn nobody() -> Self {
        Self {
            key: 5000,
            value: "The Id, OriginId, or User.PrincipalName must be set. The Principal Name is \
                    usually an email address."
                .to_owned(),
        }
    }

    /// Something else about the request; the service has no public number for it.
    pub(crate) fn other(value: impl Into<String>) -> Self {
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
pub(crate) fn named(new: &NewEntitlement) -> Result<Who<'_>, Fault> {
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

pub(crate) fn wanted(requested: &RequestedLevel) -> Result<EffectiveLevel, Fault> {
    let level = requested.level();
    level.ok_or_else(|| Fault::other("The access level is not a known one."))
}

pub(crate) fn role(project: &NewProject) -> ProjectRole {
    let group = project.group.as_ref().map(|group| group.group_type.clone());
    ProjectRole {
        name: project.project_ref.name.clone(),
        group: group.unwrap_or_else(|| "projectContributor".to_owned()),
        by_group: false,
    }
}

pub(crate) fn patches(call: &Call<'_>) -> Result<Vec<Patch>, Reply> {
    if let Some(refusal) = needs_json_patch(call.request) {
        return Err(refusal);
    }
    let read = serde_json::from_slice(&call.request.body);
    read.map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Remove,
    Replace,
}

/// An operation of json-patch by its name, in any case, or by the service's number for it.
pub(crate) fn operation(op: &Value) -> Option<Operation> {
    let name = op.as_str().map(str::to_ascii_lowercase);
    match (name.as_deref(), op.as_u64()) {
        (Some("add"), _) | (_, Some(0)) => Some(Operation::Add),
        (Some("remove"), _) | (_, Some(1)) => Some(Operation::Remove),
        (Some("replace"), _) | (_, Some(2)) => Some(Operation::Replace),
        _ => None,
    }
}
