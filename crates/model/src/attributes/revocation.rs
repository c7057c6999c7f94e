//! Revocations: SSH keys and personal access tokens of one user.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::credential::Credential;
use crate::ids::StorageKey;

/// The SSH keys or personal access tokens of one user, revoked. The address holds the sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevocationAttributes {
    /// Whose.
    pub member: StorageKey,
    /// Which. They have to be made anew, so their names are kept for the notice that says so.
    pub credentials: Vec<Credential>,
}

impl Content for RevocationAttributes {
    fn headline(&self) -> Cow<'_, str> {
        let names = self.credentials.iter().map(|one| one.name.as_str());
        Cow::Owned(names.collect::<Vec<_>>().join(", "))
    }

    fn member(&self) -> Option<StorageKey> {
        Some(self.member)
    }
}
