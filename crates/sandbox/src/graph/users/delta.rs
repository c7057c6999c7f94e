//! `GET /users/delta`: who has changed since one last asked, by "Use delta query to track changes".

use std::collections::BTreeSet;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::odata::{self, Filter, Operator};
use crate::reply::Reply;
use crate::world::{UserEvent, World};
use orgctl_model::ids::ObjectId;

use super::json::{Fields, UserJson};
use crate::graph::error::Refusal;
use crate::graph::list::query::path_of;
use crate::graph::shape::USER;
use crate::graph::{Answer, Call};

/// How many users a page holds; a client cannot choose.
const PAGE: usize = 200;
/// How many users can be followed by their ids.
const MAX_FOLLOWED: usize = 50;

/// Where somebody who asks again and again stands. It carries the query, as the service's does.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Standing {
    /// Everything from this event on is new.
    from: u64,
    /// Nothing from this event on is on the pages of this round; absent while nobody is new.
    until: Option<u64>,
    /// Whether this round shows everybody.
    full: bool,
    after: Option<ObjectId>,
    select: Option<String>,
    followed: Option<BTreeSet<ObjectId>>,
    at: i64,
    /// Which run of the sandbox the numbers belong to.
    run: u64,
}

/// `GET /users/delta`
pub(crate) fn changes(call: &Call<'_>) -> Answer {
    for name in ["$top", "$expand", "$orderby", "$search"] {
        if call.request.query(name).is_some() {
            let text = format!("'{name}' is not supported for delta queries.");
            return Err(Refusal::unsupported(text));
        }
    }
    let standing = match standing(call)? {
        Ok(standing) => standing,
        Err(gone) => return Ok(gone),
    };
    let fields = Fields::of_list(standing.select.as_deref())?;
    let minimal = call.request.header("prefer");
    let minimal = minimal.is_some_and(|prefer| prefer.to_lowercase().contains("return=minimal"));
    call.shared.read(|world| {
        let until = standing
            .until
            .unwrap_or_else(|| world.next_event().max(standing.from));
        let (value, last) = if standing.full {
            everybody(world, &standing, &fields)
        } else {
            changed(world, &standing, &fields, minimal)
        };
        let next = Standing {
            at: world.now().seconds(),
            after: last,
            until: last.map(|_| until),
            full: standing.full && last.is_some(),
            from: if last.is_some() { standing.from } else { until },
            ..standing.clone()
        };
        let (annotation, option) = match last {
            Some(_) => ("@odata.nextLink", "$skiptoken"),
            None => ("@odata.deltaLink", "$deltatoken"),
        };
        let body = json!({
            "@odata.context": call.context("users"),
            annotation: next.link(call, option),
            "value": value,
        });
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

/// Where the request stands, or the answer that it has to begin anew.
fn standing(call: &Call<'_>) -> Result<Result<Standing, Reply>, Refusal> {
    let request = call.request;
    let token = request
        .query("$deltatoken")
        .or_else(|| request.query("$skiptoken"));
    let token = token.filter(|token| !token.is_empty());
    let now = call.now.seconds();
    let run = call.shared.read(World::events_begun);
    let Some(token) = token.filter(|token| !token.eq_ignore_ascii_case("latest")) else {
        let from = call.shared.read(World::next_event);
        let select = request.query("$select").map(str::to_owned);
        USER.selected(select.as_deref())?;
        return Ok(Ok(Standing {
            from,
            until: None,
            full: token.is_none(),
            after: None,
            select,
            followed: request.query("$filter").map(followed).transpose()?,
            at: now,
            run,
        }));
    };
    let read = URL_SAFE_NO_PAD.decode(token).ok();
    let read = read.and_then(|bytes| serde_json::from_slice::<Standing>(&bytes).ok());
    let life = call.settings.delta_token_life_s;
    let good = read.filter(|standing| {
        let young = now.saturating_sub(standing.at) < i64::from(life);
        young && standing.run == run
    });
    Ok(good.ok_or_else(|| gone(call)))
}

/// The token is of no use any more; the header says where to begin anew.
fn gone(call: &Call<'_>) -> Reply {
    let message = "The delta token is not found or has expired. Begin anew with a full query.";
    let refusal = Refusal::new(StatusCode::GONE, "syncStateNotFound", message);
    let path = path_of(call.request);
    let fresh = call.link(&format!("{path}?$deltatoken="));
    call.dressed(Err(refusal)).header("location", fresh)
}

/// `id eq '…' or id eq '…'`, and nothing else.
fn followed(text: &str) -> Result<BTreeSet<ObjectId>, Refusal> {
    let bad = || Refusal::unsupported("A delta query can be filtered by ids only.");
    let filter = odata::parse(text)?;
    let mut found = BTreeSet::new();
    let mut open = vec![&filter];
    while let Some(filter) = open.pop() {
        match filter {
            Filter::Or(left, right) => open.extend([&**left, &**right]),
            Filter::Test(single)
                if single.operator == Operator::Equal
                    && single.property.eq_ignore_ascii_case("id") =>
            {
                let value = single.values.first().and_then(odata::Literal::as_str);
                let id = value.and_then(|value| value.parse().ok());
                found.insert(id.ok_or_else(bad)?);
            }
            Filter::Test(_) | Filter::And(..) | Filter::Not(_) | Filter::Any(_) => {
                return Err(bad());
            }
        }
    }
    if found.len() > MAX_FOLLOWED {
        return Err(bad());
    }
    Ok(found)
}

impl Standing {
    fn link(&self, call: &Call<'_>, option: &str) -> String {
        let token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        call.link(&format!("{}?{option}={token}", path_of(call.request)))
    }

    fn follows(&self, id: ObjectId) -> bool {
        let followed = self.followed.as_ref();
        followed.is_none_or(|followed| followed.contains(&id))
    }
}

/// What has never been set is left out here, not null.
fn user(world: &World, id: ObjectId, fields: &Fields) -> Option<Map<String, Value>> {
    let json = UserJson::plain(world, id, world.user(id)?, fields);
    let Ok(Value::Object(map)) = serde_json::to_value(&json) else {
        return None;
    };
    let mut map: Map<_, _> = map
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect();
    map.insert("id".to_owned(), json!(id));
    Some(map)
}

type Changes = (Vec<Value>, Option<ObjectId>);

fn everybody(world: &World, standing: &Standing, fields: &Fields) -> Changes {
    let ids = world.users_after(standing.after).map(|(id, _)| id);
    let mut ids = ids.filter(|id| standing.follows(*id));
    let page: Vec<ObjectId> = ids.by_ref().take(PAGE).collect();
    let last = ids.next().and_then(|_| page.last().copied());
    let shown = page.iter().filter_map(|id| user(world, *id, fields));
    (shown.map(Value::Object).collect(), last)
}

fn changed(world: &World, standing: &Standing, fields: &Fields, minimal: bool) -> Changes {
    let events = world.events_from(standing.from).into_iter();
    let behind = events.filter(|(id, _)| standing.after.is_none_or(|last| *id > last));
    let removed =
        |id: ObjectId, reason: &str| json!({ "id": id, "@removed": { "reason": reason } });
    let mut shown = behind
        .filter(|(id, _)| standing.follows(*id))
        .filter_map(|(id, event)| {
            let value = match event {
                UserEvent::Made => Value::Object(user(world, id, fields)?),
                UserEvent::Changed(names) => {
                    let seen = |name: &&'static str| names.contains(*name);
                    if !fields.names().iter().any(seen) {
                        return None;
                    }
                    let mut map = user(world, id, fields)?;
                    if minimal {
                        map.retain(|name, _| name == "id" || names.contains(name));
                    }
                    Value::Object(map)
                }
                UserEvent::Deleted => removed(id, "changed"),
                UserEvent::Purged => removed(id, "deleted"),
            };
            Some((id, value))
        });
    let page: Vec<_> = shown.by_ref().take(PAGE).collect();
    let last = shown.next().and_then(|_| page.last().map(|(id, _)| *id));
    (page.into_iter().map(|(_, value)| value).collect(), last)
}
