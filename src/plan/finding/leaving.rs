//! What is found when the organization is taken off a tenant, to be connected to another one or to
//! none: what is lost, and who can sign in without it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::ids::TenantId;
use crate::model::person::Email;

/// What was found, with the data that shows it. Its `Display` is the message.
#[derive(
    thiserror::Error,
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Leaving {
    /// Another tenant backs the organization, and org.toml does not give it up.
    #[error("the organization is connected to tenant {connected}, not to {wanted}")]
    ConnectedElsewhere {
        /// The tenant that does.
        connected: TenantId,
        /// The tenant that org.toml names.
        wanted: TenantId,
    },
    /// Another tenant backs the organization than the one that org.toml leaves.
    #[error("the organization is connected to tenant {connected}, and {named} is to be left")]
    DisconnectedElsewhere {
        /// The tenant that does.
        connected: TenantId,
        /// The tenant that org.toml names.
        named: TenantId,
    },
    /// Somebody without an access level of their own.
    #[error("{person} has access through a group of the tenant only, and would lose it")]
    GroupAccessLost {
        /// Who.
        person: Email,
    },
    /// The owner has an account of the tenant.
    #[error("the owner {owner} has an account of a tenant, not a personal Microsoft account")]
    OwnerNotPersonal {
        /// Who.
        owner: Email,
    },
    /// Nobody but the owner knows whether they have a personal account.
    #[error("the owner {owner} needs a personal Microsoft account of this address")]
    OwnerMayNotBePersonal {
        /// Who.
        owner: Email,
    },
    /// The service did not say who the owner is.
    #[error("the service did not say who owns the organization")]
    OwnerUnknown,
    /// The one whose credentials are used may not get in without the tenant.
    #[error("{caller}, whose credentials are in use, may have no access without the tenant")]
    CallerMayBeLockedOut {
        /// Who.
        caller: Email,
    },
    /// Somebody with an account of the tenant.
    #[error("{person} has an account of the tenant, and would lose access")]
    SignInLost {
        /// Who.
        person: Email,
    },
    /// Nobody but the person knows whether they have a personal account.
    #[error("{person} could sign in only with a personal Microsoft account of this address")]
    SignInUncertain {
        /// Who.
        person: Email,
    },
    /// How many go on signing in.
    #[error("{personal} of {users} users are known to have a personal Microsoft account")]
    SignInRemains {
        /// How many.
        personal: u32,
        /// Of how many.
        users: u32,
    },
    /// Lines about the directory have no effect on an organization without one.
    #[error(
        "nothing of [members] ({members}) and [guests] ({guests}) is applied while \
         tenant.connection is \"disconnected\""
    )]
    LinesWait {
        /// How many lines `[members]` has.
        members: u32,
        /// How many lines `[guests]` has.
        guests: u32,
    },
}

impl Leaving {
    /// The rule that found it.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::ConnectedElsewhere { .. } => "connected_elsewhere",
            Self::DisconnectedElsewhere { .. } => "disconnected_elsewhere",
            Self::GroupAccessLost { .. } => "group_access_lost",
            Self::OwnerNotPersonal { .. } => "owner_not_personal",
            Self::OwnerMayNotBePersonal { .. } => "owner_may_not_be_personal",
            Self::OwnerUnknown => "owner_unknown",
            Self::CallerMayBeLockedOut { .. } => "caller_may_be_locked_out",
            Self::SignInLost { .. } => "sign_in_lost",
            Self::SignInUncertain { .. } => "sign_in_uncertain",
            Self::SignInRemains { .. } => "sign_in_remains",
            Self::LinesWait { .. } => "lines_wait",
        }
    }

    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::ConnectedElsewhere { .. } => {
                "to move it, give the tenant up in a reviewed change: write its id as `replaces` \
                 under [tenant]; to leave it there, name that tenant as `id`"
            }
            Self::DisconnectedElsewhere { .. } => {
                "name under [tenant] the tenant that is to be left"
            }
            Self::GroupAccessLost { .. } => {
                "give them an access level of their own first, so that they keep it and a line can \
                 speak of them"
            }
            Self::OwnerNotPersonal { .. } => {
                "first make somebody with a personal Microsoft account the owner, in the \
                 organization settings; a move to another tenant needs none when a person makes it \
                 (connect_with = \"portal\")"
            }
            Self::OwnerMayNotBePersonal { .. } => {
                "make sure that there is one, or first make somebody else the owner"
            }
            Self::OwnerUnknown => {
                "look at the overview page of the organization settings: the owner needs a personal \
                 Microsoft account, for without a tenant nobody else can sign in"
            }
            Self::CallerMayBeLockedOut { .. } => {
                "have an administrator with a personal Microsoft account at hand; a move to another \
                 tenant needs none when a person makes it (connect_with = \"portal\")"
            }
            Self::SignInLost { .. } => {
                "take them out under [remove], or accept it: guards.unlisted_users = \"warn\""
            }
            Self::SignInUncertain { .. } => {
                "ask them; then take them out under [remove], or accept it: guards.unlisted_users = \
                 \"warn\""
            }
            Self::SignInRemains { .. } => "tell everybody before it happens how they sign in then",
            Self::LinesWait { .. } => {
                "nothing: they are for the day when it is connected again; delete them if that never \
                 comes"
            }
        }
    }
}
