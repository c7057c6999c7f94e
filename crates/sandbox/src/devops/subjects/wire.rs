//! How Azure DevOps writes its groups, and users and groups alike.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::{Group, GroupKind, Subject, World};
use orgctl_model::ids::StorageKey;

use crate::devops::entitlements::wire::GraphUser;
use crate::devops::protocol::error::refused;

/// A group of the graph.
pub(crate) fn group(world: &World, key: StorageKey, group: &Group) -> Value {
    let name = &group.descriptor;
    let organization = &world.organization().name;
    let at = |route: &str| {
        format!("https://vssps.dev.azure.com/{organization}/_apis/Graph/{route}/{name}")
    };
    let link = |route: &str| json!({ "href": at(route) });
    let id = world.organization().id;
    let domain = group.project.map_or_else(
        || format!("vstfs:///Framework/IdentityDomain/{id}"),
        |project| format!("vstfs:///Classification/TeamProject/{project}"),
    );
    let origin_id = match group.object_id {
        Some(id) => id.guid(),
        None => key.guid(),
    };
    let origin = if group.kind == GroupKind::Directory {
        "aad"
    } else {
        "vsts"
    };
    json!({
        "subjectKind": "group",
        "description": group.description,
        "domain": domain,
        "principalName": world.group_name(group),
        "mailAddress": null,
        "origin": origin,
        "originId": origin_id,
        "displayName": group.display_name,
        "_links": {
            "self": link("Groups"),
            "memberships": link("Memberships"),
            "membershipState": link("MembershipStates"),
            "storageKey": link("StorageKeys"),
        },
        "url": at("Groups"),
        "descriptor": name,
    })
}

/// A user or group.
pub(crate) fn subject(world: &World, key: StorageKey, subject: Subject<'_>) -> Value {
    match subject {
        Subject::Group(found) => group(world, key, found),
        Subject::Member(member) => {
            let user = GraphUser::new(&world.organization().name, key, member);
            serde_json::to_value(user).unwrap_or_default()
        }
    }
}

/// The refusal of a name that nothing has.
pub(crate) fn no_such(name: &str) -> Reply {
    let message = format!("The subject {name} does not exist.");
    refused(StatusCode::NOT_FOUND, &message)
}
