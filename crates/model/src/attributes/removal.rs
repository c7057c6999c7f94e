//! Removals: unwanted users who are taken out of the organization.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::ids::StorageKey;

/// An unwanted user who is taken out of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemovalAttributes {
    /// Who.
    pub member: StorageKey,
    /// Why, as a reviewer reads it.
    pub reason: String,
}

impl Content for RemovalAttributes {
    fn headline(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.reason)
    }

    fn member(&self) -> Option<StorageKey> {
        Some(self.member)
    }
}
