//! Reading users: by page, by name or id, by many ids, and how many there are.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::model::ids::ObjectId;
use crate::sandbox::odata::Filter;
use crate::sandbox::reply::Reply;
use crate::sandbox::request::Request;
use crate::sandbox::world::{DirectoryUser, World, derived_guid};

use super::error::Refusal;
use super::filter::{candidates, meets, parsed};
use super::user_json::{Fields, UserJson};
use super::{Answer, Call};

/// The size of a page when none is asked for.
const USUAL_PAGE: usize = 100;
/// The largest page.
const MAX_PAGE: usize = 999;
/// How many ids can be looked up at once.
const MAX_IDS: usize = 1000;

const OBJECT_TYPE: &str = "#microsoft.graph.user";

#[derive(Serialize)]
struct Page<'a> {
    #[serde(rename = "@odata.context")]
    context: String,
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    next_link: Option<String>,
    value: Vec<UserJson<'a>>,
}

/// `GET /users`
pub(super) fn list(call: &Call<'_>) -> Answer {
    let request = call.request;
    for unsupported in ["$skip", "$search", "$orderby"] {
        if request.query(unsupported).is_some() {
            let message = format!("'{unsupported}' is not supported here.");
            return Err(Refusal::unsupported(message));
        }
    }
    let counted = is_counted(request.query("$count"))?;
    let filter = parsed(request.query("$filter"), call.is_eventual() && counted)?;
    let select = request.query("$select");
    let fields = Fields::selected(select)?;
    let size = page_size(request.query("$top"))?;
    let token = request.query("$skiptoken");
    let after = token.map(|token| place(token, request)).transpose()?;
    call.shared.read(|world| {
        let largest = usize::try_from(world.settings().directory_page_max);
        let size = size.min(largest.unwrap_or(MAX_PAGE));
        let matching = Matching::new(world, filter.as_ref());
        let mut users = matching.after(after);
        let page: Vec<_> = users.by_ref().take(size).collect();
        let more = users.next().is_some();
        let next = page
            .last()
            .filter(|_| more)
            .map(|(id, _)| next_link(call, *id));
        let first = counted && call.is_eventual() && after.is_none();
        let context = select.map_or_else(|| "users".to_owned(), |names| format!("users({names})"));
        let body = Page {
            context: call.context(&context),
            count: first.then(|| matching.after(None).count()),
            next_link: next,
            value: shown(world, &page, &fields, &[]),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    })
}

fn is_counted(count: Option<&str>) -> Result<bool, Refusal> {
    match count.map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::bad(
            "Invalid value for $count query option found. The $count query option requires a \
             Boolean value such as true or false.",
        )),
    }
}

fn page_size(top: Option<&str>) -> Result<usize, Refusal> {
    let Some(top) = top else {
        return Ok(USUAL_PAGE);
    };
    let size = top
        .parse()
        .ok()
        .filter(|size| (1..=MAX_PAGE).contains(size));
    size.ok_or_else(|| {
        let message = format!("Invalid page size specified: '{top}'. Must be between 1 and 999.");
        Refusal::unsupported(message)
    })
}

/// The users that meet a condition, in the order of their ids.
struct Matching<'a> {
    world: &'a World,
    filter: Option<&'a Filter>,
    found: Option<BTreeSet<ObjectId>>,
}

impl<'a> Matching<'a> {
    fn new(world: &'a World, filter: Option<&'a Filter>) -> Self {
        Self {
            world,
            filter,
            found: filter.and_then(|filter| candidates(world, filter)),
        }
    }

    fn after(
        &self,
        after: Option<ObjectId>,
    ) -> Box<dyn Iterator<Item = (ObjectId, &'a DirectoryUser)> + '_> {
        let filter = self.filter;
        let fits = move |(id, user): &(ObjectId, &DirectoryUser)| {
            filter.is_none_or(|filter| meets(filter, *id, user))
        };
        match &self.found {
            None => Box::new(self.world.users_after(after).filter(fits)),
            Some(found) => {
                let behind = found
                    .iter()
                    .filter(move |id| after.is_none_or(|last| **id > last));
                let users = behind.filter_map(|id| Some((*id, self.world.user(*id)?)));
                Box::new(users.filter(fits))
            }
        }
    }
}

fn shown<'a>(
    world: &'a World,
    users: &[(ObjectId, &'a DirectoryUser)],
    fields: &'a Fields,
    annotations: &'a [(&'static str, String)],
) -> Vec<UserJson<'a>> {
    let initial_domain = &world.directory().initial_domain;
    let show = |(id, user): &(ObjectId, &'a DirectoryUser)| UserJson {
        id: *id,
        user,
        fields,
        annotations,
        deleted: None,
        initial_domain,
    };
    users.iter().map(show).collect()
}

/// Where the next page is: the same query, and a token that means nothing to a client.
fn next_link(call: &Call<'_>, last: ObjectId) -> String {
    let mut query = String::new();
    for (name, value) in call.request.queries() {
        if name.eq_ignore_ascii_case("$skiptoken") {
            continue;
        }
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        query.push_str(name);
        query.push('=');
        query.push_str(&value.replace('+', "%20"));
        query.push('&');
    }
    let place = format!("{last} {}", fingerprint(call.request));
    let token = URL_SAFE.encode(place).replace('=', "%3D");
    call.link(&format!("users?{query}$skiptoken={token}"))
}

fn place(token: &str, request: &Request) -> Result<ObjectId, Refusal> {
    let place = URL_SAFE.decode(token).ok();
    let place = place.and_then(|bytes| String::from_utf8(bytes).ok());
    let id = place.as_deref().and_then(|place| {
        let (id, query) = place.split_once(' ')?;
        (query == fingerprint(request)).then(|| id.parse().ok())?
    });
    id.ok_or_else(|| {
        let message = "The specified page token value has expired and can no longer be included \
                       in your request.";
        let status = StatusCode::BAD_REQUEST;
        Refusal::new(status, "Directory_ExpiredPageToken", message)
    })
}

/// What a page token belongs to.
fn fingerprint(request: &Request) -> String {
    let part = |name| request.query(name).unwrap_or_default();
    derived_guid(&[part("$filter"), part("$select")])
        .simple()
        .to_string()
}

/// `GET /users/$count`
pub(super) fn count(call: &Call<'_>) -> Answer {
    if !call.is_eventual() {
        return Err(Refusal::unsupported(
            "$count is not currently supported without the header 'ConsistencyLevel: eventual'.",
        ));
    }
    let filter = parsed(call.request.query("$filter"), true)?;
    let count = call.shared.read(|world| match &filter {
        None => world.directory().users.len(),
        Some(_) => Matching::new(world, filter.as_ref()).after(None).count(),
    });
    Ok(Reply::bytes(
        StatusCode::OK,
        "text/plain",
        count.to_string().into(),
    ))
}

/// A user by object id or user principal name.
pub(super) fn find<'a>(
    world: &'a World,
    name: &str,
) -> Result<(ObjectId, &'a DirectoryUser), Refusal> {
    let by_id = name.parse().ok().and_then(|id| Some((id, world.user(id)?)));
    let found = by_id.or_else(|| world.user_called(name));
    found.ok_or_else(|| Refusal::missing(name))
}

/// `GET /users/{id | userPrincipalName}`
pub(super) fn get(call: &Call<'_>, name: &str) -> Answer {
    let fields = Fields::selected(call.request.query("$select"))?;
    call.shared.read(|world| {
        let (id, _) = find(world, name)?;
        one(call, world, id, &fields, StatusCode::OK)
    })
}

/// One user as a whole answer.
pub(super) fn one(
    call: &Call<'_>,
    world: &World,
    id: ObjectId,
    fields: &Fields,
    status: StatusCode,
) -> Answer {
    let missing = || Refusal::missing(&id.to_string());
    let user = world.user(id).ok_or_else(missing)?;
    let annotations = [("@odata.context", call.context("users/$entity"))];
    let body = UserJson {
        id,
        user,
        fields,
        annotations: &annotations,
        deleted: None,
        initial_domain: &world.directory().initial_domain,
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
pub(super) fn by_ids(call: &Call<'_>) -> Answer {
    let ByIds { ids, types } = serde_json::from_slice(&call.request.body)?;
    if ids.len() > MAX_IDS {
        return Err(Refusal::bad_value(
            "Too many ids; at most 1000 can be looked up.",
        ));
    }
    let wants_users = types.is_none_or(|types| {
        let user = |kind: &String| matches!(kind.as_str(), "user" | "directoryObject");
        types.is_empty() || types.iter().any(user)
    });
    let fields = Fields::selected(call.request.query("$select"))?;
    let annotations = [("@odata.type", OBJECT_TYPE.to_owned())];
    call.shared.read(|world| {
        let user = |id: &String| {
            let id = id.parse().ok()?;
            Some((id, world.user(id)?))
        };
        let wanted = ids.iter().filter(|_| wants_users);
        let found: Vec<_> = wanted.filter_map(user).collect();
        let body = Page {
            context: call.context("directoryObjects"),
            count: None,
            next_link: None,
            value: shown(world, &found, &fields, &annotations),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    })
}
