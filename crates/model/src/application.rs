//! Applications: service principals and managed identities of a tenant that are users of an
//! organization. Pipelines sign in with them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::EffectiveLevel;
use super::ids::{ApplicationId, Descriptor, StorageKey, TenantId};

/// A service principal or managed identity that is a user of the organization. It is no member: no
/// line of org.toml is about it, and nothing maps it to another tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The name that others see.
    pub display_name: String,
    /// The id of the application that the service principal stands for, where the service gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    /// The service says that it is a managed identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed_identity: bool,
    /// The tenant that it is of, where the service gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// What Azure DevOps calls it today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptor: Option<Descriptor>,
    /// Its key among the users of the organization, where the list of access levels has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_key: Option<StorageKey>,
    /// Its access level, where the list of access levels has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<EffectiveLevel>,
}
