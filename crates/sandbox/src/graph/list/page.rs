//! One page of a list, whatever it lists.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::reply::Reply;
use orgctl_model::ids::ObjectId;

use super::filter::meets;
use super::query::{Position, Query};
use super::row::Row;
use crate::graph::error::Refusal;
use crate::graph::shape::{Kind, Shape};
use crate::graph::{Answer, Call};

/// The rows behind a place, in the order of their ids.
pub(crate) type Rows<'a, R> = Box<dyn Iterator<Item = R> + 'a>;

/// What a page holds.
pub(crate) struct Paged<R> {
    pub(crate) rows: Vec<R>,
    pub(crate) count: Option<usize>,
    pub(crate) next: Option<String>,
}

/// The page that a query asks for.
pub(crate) fn paged<'a, R: Row>(
    call: &Call<'_>,
    query: &Query,
    rows: &dyn Fn(Option<ObjectId>) -> Rows<'a, R>,
) -> Paged<R> {
    let fits = |row: &R| {
        let filter = query.filter.as_ref();
        let search = query.search.as_ref();
        filter.is_none_or(|filter| meets(filter, row)) && search.is_none_or(|s| s.finds(row))
    };
    if query.order.is_some() {
        let all: Vec<R> = rows(None).filter(fits).collect();
        return sorted(call, query, all);
    }
    let after = query.after.as_ref().map(|place| place.id);
    let mut behind = rows(after).filter(fits);
    let page: Vec<R> = behind.by_ref().take(query.size).collect();
    let more = behind.next().is_some();
    let last = page.last().filter(|_| more);
    Paged {
        next: last.map(|row| Position::behind(call, row.id(), None).link(call)),
        count: query.counted.then(|| rows(None).filter(fits).count()),
        rows: page,
    }
}

fn sorted<R: Row>(call: &Call<'_>, query: &Query, all: Vec<R>) -> Paged<R> {
    let order = query.order;
    let key = |row: &R| {
        let text = order.and_then(|order| row.text(order.property));
        (text.unwrap_or_default().to_lowercase(), row.id())
    };
    let count = query.counted.then_some(all.len());
    let mut keyed: Vec<_> = all.into_iter().map(|row| (key(&row), row)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let descending = order.is_some_and(|order| order.descending);
    if descending {
        keyed.reverse();
    }
    let after = query.after.as_ref();
    let after = after.map(|place| (place.key.clone().unwrap_or_default(), place.id));
    let behind = |(key, _): &((String, ObjectId), R)| match &after {
        None => true,
        Some(after) if descending => key < after,
        Some(after) => key > after,
    };
    let mut rest = keyed.into_iter().filter(behind);
    let page: Vec<_> = rest.by_ref().take(query.size).collect();
    let more = rest.next().is_some();
    let last = page.last().filter(|_| more);
    let next = last.map(|((key, id), _)| Position::behind(call, *id, Some(key.clone())).link(call));
    Paged {
        next,
        count,
        rows: page.into_iter().map(|(_, row)| row).collect(),
    }
}

/// A page as an answer.
#[derive(Serialize)]
pub(crate) struct Page<V> {
    #[serde(rename = "@odata.context")]
    pub(crate) context: String,
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<usize>,
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub(crate) next_link: Option<String>,
    pub(crate) value: Vec<V>,
}

/// An object that is written out whole, for kinds of which there are not many.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) id: ObjectId,
    pub(crate) map: Map<String, Value>,
}

impl Row for Thing {
    fn id(&self) -> ObjectId {
        self.id
    }

    fn text(&self, property: &str) -> Option<String> {
        match self.map.get(property)? {
            Value::String(text) => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn elements(&self, property: &str) -> Vec<String> {
        let values = self.map.get(property).and_then(Value::as_array);
        let texts = values.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }
}

impl Thing {
    /// A thing from an object literal.
    pub(crate) fn new(id: ObjectId, value: Value) -> Self {
        let map = match value {
            Value::Object(map) => map,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        Self { id, map }
    }

    /// Only what was selected, and nothing where the world knows nothing.
    pub(crate) fn selected(mut self, shape: &Shape, names: Option<&[&'static str]>) -> Self {
        let Some(names) = names else {
            return self;
        };
        let mut map = Map::new();
        for (name, value) in &self.map {
            // Annotations, and relations that were asked for.
            if shape.property(name).is_none() {
                map.insert(name.clone(), value.clone());
            }
        }
        for name in names {
            let known = self.map.remove(*name);
            let absent = || match shape.property(name)?.1 {
                Kind::Text | Kind::Flag | Kind::Moment => Some(Value::Null),
                Kind::Texts => Some(Value::Array(Vec::new())),
                Kind::Other => None,
            };
            if let Some(value) = known.or_else(absent) {
                map.insert((*name).to_owned(), value);
            }
        }
        Self { map, ..self }
    }
}

/// Which part of a collection is listed, and as what.
pub(crate) struct Listing<'a> {
    pub(crate) shape: &'a Shape,
    /// What stands behind `$metadata#`.
    pub(crate) context: &'a str,
}

/// A list of things, by its query options.
pub(crate) fn things<'a>(
    call: &Call<'_>,
    listing: &Listing<'_>,
    query: &Query,
    rows: &dyn Fn(Option<ObjectId>) -> Rows<'a, Thing>,
) -> Answer {
    let names = listing.shape.selected(call.request.query("$select"))?;
    let Paged { rows, count, next } = paged(call, query, rows);
    let selected = |thing: Thing| thing.selected(listing.shape, names.as_deref()).map;
    let body = Page {
        context: call.context(listing.context),
        count,
        next_link: next,
        value: rows.into_iter().map(selected).collect(),
    };
    Ok(Reply::json(StatusCode::OK, &body))
}

/// A short list of things, in their own order and without pages.
pub(crate) fn whole(call: &Call<'_>, listing: &Listing<'_>, all: Vec<Thing>) -> Answer {
    let query = Query::read(call, listing.shape)?;
    let names = listing.shape.selected(call.request.query("$select"))?;
    let fits = |thing: &Thing| {
        query
            .filter
            .as_ref()
            .is_none_or(|filter| meets(filter, thing))
    };
    let fitting = all.into_iter().filter(fits).take(query.size);
    let value: Vec<_> = fitting
        .map(|thing| thing.selected(listing.shape, names.as_deref()).map)
        .collect();
    let body = Page {
        context: call.context(listing.context),
        count: query.counted.then_some(value.len()),
        next_link: None,
        value,
    };
    Ok(Reply::json(StatusCode::OK, &body))
}

/// One thing as an answer.
pub(crate) fn single(call: &Call<'_>, context: &str, shape: &Shape, thing: Thing) -> Answer {
    let names = shape.selected(call.request.query("$select"))?;
    let thing = thing.selected(shape, names.as_deref());
    Ok(Reply::json(
        StatusCode::OK,
        &with_context(call, context, thing.map),
    ))
}

/// An object with the context in front.
pub(crate) fn with_context(
    call: &Call<'_>,
    context: &str,
    map: Map<String, Value>,
) -> Map<String, Value> {
    let context = Value::from(call.context(context));
    let first = std::iter::once(("@odata.context".to_owned(), context));
    first.chain(map).collect()
}

/// How many there are, in plain text.
pub(crate) fn counted(call: &Call<'_>, count: usize) -> Reply {
    let bom = call.settings.count_has_bom;
    let mark = if bom { "\u{feff}" } else { "" };
    let body = format!("{mark}{count}");
    Reply::bytes(StatusCode::OK, "text/plain", body.into())
}

/// What a count needs.
pub(crate) fn needs_eventual(call: &Call<'_>) -> Result<(), Refusal> {
    if call.is_eventual() {
        return Ok(());
    }
    Err(Refusal::unsupported(
        "$count is not currently supported without the header 'ConsistencyLevel: eventual'.",
    ))
}
