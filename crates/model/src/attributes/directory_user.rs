//! Directory users: members of the tenant.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::ids::ObjectId;

/// A member of the tenant. The address holds the user principal name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryUserAttributes {
    /// The name that others see.
    pub display_name: String,
    /// The deleted user who is brought back instead of making a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<ObjectId>,
}

impl Content for DirectoryUserAttributes {
    fn headline(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.display_name)
    }

    fn is_restored(&self) -> bool {
        self.restored.is_some()
    }
}
