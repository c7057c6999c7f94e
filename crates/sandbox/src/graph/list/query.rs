//! The query options of a list, read and checked once for every kind of thing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::odata::Filter;
use crate::request::Request;
use crate::world::derived_guid;
use orgctl_model::ids::ObjectId;

use super::filter;
use super::search::Search;
use crate::graph::Call;
use crate::graph::error::Refusal;
use crate::graph::shape::{Kind, Shape};

/// The size of a page when none is asked for.
const USUAL_PAGE: usize = 100;
/// The largest page.
const MAX_PAGE: usize = 999;

/// The query options of a list.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: Option<Filter>,
    pub(crate) search: Option<Search>,
    pub(crate) order: Option<Order>,
    pub(crate) size: usize,
    /// Whether the answer says how many there are in all.
    pub(crate) counted: bool,
    pub(crate) after: Option<Position>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) property: &'static str,
    pub(crate) descending: bool,
}

/// Where a page begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The last thing of the page before.
    pub(crate) id: ObjectId,
    /// What it was sorted by.
    pub(crate) key: Option<String>,
    /// When that page was given.
    pub(crate) at: i64,
    /// What was asked.
    pub(crate) query: String,
}

impl Query {
    /// Reads the options of a list.
    pub(crate) fn read(call: &Call<'_>, shape: &Shape) -> Result<Self, Refusal> {
        let request = call.request;
        if request.query("$skip").is_some() {
            return Err(Refusal::unsupported(
                "'$skip' is not supported by the service.",
            ));
        }
        let wants_count = wants_count(request)?;
        let advanced = call.is_eventual() && wants_count;
        let lone = call.settings.external_state_is_advanced;
        let text = request.query("$filter");
        let filter = filter::parsed(text, shape, advanced, lone)?;
        let search = Search::read(request.query("$search"), shape, call.is_eventual())?;
        let order = Order::read(request.query("$orderby"), shape)?;
        if order.is_some() && filter.is_some() && !advanced {
            return Err(Refusal::unsupported(
                "Sorting not supported for current query. It needs the header 'ConsistencyLevel: \
                 eventual' and '$count=true'.",
            ));
        }
        let token = request.query("$skiptoken");
        let after = token.map(|token| Position::read(call, token)).transpose()?;
        Ok(Self {
            filter,
            search,
            order,
            size: page_size(request.query("$top"))?.min(call.largest_page),
            counted: wants_count && call.is_eventual() && after.is_none(),
            after,
        })
    }
}

/// `$count=true`
fn wants_count(request: &Request) -> Result<bool, Refusal> {
    let text = request.query("$count").map(str::to_ascii_lowercase);
    match text.as_deref() {
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
    let size = top.parse().ok();
    let size = size.filter(|size| (1..=MAX_PAGE).contains(size));
    size.ok_or_else(|| {
        let message = format!("Invalid page size specified: '{top}'. Must be between 1 and 999.");
        Refusal::unsupported(message)
    })
}

/// Refuses a page size where the service has no pages.
pub(crate) fn refuse_top(request: &Request) -> Result<(), Refusal> {
    if request.query("$top").is_some() {
        return Err(Refusal::unsupported(
            "This resource does not support custom page sizes. Please retry without a page size \
             argument.",
        ));
    }
    Ok(())
}

impl Order {
    fn read(text: Option<&str>, shape: &Shape) -> Result<Option<Self>, Refusal> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let bad = || Refusal::unsupported(format!("The service cannot sort by '{text}'."));
        let mut words = text.split_whitespace();
        let (property, kind) = shape.known(words.next().ok_or_else(bad)?)?;
        let descending = match words.next().map(str::to_lowercase).as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(bad()),
        };
        if words.next().is_some() || !matches!(kind, Kind::Text | Kind::Moment) {
            return Err(bad());
        }
        Ok(Some(Self {
            property,
            descending,
        }))
    }
}

impl Position {
    /// Behind one thing of the list that a request asks for.
    pub(crate) fn behind(call: &Call<'_>, id: ObjectId, key: Option<String>) -> Self {
        Self {
            id,
            key,
            at: call.now.seconds(),
            query: fingerprint(call.request),
        }
    }

    fn read(call: &Call<'_>, token: &str) -> Result<Self, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        let place = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let now = call.now.seconds();
        let life = i64::from(call.settings.page_token_life_s);
        let place = place.filter(|place| {
            let young = now.saturating_sub(place.at) < life;
            young && place.query == fingerprint(call.request)
        });
        place.ok_or_else(|| {
            let message = "The specified page token value has expired and can no longer be \
                           included in your request.";
            let status = axum::http::StatusCode::BAD_REQUEST;
            Refusal::new(status, "Directory_ExpiredPageToken", message)
        })
    }

    /// The same query, and a token that means nothing to a client.
    pub(crate) fn link(&self, call: &Call<'_>) -> String {
        let token = serde_json::to_vec(self).unwrap_or_default();
        let token = URL_SAFE_NO_PAD.encode(token);
        let query = query_without(call.request, &["$skiptoken"]);
        let path = path_of(call.request);
        call.link(&format!("{path}?{query}$skiptoken={token}"))
    }
}

/// The path behind the version.
pub(crate) fn path_of(request: &Request) -> &str {
    request.path.split_once('/').map_or("", |(_, path)| path)
}

/// The query again, each option with `&` behind it, but for some.
pub(crate) fn query_without(request: &Request, left_out: &[&str]) -> String {
    let mut query = String::new();
    for (name, value) in request.queries() {
        if left_out.iter().any(|out| name.eq_ignore_ascii_case(out)) {
            continue;
        }
        let coded = |text: &str| {
            let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            text.replace('+', "%20").replace("%24", "$")
        };
        query.push_str(&coded(name));
        query.push('=');
        query.push_str(&coded(value));
        query.push('&');
    }
    query
}

/// What a page token belongs to.
fn fingerprint(request: &Request) -> String {
    let part = |name| request.query(name).unwrap_or_default();
    let path = request.path.to_lowercase();
    let parts = ["$filter", "$select", "$orderby", "$search"].map(part);
    let [filter, select, order, search] = parts;
    let guid = derived_guid(&[path.as_str(), filter, select, order, search]);
    guid.simple().to_string()
}
