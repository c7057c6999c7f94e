//! How the directory and its sign-in behave, where the public documentation leaves it open.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::world::directory::device_codes::CodeOutcome;

/// How the directory behaves.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question the documentation leaves open"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DirectorySettings {
    /// How long the link to a next page is good, in seconds of the world.
    pub page_token_life_s: u32,
    /// How long a delta token is good, in seconds of the world.
    pub delta_token_life_s: u32,
    /// How long an access token is good, in seconds of the sandbox's clock.
    pub token_life_s: u32,
    /// Whether the sandbox's fixed bearer tokens are given out: to its own application, and to
    /// everybody who asks for one for Azure DevOps. They never end; every other token does.
    pub fixed_tokens: bool,
    /// Whether inviting who has accepted before is answered with `Completed`, and not with
    /// `PendingAcceptance`.
    pub accepted_are_completed: bool,
    /// Whether inviting the address of a deleted guest is refused; a second guest is made
    /// otherwise.
    pub deleted_block_invites: bool,
    /// The status of the refusal of a blocked domain: 400 or 403.
    pub blocked_domain_status: u16,
    /// Whether an unknown tenant is an `invalid_request`, and not an `invalid_tenant`.
    pub unknown_tenant_is_invalid_request: bool,
    /// Whether a condition on `externalUserState` needs an advanced query.
    pub external_state_is_advanced: bool,
    /// Whether `User.EnableDisableAccount.All` needs no `User.Read.All` beside it.
    pub enabling_needs_one_permission: bool,
    /// Whether `/users/$count` begins with a byte order mark.
    pub count_has_bom: bool,
    /// What the people do who are asked for a device code.
    pub device_code: CodeOutcome,
}

impl Default for DirectorySettings {
    fn default() -> Self {
        Self {
            // Minutes, by what users of the service report.
            page_token_life_s: 1800,
            // Seven days, by the documentation of delta queries.
            delta_token_life_s: 604_800,
            // What the token service answers in `expires_in`.
            token_life_s: 3599,
            fixed_tokens: true,
            accepted_are_completed: true,
            deleted_block_invites: false,
            blocked_domain_status: 400,
            unknown_tenant_is_invalid_request: false,
            external_state_is_advanced: false,
            enabling_needs_one_permission: true,
            count_has_bom: false,
            device_code: CodeOutcome::Pending,
        }
    }
}
