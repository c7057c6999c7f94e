//! Who asks, and what they may do: read from the token alone, as the service does.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::credentials::{CLIENT_ID, GRAPH_TOKEN, bearer};
use crate::request::Request;
use crate::shared::Shared;
use crate::token::{AccessToken, GRAPH_AUDIENCE};
use crate::world::World;
use orgctl_model::ids::ObjectId;
use orgctl_model::live::UserType;

use super::error::Refusal;

/// Who asks.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    /// The sandbox's own token, or that of its own application: the person whom the world calls its caller, and every permission.
    Anything,
    /// An application without a person.
    Application {
        /// Its object in the tenant.
        id: ObjectId,
        /// Its permissions.
        roles: BTreeSet<String>,
    },
    /// A person, through an application.
    Person {
        /// Their object in the tenant.
        id: ObjectId,
        /// What the application may do for them.
        scopes: BTreeSet<String>,
    },
}

impl Caller {
    /// Reads the token of a request.
    pub(super) fn of(shared: &Shared, request: &Request) -> Result<Self, Refusal> {
        let Some(text) = request.header("authorization").and_then(bearer) else {
            return Err(invalid("Access token is empty."));
        };
        if text.is_empty() {
            return Err(invalid("Access token is empty."));
        }
        if text == GRAPH_TOKEN {
            return Ok(Self::Anything);
        }
        let wrong = "Access token validation failure. Invalid audience.";
        let token = AccessToken::read(text).ok_or_else(|| invalid(wrong))?;
        if token.aud != GRAPH_AUDIENCE {
            return Err(invalid(wrong));
        }
        if token.tid != shared.read(|world| world.directory().tenant) {
            return Err(invalid(wrong));
        }
        if token.exp <= shared.now_s() {
            return Err(invalid("Lifetime validation failed, the token is expired."));
        }
        Ok(match token.scp {
            // The sandbox's own application, which the tenant has no object for.
            None if token.appid == CLIENT_ID && token.oid.is_nil() => Self::Anything,
            None => Self::Application {
                id: token.oid,
                roles: token.roles,
            },
            Some(scopes) => Self::Person {
                id: token.oid,
                scopes: scopes.split(' ').map(str::to_owned).collect(),
            },
        })
    }

    /// Whether one of some permissions is there; none asked for is enough.
    pub(super) fn may(&self, any_of: &[&str]) -> bool {
        let has = |own: &BTreeSet<String>| {
            let same = |own: &String| any_of.iter().any(|name| name.eq_ignore_ascii_case(own));
            own.iter().any(same)
        };
        any_of.is_empty()
            || match self {
                Self::Anything => true,
                Self::Application { roles, .. } => has(roles),
                Self::Person { scopes, .. } => has(scopes),
            }
    }

    /// The refusal of who may not.
    pub(super) fn needs(&self, any_of: &[&str]) -> Result<(), Refusal> {
        if self.may(any_of) {
            return Ok(());
        }
        Err(denied())
    }

    /// Whether no person stands behind it.
    pub(super) const fn is_application(&self) -> bool {
        matches!(self, Self::Application { .. })
    }

    /// Whether it is a guest, whom most lists are closed to.
    pub(super) fn is_guest(&self, world: &World) -> bool {
        match self {
            Self::Anything | Self::Application { .. } => false,
            Self::Person { id, .. } => {
                let user = world.user(*id);
                user.is_some_and(|user| user.user_type == UserType::Guest)
            }
        }
    }

    /// The object that acts, for the rules on administrators.
    pub(super) const fn acting(&self) -> Option<ObjectId> {
        match self {
            Self::Anything => None,
            Self::Application { id, .. } | Self::Person { id, .. } => Some(*id),
        }
    }

    /// The person who is signed in.
    pub(super) fn person(&self, world: &World) -> Result<ObjectId, Refusal> {
        match self {
            Self::Application { .. } => Err(Refusal::bad(
                "/me request is only valid with delegated authentication flow.",
            )),
            Self::Person { id, .. } => Ok(*id),
            Self::Anything => {
                let caller = world.caller().map(|(_, member)| member);
                let bound = caller.and_then(|member| member.object_id);
                let named = || {
                    let name = &caller?.principal_name;
                    world.user_called(name).map(|(id, _)| id)
                };
                bound.or_else(named).ok_or_else(|| Refusal::missing("me"))
            }
        }
    }
}

/// Not enough permissions.
pub(super) fn denied() -> Refusal {
    let message = "Insufficient privileges to complete the operation.";
    Refusal::new(
        StatusCode::FORBIDDEN,
        "Authorization_RequestDenied",
        message,
    )
}

fn invalid(message: &str) -> Refusal {
    let status = StatusCode::UNAUTHORIZED;
    Refusal::new(status, "InvalidAuthenticationToken", message)
}
