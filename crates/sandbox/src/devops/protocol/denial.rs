//! What the service says to who is known and has not the right. Which of three ways it takes is a
//! setting of the world: its documentation knows all of them.

use axum::http::StatusCode;

use crate::reply::Reply;
use crate::world::{Denial, World};

use super::error::{problem, refused};
use crate::devops::Call;

/// The refusal of a caller who does not administer the organization.
pub(crate) fn unless_administrator(call: &Call<'_>) -> Option<Reply> {
    let administers = call.shared.read(World::caller_is_administrator);
    (!administers).then(|| of(call))
}

/// The refusal of a caller without the right.
pub(crate) fn of(call: &Call<'_>) -> Reply {
    match call.shared.read(|world| world.settings().devops.denial) {
        Denial::Forbidden => refused(StatusCode::FORBIDDEN, &words(&caller(call))),
        Denial::Unauthorized => unauthorized(call),
        Denial::NotFound => missing(),
    }
}

/// What is said to somebody without the right.
pub(crate) fn words(name: &str) -> String {
    format!(
        "Access denied. {name} needs the permissions of Project Collection Administrators to \
         perform this action."
    )
}

/// The refusal of the routes whose documentation lists 401 and 404 and no 403.
pub(crate) fn without_forbidden(call: &Call<'_>) -> Reply {
    match call.shared.read(|world| world.settings().devops.denial) {
        Denial::Forbidden | Denial::Unauthorized => unauthorized(call),
        Denial::NotFound => missing(),
    }
}

fn unauthorized(call: &Call<'_>) -> Reply {
    let name = caller(call);
    let message = format!("TF400813: The user '{name}' is not authorized to access this resource.");
    problem(
        StatusCode::UNAUTHORIZED,
        "UnauthorizedRequestException",
        &message,
    )
}

fn missing() -> Reply {
    refused(StatusCode::NOT_FOUND, "The resource cannot be found.")
}

fn caller(call: &Call<'_>) -> String {
    let name = call
        .shared
        .read(|world| Some(world.caller()?.1.principal_name.clone()));
    name.unwrap_or_default()
}
