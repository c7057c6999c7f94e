//! One type for each id, so that a storage key cannot be handed in where an object id is meant.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::policy::Policy;

macro_rules! guid_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The zero GUID.
            pub const NONE: Self = Self(Uuid::nil());

            /// Wraps a GUID that is known to be one of these.
            pub const fn new(guid: Uuid) -> Self {
                Self(guid)
            }

            /// The GUID itself.
            pub const fn guid(self) -> Uuid {
                self.0
            }

            /// Whether this is the zero GUID, which both services use for "none".
            pub const fn is_nil(self) -> bool {
                self.0.is_nil()
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text.trim()).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )+};
}

guid_ids! {
    /// A user of one Azure DevOps organization. Survives connecting and mapping, unlike a descriptor.
    StorageKey;
    /// A user in a Microsoft Entra tenant; Azure DevOps calls it the origin id.
    ObjectId;
    /// A Microsoft Entra tenant.
    TenantId;
    /// An application of Microsoft Entra. Its service principal in a tenant has an object id besides.
    ApplicationId;
    /// An Azure DevOps organization (its `instanceId`).
    OrganizationId;
    /// A project of an organization.
    ProjectId;
    /// A personal access token or SSH key, under the id by which it is revoked.
    AuthorizationId;
    /// One line of state files: every file that descends from the same first one shares it.
    Lineage;
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as the service or the caller gave it.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_ids! {
    /// What Azure DevOps calls a subject today, such as `msa.…` or `aad.…`. It changes when the
    /// organization is connected or the user is mapped, so it is never written to the state.
    Descriptor;
    /// The name of an organization: the last part of `https://dev.azure.com/contoso`.
    OrganizationName;
    /// The name of a project. The service compares it without case.
    ProjectName;
    /// What a service calls one request, for a support case.
    RequestId;
    /// A SHA-256 digest in lower-case hexadecimal.
    Digest;
    /// One run of apply: when it began, to the millisecond.
    RunId;
}

impl Digest {
    /// The digest with these bytes.
    pub fn from_hash(bytes: &[u8]) -> Self {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let digits = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16));
        Self(digits.collect())
    }
}

impl ProjectName {
    /// The name as it is compared: two spellings of one project fold to the same text.
    pub fn folded(&self) -> String {
        self.0.trim().to_lowercase()
    }
}

/// How often a state has been written.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Serial(u64);

impl Serial {
    /// Wraps a count.
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// The serial of the next write.
    #[must_use = "a serial is a value: the next one must be stored"]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The id under which a service knows what an address names.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RemoteId {
    /// A user of the organization.
    StorageKey(StorageKey),
    /// A user in the directory.
    ObjectId(ObjectId),
    /// The tenant that backs the organization.
    TenantId(TenantId),
    /// A policy of the organization: its name is its id.
    Policy(Policy),
}

impl RemoteId {
    /// The storage key, where it is one.
    pub const fn storage_key(self) -> Option<StorageKey> {
        match self {
            Self::StorageKey(key) => Some(key),
            Self::ObjectId(_) | Self::TenantId(_) | Self::Policy(_) => None,
        }
    }

    /// The object id, where it is one.
    pub const fn object_id(self) -> Option<ObjectId> {
        match self {
            Self::ObjectId(id) => Some(id),
            Self::StorageKey(_) | Self::TenantId(_) | Self::Policy(_) => None,
        }
    }
}

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StorageKey(id) => fmt::Display::fmt(id, f),
            Self::ObjectId(id) => fmt::Display::fmt(id, f),
            Self::TenantId(id) => fmt::Display::fmt(id, f),
            Self::Policy(policy) => fmt::Display::fmt(policy, f),
        }
    }
}
