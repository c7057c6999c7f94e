//! Who is in which group: "Memberships" of the Azure DevOps graph. A list has no pages: above its
//! limit it is refused.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::{Subject, World};
use orgctl_model::ids::{Descriptor, StorageKey};

use super::groups::answer;
use super::lookup::too_many;
use super::wire::no_such;
use crate::devops::Call;
use crate::devops::protocol::error::refused;

fn name_of(subject: Subject<'_>) -> &Descriptor {
    match subject {
        Subject::Member(member) => &member.descriptor,
        Subject::Group(group) => &group.descriptor,
    }
}

fn written(world: &World, member: &Descriptor, container: &Descriptor) -> Value {
    let organization = &world.organization().name;
    let base = format!("https://vssps.dev.azure.com/{organization}/_apis/Graph");
    json!({
        "containerDescriptor": container,
        "memberDescriptor": member,
        "_links": {
            "self": { "href": format!("{base}/Memberships/{member}/{container}") },
            "member": { "href": format!("{base}/Users/{member}") },
            "container": { "href": format!("{base}/Groups/{container}") },
        },
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// `GET _apis/graph/memberships/{subject}?direction=up|down&depth=1`
pub(crate) fn list(call: &Call<'_>) -> Reply {
    let asked = call.request.query("direction").unwrap_or("up");
    let direction = match asked.to_ascii_lowercase().as_str() {
        "up" | "" => Direction::Up,
        "down" => Direction::Down,
        _ => {
            let message = format!("The direction '{asked}' is neither up nor down.");
            return refused(StatusCode::BAD_REQUEST, &message);
        }
    };
    let depth = call
        .request
        .query("depth")
        .map_or(Some(1), |d| d.parse().ok());
    let Some(depth) = depth.filter(|depth: &u32| *depth > 0) else {
        return refused(
            StatusCode::BAD_REQUEST,
            "The depth must be a number from 1.",
        );
    };
    let name = call.request.segment(4);
    call.shared.read(|world| {
        let Some((key, _)) = world.subject(&Descriptor::new(name)) else {
            return no_such(name);
        };
        let limit = world.settings().devops.membership_limit;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let Some(edges) = reached(world, key, direction, depth, limit) else {
            return too_many(limit + 1, limit);
        };
        let value: Vec<Value> = edges
            .into_iter()
            .filter_map(|(member, container)| {
                let member = world.subject_at(member).map(name_of)?;
                let container = world.subject_at(container).map(name_of)?;
                Some(written(world, member, container))
            })
            .collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

/// Every membership that some steps lead to; nothing when there are more than the limit.
fn reached(
    world: &World,
    from: StorageKey,
    direction: Direction,
    depth: u32,
    limit: usize,
) -> Option<Vec<(StorageKey, StorageKey)>> {
    let mut edges = Vec::new();
    let mut seen = BTreeSet::from([from]);
    let mut rim = vec![from];
    for _ in 0..depth {
        let mut next = Vec::new();
        for key in rim {
            for other in neighbours(world, key, direction) {
                edges.push(match direction {
                    Direction::Up => (key, other),
                    Direction::Down => (other, key),
                });
                if edges.len() > limit {
                    return None;
                }
                if seen.insert(other) {
                    next.push(other);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        rim = next;
    }
    Some(edges)
}

fn neighbours<'a>(
    world: &'a World,
    key: StorageKey,
    direction: Direction,
) -> Box<dyn Iterator<Item = StorageKey> + 'a> {
    match (direction, world.group(key)) {
        (Direction::Up, _) => Box::new(world.containers_of(key).into_iter()),
        (Direction::Down, Some(group)) => world.contents_of(group),
        (Direction::Down, None) => Box::new(std::iter::empty()),
    }
}

fn ends(call: &Call<'_>) -> (Descriptor, Descriptor) {
    let name = |position| Descriptor::new(call.request.segment(position));
    (name(4), name(5))
}

/// `HEAD` and `GET _apis/graph/memberships/{subject}/{container}`
pub(crate) fn check(call: &Call<'_>) -> Reply {
    let (subject, container) = ends(call);
    call.shared.read(|world| {
        let keys = world.subject(&subject).zip(world.subject(&container));
        match keys {
            Some(((subject_key, _), (container_key, _)))
                if world.is_in(subject_key, container_key) =>
            {
                Reply::json(StatusCode::OK, &written(world, &subject, &container))
            }
            Some(_) | None => {
                let message = format!("{subject} is not a member of {container}.");
                refused(StatusCode::NOT_FOUND, &message)
            }
        }
    })
}

/// `PUT _apis/graph/memberships/{subject}/{container}`
pub(crate) fn add(call: &Call<'_>) -> Reply {
    let (subject, container) = ends(call);
    call.shared
        .write(|world| match world.join(&subject, &container) {
            Ok(()) => Reply::json(StatusCode::CREATED, &written(world, &subject, &container)),
            Err(refusal) => answer(&refusal),
        })
}

/// `DELETE _apis/graph/memberships/{subject}/{container}`
pub(crate) fn remove(call: &Call<'_>) -> Reply {
    let (subject, container) = ends(call);
    match call.shared.write(|world| world.leave(&subject, &container)) {
        Ok(true) => Reply::empty(StatusCode::OK),
        Ok(false) => {
            let message = format!("{subject} is not a member of {container}.");
            refused(StatusCode::NOT_FOUND, &message)
        }
        Err(refusal) => answer(&refusal),
    }
}
