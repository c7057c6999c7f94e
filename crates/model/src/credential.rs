//! What somebody signs in with besides an account: personal access tokens and SSH keys. Their names
//! and ids only; the secrets themselves are never read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{AuthorizationId, StorageKey};

/// A personal access token or an SSH key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// The name that its owner gave it. Chosen by the person, so never trusted.
    pub name: String,
    /// Under which it is revoked.
    pub id: AuthorizationId,
    /// The day on which it ends by itself, such as `2026-12-31`, where the service says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}

/// What one user of the organization has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Personal access tokens, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Credential>,
    /// SSH keys, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<Credential>,
}

impl Held {
    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.ssh_keys.is_empty()
    }
}

/// What the users of the organization have, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    /// Everybody was asked about; who is not in it has nothing.
    Known(BTreeMap<StorageKey, Held>),
    /// The service did not tell: the caller may not administer tokens. From outside: never trusted.
    Unreadable(String),
}
