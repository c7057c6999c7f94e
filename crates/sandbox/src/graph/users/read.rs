//! Reading users: by page, by name or id, by many ids, and how many there are.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;

use crate::odata::Filter;
use crate::reply::Reply;
use crate::world::{DeletedUser, DirectoryUser, World};
use orgctl_model::ids::ObjectId;

use super::json::{Fields, UserJson, UserRow};
use crate::graph::error::Refusal;
use crate::graph::list::expand::Expand;
use crate::graph::list::filter::{candidates, parsed};
use crate::graph::list::page::{Page, Paged, Rows, counted, needs_eventual, paged};
use crate::graph::list::query::Query;
use crate::graph::list::search::Search;
use crate::graph::objects::{Selection, kind_of, object};
use crate::graph::permissions::READ_USERS_WHOLE;
use crate::graph::shape::USER;
use crate::graph::{Answer, Call};

/// How many ids can be looked up at once.
const MAX_IDS: usize = 1000;

/// `GET /users`
pub(crate) fn list(call: &Call<'_>) -> Answer {
    let query = Query::read(call, &USER)?;
    let select = call.request.query("$select");
    let fields = readable(call, Fields::of_list(select)?)?;
    let expand = Expand::read(call, &USER)?;
    call.shared.read(|world| {
        if call.caller.is_guest(world) {
            return Err(crate::graph::caller::denied());
        }
        let matching = Matching::new(world, query.filter.as_ref());
        let Paged { rows, count, next } = paged(call, &query, &|after| matching.after(after));
        let context = select.map_or_else(|| "users".to_owned(), |names| format!("users({names})"));
        let body = Page {
            context: call.context(&context),
            count,
            next_link: next,
            value: rows
                .into_iter()
                .map(|row| UserJson {
                    expanded: expand.of(world, row.id),
                    ..UserJson::plain(world, row.id, row.user, &fields)
                })
                .collect(),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

/// The fields, if the caller may read them.
fn readable(call: &Call<'_>, fields: Fields) -> Result<Fields, Refusal> {
    let select = call.request.query("$select");
    if select.is_some() && fields.exceed_basic() {
        call.caller.needs(READ_USERS_WHOLE)?;
    }
    Ok(fields)
}

/// The users that can meet a condition, in the order of their ids.
struct Matching<'a> {
    world: &'a World,
    found: Option<BTreeSet<ObjectId>>,
}

impl<'a> Matching<'a> {
    fn new(world: &'a World, filter: Option<&Filter>) -> Self {
        Self {
            world,
            found: filter.and_then(|filter| candidates(world, filter)),
        }
    }

    fn after(&self, after: Option<ObjectId>) -> Rows<'a, UserRow<'a>> {
        let world = self.world;
        let row = |(id, user)| UserRow {
            id,
            user,
            deleted: None,
        };
        match &self.found {
            None => Box::new(world.users_after(after).map(row)),
            Some(found) => {
                let behind = found
                    .iter()
                    .filter(|id| after.is_none_or(|last| **id > last));
                let users = behind.filter_map(|id| Some((*id, world.user(*id)?)));
                let users: Vec<_> = users.collect();
                Box::new(users.into_iter().map(row))
            }
        }
    }
}

/// `GET /users/$count`
pub(crate) fn count(call: &Call<'_>) -> Answer {
    needs_eventual(call)?;
    let filter = parsed(call.request.query("$filter"), &USER, true, false)?;
    let search = Search::read(call.request.query("$search"), &USER, true)?;
    let count = call.shared.read(|world| {
        if filter.is_none() && search.is_none() {
            return world.user_count();
        }
        let matching = Matching::new(world, filter.as_ref());
        let fits = |row: &UserRow<'_>| {
            filter
                .as_ref()
                .is_none_or(|f| crate::graph::list::filter::meets(f, row))
                && search.as_ref().is_none_or(|s| s.finds(row))
        };
        matching.after(None).filter(fits).count()
    });
    Ok(counted(call, count))
}

/// A user by object id or user principal name.
pub(crate) fn find<'a>(
    world: &'a World,
    name: &str,
) -> Result<(ObjectId, &'a DirectoryUser), Refusal> {
    let by_id = name.parse().ok().and_then(|id| Some((id, world.user(id)?)));
    let found = by_id.or_else(|| world.user_called(name));
    found.ok_or_else(|| Refusal::missing(name))
}

/// `GET /users/{id | userPrincipalName}`
pub(crate) fn get(call: &Call<'_>) -> Answer {
    let fields = readable(call, Fields::selected(call.request.query("$select"))?)?;
    call.shared.read(|world| {
        let (id, _) = find(world, call.key(0))?;
        one(call, world, id, &fields, StatusCode::OK)
    })
}

/// `GET /me`
pub(crate) fn me(call: &Call<'_>) -> Answer {
    let fields = Fields::selected(call.request.query("$select"))?;
    call.shared.read(|world| {
        let id = call.caller.person(world)?;
        one(call, world, id, &fields, StatusCode::OK)
    })
}

/// One user as a whole answer.
pub(crate) fn one(
    call: &Call<'_>,
    world: &World,
    id: ObjectId,
    fields: &Fields,
    status: StatusCode,
) -> Answer {
    let missing = || Refusal::missing(&id.to_string());
    let user = world.user(id).ok_or_else(missing)?;
    let annotations = [("@odata.context", call.context("users/$entity"))];
    let expand = Expand::read(call, &USER)?;
    let body = UserJson {
        annotations: &annotations,
        expanded: expand.of(world, id),
        ..UserJson::plain(world, id, user, fields)
    };
    Ok(Reply::json(status, &body))
}

#[derive(Deserialize)]
struct ByIds {
    ids: Vec<String>,
    #[serde(default)]
    types: Option<Vec<String>>,
}

/// `POST /directoryObjects/getByIds`: who is missing is left out.
pub(crate) fn by_ids(call: &Call<'_>) -> Answer {
    let ByIds { ids, types } = call.body()?;
    if ids.len() > MAX_IDS {
        return Err(Refusal::bad_value(
            "Too many ids; at most 1000 can be looked up.",
        ));
    }
    let wants = |kind: &str| {
        let any = |wanted: &String| {
            wanted.eq_ignore_ascii_case(kind) || wanted.eq_ignore_ascii_case("directoryObject")
        };
        types
            .as_ref()
            .is_none_or(|types| types.is_empty() || types.iter().any(any))
    };
    let selection = Selection::read(call.request.query("$select"))?;
    call.shared.read(|world| {
        let mut seen = BTreeSet::new();
        let shown = |id: &String| {
            let id: ObjectId = id.parse().ok()?;
            kind_of(world, id).filter(|kind| wants(kind))?;
            let first = seen.insert(id);
            let thing = object(world, id, &selection)?;
            first.then_some(thing.map)
        };
        let body = Page {
            context: call.context("directoryObjects"),
            count: None,
            next_link: None,
            value: ids.iter().filter_map(shown).collect(),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

/// The rows of deleted users behind a place.
pub(crate) fn deleted_after<'a>(
    world: &'a World,
    after: Option<ObjectId>,
) -> Rows<'a, UserRow<'a>> {
    let row = |(id, row): (ObjectId, &'a DeletedUser)| UserRow {
        id,
        user: &row.user,
        deleted: Some(row.deleted),
    };
    Box::new(world.deleted_users_after(after).map(row))
}
