//! Access: the level of a member, and membership of projects.

use std::borrow::Cow;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Attributes;
use super::content::Content;
use super::identity::Identity;
use crate::access::EffectiveLevel;
use crate::ids::{ObjectId, ProjectId, ProjectName};
use crate::project::{EffectiveRole, ProjectAccess, roles};

/// Somebody's access: the level, and membership of projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessAttributes {
    /// The level.
    pub level: EffectiveLevel,
    /// Membership of projects, by the project's name. Only of those that org.toml names, or named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub projects: BTreeMap<ProjectName, ProjectAccess>,
    /// The identity that is added; absent where the person is in the organization already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Whether the person is in the organization because we added them; said where `identity` no longer
    /// does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub added: bool,
    /// Who the person is in the directory, where they are in the organization already and no mapping
    /// says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<ObjectId>,
}

impl AccessAttributes {
    /// Access of somebody who is in the organization already.
    pub const fn of_member(
        level: EffectiveLevel,
        projects: BTreeMap<ProjectName, ProjectAccess>,
    ) -> Self {
        Self {
            level,
            projects,
            identity: None,
            added: false,
            account: None,
        }
    }

    /// Who the person is in the directory, as far as is recorded.
    pub fn known_account(&self) -> Option<ObjectId> {
        self.account.or_else(|| self.identity.as_ref()?.object_id())
    }

    /// Whether the person is in the organization because we added them.
    pub const fn is_of_added(&self) -> bool {
        self.added || self.identity.is_some()
    }

    /// The roles by project, whatever the projects are called.
    pub fn roles(&self) -> BTreeMap<ProjectId, EffectiveRole> {
        roles(&self.projects)
    }
}

impl Content for AccessAttributes {
    fn headline(&self) -> Cow<'_, str> {
        if self.projects.is_empty() {
            return Cow::Borrowed(self.level.as_str());
        }
        let projects = self.projects.iter();
        let each = projects.map(|(name, access)| format!(", {} in {name}", access.role));
        Cow::Owned(format!("{}{}", self.level, each.collect::<String>()))
    }

    fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    fn bind(&mut self, id: ObjectId) {
        self.identity = self.identity.take().map(|_| Identity::ObjectId(id));
    }

    fn projects(&self) -> Option<&BTreeMap<ProjectName, ProjectAccess>> {
        (!self.projects.is_empty()).then_some(&self.projects)
    }

    fn is_same(&self, other: &Attributes) -> Option<bool> {
        let other = other.access()?;
        Some(self.level.is_same(other.level) && self.roles() == other.roles())
    }
}
