//! Mappings: members of the organization who become identities of the directory.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Attributes;
use super::content::Content;
use super::identity::Identity;
use crate::ids::{ObjectId, StorageKey};
use crate::person::Email;

/// A member of the organization and the directory identity it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MappingAttributes {
    /// Whose work, history and permissions are kept.
    pub member: StorageKey,
    /// The name under which the person signs in afterwards.
    pub to: Email,
    /// The identity behind that name.
    pub identity: Identity,
    /// Whether the person is to be told that it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inform: bool,
}

impl Content for MappingAttributes {
    fn headline(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.to.as_str())
    }

    fn member(&self) -> Option<StorageKey> {
        Some(self.member)
    }

    fn identity(&self) -> Option<&Identity> {
        Some(&self.identity)
    }

    fn bind(&mut self, id: ObjectId) {
        self.identity = Identity::ObjectId(id);
    }

    fn is_same(&self, other: &Attributes) -> Option<bool> {
        Some(self.identity == other.mapping()?.identity)
    }
}
