//! How Azure DevOps behaves where its documentation says nothing: every such thing can be switched.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a caller without the right to something is told so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// 403.
    #[default]
    Forbidden,
    /// 401 and TF400813.
    Unauthorized,
    /// 404, as if it were not there.
    NotFound,
}

/// Why a change of tenant is refused, on order. Most of it can also be played by making it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TenantRefusal {
    /// The caller is a guest of the tenant.
    Guest,
    /// The caller has no account in the tenant.
    NoAccount,
    /// Two users share a sign-in name.
    SharedName,
    /// The tenant restricts who may bring organizations into it.
    Restricted,
    /// Leaving a tenant ends in SQL error 400101, which only Microsoft's support can mend.
    Spoilt,
}

/// How Azure DevOps behaves where its documentation says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one open question about the service with two answers"
)]
pub struct DevOps {
    /// How a caller without the right to something is told so.
    pub denial: Denial,
    /// Whether `Graph/ResolveDisconnectedUsers` is there.
    pub resolve_disconnected_users: bool,
    /// Whether a list of organization policies wraps each in a `policy` of its own.
    pub nested_policies: bool,
    /// Whether the caller may look into the directory when adding users and groups.
    pub directory_readable: bool,
    /// Whether a bulk change of entitlements is answered before it is complete.
    pub bulk_takes_a_while: bool,
    /// How many changes one bulk change takes; `null` for as many as asked for.
    pub bulk_limit: Option<u32>,
    /// Whether adding a user who is there already is an error.
    pub adding_again_fails: bool,
    /// Whether removing a user a second time is done once more.
    pub removing_again_succeeds: bool,
    /// Whether the tenant can be changed without disconnecting first.
    pub direct_change: bool,
    /// Whether users can be mapped before the tenant header shows a change of tenant.
    pub maps_while_connecting: bool,
    /// Whether personal access tokens outlive a change of tenant.
    pub tokens_survive_connecting: bool,
    /// Whether the owner must have a personal account before the organization is disconnected.
    pub owner_must_be_personal: bool,
    /// Why every change of tenant is refused; `null` where only the rules refuse.
    pub tenant_refusal: Option<TenantRefusal>,
    /// Whether the portal's data providers fail with `AadGraphException`.
    pub providers_fail: bool,
    /// How many groups and members a list of memberships takes before it is refused.
    pub membership_limit: u32,
}

impl Default for DevOps {
    fn default() -> Self {
        Self {
            denial: Denial::default(),
            resolve_disconnected_users: false,
            nested_policies: false,
            directory_readable: true,
            bulk_takes_a_while: false,
            bulk_limit: None,
            adding_again_fails: false,
            removing_again_succeeds: false,
            direct_change: false,
            maps_while_connecting: true,
            tokens_survive_connecting: true,
            owner_must_be_personal: false,
            tenant_refusal: None,
            providers_fail: false,
            // The number in the service's own message TF400049.
            membership_limit: 500,
        }
    }
}
