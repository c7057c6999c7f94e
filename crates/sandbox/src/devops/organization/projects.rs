//! Projects, as far as people are made members of them: "Projects" of the Azure DevOps REST
//! reference.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::World;

use crate::devops::Call;
use crate::devops::protocol::error::problem;

/// Projects on a page, when nobody says how many.
const USUAL_PAGE: usize = 100;

fn written(world: &World, id: Uuid, name: &str) -> Value {
    let organization = &world.organization().name;
    json!({
        "id": id,
        "name": name,
        "url": format!("https://dev.azure.com/{organization}/_apis/projects/{id}"),
        "state": "wellFormed",
        "revision": 1,
        "visibility": "private",
        "lastUpdateTime": "0001-01-01T00:00:00",
    })
}

/// `GET _apis/projects`
pub(crate) fn list(call: &Call<'_>) -> Reply {
    let number = |name| {
        call.request
            .query(name)
            .and_then(|n| n.parse::<usize>().ok())
    };
    // The token is the number of projects that have been shown.
    let skip = number("continuationToken").or_else(|| number("$skip"));
    let skip = skip.unwrap_or(0);
    let top = number("$top").unwrap_or(USUAL_PAGE);
    call.shared.read(|world| {
        let projects = &world.contents().projects;
        let page = projects.iter().skip(skip).take(top);
        let rows = page.map(|(id, project)| written(world, *id, &project.name));
        let value: Vec<Value> = rows.collect();
        let shown = skip.saturating_add(value.len());
        let body = json!({ "count": value.len(), "value": value });
        let reply = Reply::json(StatusCode::OK, &body);
        if shown < projects.len() {
            return reply.header("x-ms-continuationtoken", shown.to_string());
        }
        reply
    })
}

/// `GET _apis/projects/{id or name}`
pub(crate) fn get(call: &Call<'_>, wanted: &str) -> Reply {
    call.shared.read(|world| {
        let mut projects = world.contents().projects.iter();
        let folded = wanted.to_lowercase();
        let found = projects.find(|(id, project)| {
            id.to_string() == folded || project.name.to_lowercase() == folded
        });
        match found {
            Some((id, project)) => Reply::json(StatusCode::OK, &written(world, *id, &project.name)),
            None => problem(
                StatusCode::NOT_FOUND,
                "ProjectDoesNotExistWithNameException",
                &format!("TF200016: The following project does not exist: {wanted}."),
            ),
        }
    })
}
