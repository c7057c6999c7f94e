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
    /// What the directory calls the account; of one that the plan makes or invites, the name in its line.
    /// Chosen by strangers: never trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name under which the person signs in today, where it is on neither side of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Email>,
    /// The sign-in name of the account, where the line names it by another address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Email>,
    /// Why the pair is right, although the names differ; from the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl MappingAttributes {
    /// A mapping of which nothing is said besides.
    pub const fn new(member: StorageKey, to: Email, identity: Identity) -> Self {
        Self {
            member,
            to,
            identity,
            inform: false,
            name: None,
            from: None,
            account: None,
            because: None,
        }
    }
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

    fn drop_remarks(&mut self) {
        (self.name, self.because) = (None, None);
        (self.from, self.account) = (None, None);
    }

    /// Goes by the identity: names change, and a reason changes nothing.
    fn is_same(&self, other: &Attributes) -> Option<bool> {
        Some(self.identity == other.mapping()?.identity)
    }
}
