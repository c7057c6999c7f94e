//! The users of the graph: by page and one by one, and mapping one onto another identity.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::reply::Reply;
use crate::world::{MapRefusal, MapTarget, Member, World};
use orgctl_model::ids::{Descriptor, ObjectId, OrganizationName, StorageKey};

use super::wire::no_such;
use crate::devops::Call;
use crate::devops::entitlements::wire::GraphUser;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;
use crate::devops::protocol::page;

#[derive(Serialize)]
struct Counted<T> {
    count: usize,
    value: T,
}

/// `GET _apis/graph/users`
pub(crate) fn list(call: &Call<'_>) -> Reply {
    listed(call, |_| true)
}

/// `GET _apis/graph/serviceprincipals`
pub(crate) fn applications(call: &Call<'_>) -> Reply {
    listed(call, |member| !member.kind.is_person())
}

fn listed(call: &Call<'_>, belongs: impl Fn(&Member) -> bool) -> Reply {
    let types = call.request.query("subjectTypes").unwrap_or_default();
    let types: Vec<String> = types.split(',').map(|t| t.trim().to_lowercase()).collect();
    let wanted = |member: &Member| {
        let prefix = member.descriptor.as_str().split('.').next();
        let listed = |kind: &String| kind.is_empty() || Some(kind.as_str()) == prefix;
        !member.removed && belongs(member) && types.iter().any(listed)
    };
    let query = types.join(",");
    let after = match call.request.query("continuationToken") {
        None | Some("") => None,
        Some(token) => match page::place(token, &["graph users", &query]) {
            None => {
                return refused(
                    StatusCode::BAD_REQUEST,
                    "The continuation token is invalid.",
                );
            }
            place => place,
        },
    };
    call.shared.read(|world| {
        let size = usize::try_from(world.settings().graph_users_page).unwrap_or(usize::MAX);
        let mut members = world.members_after(after).filter(|(_, m)| wanted(m));
        let page: Vec<(StorageKey, &Member)> = members.by_ref().take(size).collect();
        let more = members.next().is_some();
        let name = &world.organization().name;
        let body = Counted {
            count: page.len(),
            value: rows(name, &page),
        };
        let reply = Reply::json(StatusCode::OK, &body);
        match page.last() {
            Some((last, _)) if more => {
                let token = page::token(*last, &["graph users", &query]);
                reply.header("x-ms-continuationtoken", token)
            }
            _ => reply,
        }
    })
}

fn rows<'a>(name: &'a OrganizationName, page: &[(StorageKey, &'a Member)]) -> Vec<GraphUser<'a>> {
    let row = |(key, member): &(StorageKey, &'a Member)| GraphUser::new(name, *key, member);
    page.iter().map(row).collect()
}

/// `GET _apis/graph/users/{descriptor}`; also of who has been removed.
pub(crate) fn get(call: &Call<'_>, descriptor: &str) -> Reply {
    let descriptor = Descriptor::new(descriptor);
    call.shared.read(|world| one(world, &descriptor))
}

fn one(world: &World, descriptor: &Descriptor) -> Reply {
    match world.member_called(descriptor) {
        Some((key, member)) => {
            let user = GraphUser::new(&world.organization().name, key, member);
            Reply::json(StatusCode::OK, &user)
        }
        None => no_such(descriptor.as_str()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateContext {
    origin_id: Option<String>,
    principal_name: Option<String>,
    storage_key: Option<String>,
}

/// `PATCH _apis/graph/users/{descriptor}`: plain JSON with exactly one way to name the target.
pub(crate) fn map(call: &Call<'_>, descriptor: &str) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let context: UpdateContext = match serde_json::from_slice(&call.request.body) {
        Ok(context) => context,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let object: Option<ObjectId> = context.origin_id.as_ref().and_then(|id| id.parse().ok());
    let target = match (
        &context.origin_id,
        &context.principal_name,
        &context.storage_key,
    ) {
        (Some(_), None, None) => object.map(MapTarget::Object),
        (None, Some(name), None) => Some(MapTarget::Name(name)),
        _ => None,
    };
    let Some(target) = target else {
        let message = "Exactly one of originId and principalName must be set.";
        return refused(StatusCode::BAD_REQUEST, message);
    };
    let descriptor = Descriptor::new(descriptor);
    call.shared
        .write(|world| match world.map(&descriptor, target) {
            Ok(key) => match world.member(key) {
                Some(member) => {
                    let user = GraphUser::new(&world.organization().name, key, member);
                    Reply::json(StatusCode::OK, &user)
                }
                None => no_such(descriptor.as_str()),
            },
            Err(refusal) => refused(map_status(&refusal), &refusal.to_string()),
        })
}

const fn map_status(refusal: &MapRefusal) -> StatusCode {
    match refusal {
        MapRefusal::NoSuchMember(_) | MapRefusal::NoSuchUser(_) => StatusCode::NOT_FOUND,
        MapRefusal::NotConnected
        | MapRefusal::TargetActive(_)
        | MapRefusal::TooManyUsers { .. } => StatusCode::BAD_REQUEST,
    }
}

/// `DELETE _apis/graph/users/{descriptor}`: disables.
pub(crate) fn disable(call: &Call<'_>, descriptor: &str) -> Reply {
    let name = Descriptor::new(descriptor);
    match call.shared.write(|world| world.disable(&name)) {
        Some(_) => Reply::empty(StatusCode::NO_CONTENT),
        None => no_such(descriptor),
    }
}
