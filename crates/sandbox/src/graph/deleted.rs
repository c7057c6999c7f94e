//! What was deleted and can be restored.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::World;
use orgctl_model::ids::ObjectId;

use super::error::Refusal;
use super::list::page::{Listing, Page, Paged, Rows, Thing, paged, things, with_context};
use super::list::query::Query;
use super::list::row::Row as _;
use super::objects::{self, cast, typed};
use super::shape::{GROUP, USER};
use super::users::json::{Fields, UserJson, UserRow};
use super::users::read::deleted_after;
use super::{Answer, Call};

/// `GET /directory/deletedItems/microsoft.graph.user`
pub(super) fn list(call: &Call<'_>) -> Answer {
    match cast(call.key(0)).map(|shape| shape.name) {
        Some("user") => users(call),
        Some("group") => groups(call),
        Some(_) => {
            let text = "The cast is not supported for deleted items.";
            Err(Refusal::unsupported(text))
        }
        None => get(call),
    }
}

fn users(call: &Call<'_>) -> Answer {
    let query = Query::read(call, &USER)?;
    let fields = Fields::of_list(call.request.query("$select"))?;
    call.shared.read(|world| {
        let Paged { rows, count, next } = paged(call, &query, &|after| deleted_after(world, after));
        let body = Page {
            context: call.context("users"),
            count,
            next_link: next,
            value: rows.iter().map(|row| shown(world, row, &fields)).collect(),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

fn shown<'a>(world: &'a World, row: &UserRow<'a>, fields: &'a Fields) -> UserJson<'a> {
    UserJson {
        deleted: row.deleted,
        ..UserJson::plain(world, row.id, row.user, fields)
    }
}

fn groups(call: &Call<'_>) -> Answer {
    let query = Query::read(call, &GROUP)?;
    let listing = Listing {
        shape: &GROUP,
        context: "groups",
    };
    call.shared.read(|world| {
        let rows = |after: Option<ObjectId>| -> Rows<'_, Thing> {
            let rows = world.directory().deleted_groups.iter();
            let behind = rows.filter(move |(id, _)| after.is_none_or(|last| **id > last));
            Box::new(behind.map(|(id, row)| objects::group(*id, &row.group, Some(row.deleted))))
        };
        things(call, &listing, &query, &rows)
    })
}

/// `GET /directory/deletedItems/{id}`
fn get(call: &Call<'_>) -> Answer {
    let select = call.request.query("$select");
    call.shared.read(|world| {
        let id: Option<ObjectId> = call.key(0).parse().ok();
        let thing = id
            .map(|id| deleted(world, id, select))
            .transpose()?
            .flatten();
        let thing = thing.ok_or_else(|| Refusal::missing(call.key(0)))?;
        let body = with_context(call, "directoryObjects/$entity", thing.map);
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

fn deleted(world: &World, id: ObjectId, select: Option<&str>) -> Result<Option<Thing>, Refusal> {
    let directory = world.directory();
    if let Some(row) = directory.deleted_groups.get(&id) {
        let names = GROUP.selected(select)?;
        let thing = objects::group(id, &row.group, Some(row.deleted));
        return Ok(Some(typed(
            "group",
            thing.selected(&GROUP, names.as_deref()),
        )));
    }
    let Some(row) = world.deleted_user(id) else {
        return Ok(None);
    };
    let fields = Fields::selected(select)?;
    let row = UserRow {
        id,
        user: &row.user,
        deleted: Some(row.deleted),
    };
    let value = serde_json::to_value(shown(world, &row, &fields))?;
    Ok(Some(typed("user", Thing::new(row.id(), value))))
}

fn object_id(name: &str) -> Result<ObjectId, Refusal> {
    name.parse().map_err(|_| Refusal::missing(name))
}

/// Two users may share an address here, so there is never a conflict to reconcile.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Restore {
    #[serde(default)]
    new_user_principal_name: Option<String>,
}

/// `POST /directory/deletedItems/{id}/restore`
pub(super) fn restore(call: &Call<'_>) -> Answer {
    let id = object_id(call.key(0))?;
    let order: Restore = if call.request.body.is_empty() {
        Restore::default()
    } else {
        call.body()?
    };
    let name = order.new_user_principal_name;
    let kind = call.shared.write(|world| {
        if world.restore_group(id) {
            return Ok::<_, Refusal>("#microsoft.graph.group");
        }
        world.restore_user(id, name.as_deref())?;
        Ok("#microsoft.graph.user")
    })?;
    let body = json!({
        "@odata.context": call.context("directoryObjects/$entity"),
        "@odata.type": kind,
        "id": id,
        "deletedDateTime": Value::Null,
    });
    Ok(Reply::json(StatusCode::OK, &body))
}

/// `DELETE /directory/deletedItems/{id}`
pub(super) fn purge(call: &Call<'_>) -> Answer {
    let id = object_id(call.key(0))?;
    call.shared.write(|world| {
        if !world.purge_group(id) {
            world.purge_user(id)?;
        }
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}
