//! What the author of a world decided about invitations: by address or by domain.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the invitation of an address goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InviteRule {
    /// Refused: a verified domain of the tenant.
    OwnDomain,
    /// Refused: the account is there and blocked.
    BlockedAccount,
    /// Refused: the account is there.
    ExistingAccount,
    /// Refused: another object has the address among its proxy addresses.
    ProxyConflict,
    /// Refused: no address.
    InvalidAddress,
    /// Refused: the address of a group.
    GroupAddress,
    /// Refused: the list of domains.
    BlockedDomain,
    /// Refused: cross-tenant access settings.
    CrossTenant,
    /// Refused: guests are not allowed, or not by this caller.
    NotAllowed,
    /// Refused: no right to begin a guest anew.
    Generic,
    /// Refused: the application lacks the permission.
    Unauthorized,
    /// Answered like any other, and yet no user ever appears.
    Vanishes,
}
