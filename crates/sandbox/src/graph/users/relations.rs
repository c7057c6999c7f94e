//! What users are related to: managers, sponsors, groups and roles.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::World;
use orgctl_model::ids::ObjectId;

use super::read::find;
use crate::graph::error::Refusal;
use crate::graph::list::expand::member_of;
use crate::graph::list::page::{Page, Rows, Thing, paged, with_context};
use crate::graph::list::query::Query;
use crate::graph::objects::{Selection, cast, kind_of, object};
use crate::graph::shape::{OBJECT, Shape};
use crate::graph::{Answer, Call};

/// How many ids can be checked at once.
const MAX_CHECKED: usize = 20;

#[derive(Deserialize)]
pub(crate) struct Reference {
    #[serde(rename = "@odata.id")]
    pub(crate) target: String,
}

/// The last segment of a URL: the id of what it names, on whatever host.
pub(crate) fn last_segment(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    // `directoryObjects('id')` means the same as `directoryObjects/id`.
    let keyed = last.split_once("('").map(|(_, key)| key);
    keyed.map_or(last, |key| key.trim_end_matches("')"))
}

/// A list of ids as objects, with the options of lists.
pub(crate) fn objects(
    call: &Call<'_>,
    world: &World,
    ids: &BTreeSet<ObjectId>,
    only: Option<&Shape>,
) -> Answer {
    let shape = only.unwrap_or(&OBJECT);
    let query = Query::read(call, shape)?;
    let select = call.request.query("$select");
    let selection = Selection::read(select)?;
    let everything = Selection::read(None)?;
    // What is compared or sorted by is needed even when it is not shown.
    let looks = query.filter.is_some() || query.order.is_some() || query.search.is_some();
    let looked_at = if looks { &everything } else { &selection };
    let rows = |after: Option<ObjectId>| -> Rows<'_, Thing> {
        let behind = ids
            .iter()
            .filter(move |id| after.is_none_or(|last| **id > last));
        let kept = behind.filter(move |id| {
            let kind = kind_of(world, **id);
            kind.is_some_and(|kind| only.is_none_or(|only| only.name == kind))
        });
        Box::new(kept.filter_map(move |id| object(world, *id, looked_at)))
    };
    let page = paged(call, &query, &rows);
    let shown = page.rows.iter();
    let shown = shown.filter_map(|thing| object(world, thing.id, &selection));
    let body = Page {
        context: call.context("directoryObjects"),
        count: page.count,
        next_link: page.next,
        value: shown.map(|thing| thing.map).collect(),
    };
    Ok(Reply::json(StatusCode::OK, &body))
}

/// The type that a cast at the end of a path asks for, if it is one of those that can be there.
pub(crate) fn cast_to(segment: &str, possible: &[&str]) -> Result<&'static Shape, Refusal> {
    let shape = cast(segment).filter(|shape| possible.contains(&shape.name));
    shape.ok_or_else(|| {
        Refusal::unsupported(format!("The cast to '{segment}' is not supported here."))
    })
}

fn user_of(call: &Call<'_>, world: &World) -> Result<ObjectId, Refusal> {
    if call.is_me() {
        return call.caller.person(world);
    }
    Ok(find(world, call.key(0))?.0)
}

/// The keys behind the user's own.
fn key_behind_user<'c>(call: &'c Call<'_>) -> &'c str {
    call.key(usize::from(!call.is_me()))
}

/// `GET /users/{id}/memberOf` and `/me/memberOf`
pub(crate) fn direct(call: &Call<'_>) -> Answer {
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        objects(
            call,
            world,
            &member_of(world, id).into_iter().collect(),
            None,
        )
    })
}

/// `GET …/memberOf/microsoft.graph.group`
pub(crate) fn direct_of_type(call: &Call<'_>) -> Answer {
    let shape = cast_to(key_behind_user(call), &["group", "directoryRole"])?;
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        let all = member_of(world, id).into_iter().collect();
        objects(call, world, &all, Some(shape))
    })
}

fn all_of(world: &World, id: ObjectId) -> BTreeSet<ObjectId> {
    let roles = world.roles_of(id).into_iter();
    let roles = roles.map(|template| world.role_object(template));
    world.all_groups_of(id).into_iter().chain(roles).collect()
}

/// `GET …/transitiveMemberOf`
pub(crate) fn transitive(call: &Call<'_>) -> Answer {
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        objects(call, world, &all_of(world, id), None)
    })
}

/// `GET …/transitiveMemberOf/microsoft.graph.group`
pub(crate) fn transitive_of_type(call: &Call<'_>) -> Answer {
    let shape = cast_to(key_behind_user(call), &["group", "directoryRole"])?;
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        objects(call, world, &all_of(world, id), Some(shape))
    })
}

#[derive(Deserialize)]
struct Checked {
    ids: Vec<String>,
}

/// `POST …/checkMemberObjects`: which groups and roles of some, roles by template id too.
pub(crate) fn check(call: &Call<'_>) -> Answer {
    let Checked { ids } = call.body()?;
    if ids.len() > MAX_CHECKED {
        let text = format!("At most {MAX_CHECKED} ids can be checked at once.");
        return Err(Refusal::bad_value(text));
    }
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        let mut own: BTreeSet<String> = all_of(world, id).iter().map(ToString::to_string).collect();
        own.extend(world.roles_of(id).iter().map(ToString::to_string));
        let value: Vec<_> = ids
            .iter()
            .filter(|id| own.contains(&id.to_lowercase()))
            .collect();
        let body = json!({
            "@odata.context": call.context("Collection(Edm.String)"),
            "value": value,
        });
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

/// `POST /users/{id}/revokeSignInSessions`
pub(crate) fn revoke(call: &Call<'_>) -> Answer {
    call.shared.read(|world| user_of(call, world))?;
    let body = json!({ "@odata.context": call.context("Edm.Boolean"), "value": true });
    Ok(Reply::json(StatusCode::OK, &body))
}

/// `GET /users/{id}/manager`
pub(crate) fn manager(call: &Call<'_>) -> Answer {
    let selection = Selection::read(call.request.query("$select"))?;
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        let manager = world.directory().managers.get(&id);
        let thing = manager.and_then(|manager| object(world, *manager, &selection));
        let thing = thing.ok_or_else(|| Refusal::missing("manager"))?;
        let body = with_context(call, "directoryObjects/$entity", thing.map);
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

/// `PUT /users/{id}/manager/$ref`
pub(crate) fn set_manager(call: &Call<'_>) -> Answer {
    let Reference { target } = call.body()?;
    let target = last_segment(&target);
    call.shared.write(|world| {
        let (id, _) = find(world, call.key(0))?;
        let (manager, _) = find(world, target)?;
        world.set_manager(id, Some(manager));
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `DELETE /users/{id}/manager/$ref`
pub(crate) fn drop_manager(call: &Call<'_>) -> Answer {
    call.shared.write(|world| {
        let (id, _) = find(world, call.key(0))?;
        if !world.directory().managers.contains_key(&id) {
            return Err(Refusal::missing("manager"));
        }
        world.set_manager(id, None);
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `GET /users/{id}/sponsors`
pub(crate) fn sponsors(call: &Call<'_>) -> Answer {
    call.shared.read(|world| {
        let id = user_of(call, world)?;
        let sponsors = world.directory().sponsors.get(&id).cloned();
        objects(call, world, &sponsors.unwrap_or_default(), None)
    })
}

/// The ids that an `@odata.bind` names.
pub(crate) fn bound(value: &Value) -> Result<Vec<String>, Refusal> {
    let bad = || Refusal::bad("The value of '@odata.bind' must be URLs of directory objects.");
    let urls = value.as_array().ok_or_else(bad)?;
    let id = |url: &Value| Ok(last_segment(url.as_str().ok_or_else(bad)?).to_owned());
    urls.iter().map(id).collect()
}
