//! What goes over the wire: the shapes of Azure DevOps, read leniently.
//!
//! Fields as in Microsoft's REST reference for Graph users and member entitlement management,
//! version 7.1. Unknown fields are ignored, and absent, `null` and empty are the same.

use serde::Deserialize;

use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::{ProjectId, ProjectName};

/// The version of everything that was never released without a preview.
pub(crate) const PREVIEW: &str = "7.1-preview.1";

/// The version of user entitlements.
pub(crate) const ENTITLEMENTS: &str = "7.1";

/// The version of the older way to look identities up.
pub(crate) const IDENTITIES: &str = "7.1";

/// The version of projects.
pub(crate) const PROJECTS: &str = "7.1";

/// `{"count":N,"value":[…]}`. Without a list it is no answer: what cannot be seen is not gone.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct List<T> {
    pub(crate) value: Vec<T>,
}

/// Who asked, and which organization answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionData<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) authenticated_user: Caller<'a>,
    #[serde(borrow, default)]
    pub(crate) instance_id: Text<'a>,
}

/// Who asked.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Caller<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) descriptor: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) subject_descriptor: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) properties: CallerProperties<'a>,
}

/// Further properties of who asked.
#[derive(Default, Deserialize)]
pub(crate) struct CallerProperties<'a> {
    #[serde(rename = "Account", borrow, default, deserialize_with = "or_default")]
    pub(crate) account: Property<'a>,
}

/// `{"$type":"System.String","$value":"…"}`.
#[derive(Default, Deserialize)]
pub(crate) struct Property<'a> {
    #[serde(rename = "$value", borrow, default)]
    pub(crate) value: Text<'a>,
}

/// A user, in lists of users and inside entitlements.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User<'a> {
    #[serde(borrow, default)]
    pub(crate) subject_kind: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) meta_type: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) application_id: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) domain: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) principal_name: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) mail_address: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) origin: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) origin_id: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) display_name: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) descriptor: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_deleted_in_origin: bool,
}

/// A page of entitlements. `items` is the current name, `members` the one before.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entitlements<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) items: Option<Vec<Entitlement<'a>>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) members: Option<Vec<Entitlement<'a>>>,
    #[serde(borrow, default)]
    pub(crate) continuation_token: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) total_count: Option<u64>,
}

/// A user's entitlement.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entitlement<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) user: User<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) access_level: AccessLevel<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) project_entitlements: Vec<ProjectEntitlement<'a>>,
}

/// Membership of a project.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectEntitlement<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) group: ProjectGroup<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) project_ref: Project<'a>,
    #[serde(borrow, default)]
    pub(crate) project_permission_inherited: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) assignment_source: Text<'a>,
}

/// The group of a project that somebody is in.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectGroup<'a> {
    #[serde(borrow, default)]
    pub(crate) group_type: Text<'a>,
}

/// A project.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Project<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) name: Text<'a>,
}

impl Project<'_> {
    /// The project's id, where it is one.
    pub(crate) fn id(&self) -> Option<ProjectId> {
        self.id
            .as_str()
            .parse()
            .ok()
            .filter(|id: &ProjectId| !id.is_nil())
    }

    /// The project's id and name, where it has both.
    pub(crate) fn named(&self) -> Option<(ProjectId, ProjectName)> {
        Some((self.id()?, ProjectName::new(self.name.get()?)))
    }
}

/// An access level.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessLevel<'a> {
    #[serde(borrow, default)]
    pub(crate) licensing_source: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) account_license_type: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) msdn_license_type: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) status: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) assignment_source: Text<'a>,
}

/// The users that lost their sign-in when the organization was connected. `users` may be `null`.
#[derive(Deserialize)]
pub(crate) struct DisconnectedUsers<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(crate) users: Vec<DisconnectedUser<'a>>,
}

/// A user that lost their sign-in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisconnectedUser<'a> {
    #[serde(borrow, default)]
    pub(crate) descriptor: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) preferred_email_address: Text<'a>,
}

/// What became of a bulk change. The status alone says nothing: each result has its own.
#[derive(Deserialize)]
pub(crate) struct BulkResult<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) results: Vec<OneResult<'a>>,
}

/// What became of one operation.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OneResult<'a> {
    #[serde(borrow, default)]
    pub(crate) user_id: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_success: bool,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) errors: Vec<KeyedError<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) result: Option<Entitlement<'a>>,
}

/// An error inside a success: a number or a text, and a sentence.
#[derive(Clone, Deserialize)]
pub(crate) struct KeyedError<'a> {
    #[serde(borrow, default)]
    pub(crate) key: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) value: Text<'a>,
}

/// `{"value":"…"}`: one descriptor or one storage key.
#[derive(Deserialize)]
pub(crate) struct Value<'a> {
    #[serde(borrow, default)]
    pub(crate) value: Text<'a>,
}
