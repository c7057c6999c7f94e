//! `POST /$batch`: up to twenty requests in one, by "Combine multiple HTTP requests using JSON
//! batching". The envelope is a success whenever it can be read; every item speaks for itself.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::Effect;
use crate::hosts::GRAPH;
use crate::reply::Reply;
use crate::request::Request;

use super::error::Refusal;
use super::{Answer, Call, VERSION, routed};

/// How many requests a batch may hold.
const MAX_ITEMS: usize = 20;

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Item>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    depends_on: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Answered<'a> {
    responses: Vec<ItemAnswer<'a>>,
}

#[derive(Serialize)]
struct ItemAnswer<'a> {
    id: &'a str,
    status: u16,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let Batch { requests } = serde_json::from_slice(&call.request.body)?;
    if requests.len() > MAX_ITEMS {
        return Err(Refusal::bad(format!(
            "Number of batch request steps exceeds the maximum value of {MAX_ITEMS}."
        )));
    }
    let mut ids = BTreeSet::new();
    for item in &requests {
        if item.id.is_empty() || !ids.insert(item.id.to_lowercase()) {
            return Err(Refusal::bad("The ids of a batch must be given and unique."));
        }
    }
    check_dependencies(&requests)?;
    let mut done: BTreeMap<String, bool> = BTreeMap::new();
    let mut responses = Vec::with_capacity(requests.len());
    for item in &requests {
        let parents = item.depends_on.iter().flatten();
        let mut outcomes = Vec::new();
        for parent in parents {
            let outcome = done.get(&parent.to_lowercase());
            // The documented patterns never point forward.
            outcomes.push(outcome.ok_or_else(|| {
                Refusal::bad(format!(
                    "'{parent}' must be a request before '{}'.",
                    item.id
                ))
            })?);
        }
        let reply = if outcomes.iter().all(|succeeded| **succeeded) {
            item_reply(call, item)
        } else {
            let message = "The request failed because a request it depends on failed.";
            let status = StatusCode::FAILED_DEPENDENCY;
            call.dressed(Err(Refusal::new(status, "FailedDependency", message)))
        };
        done.insert(item.id.to_lowercase(), reply.status.is_success());
        responses.push(item_answer(&item.id, reply));
    }
    // The order of answers means nothing; this one is never the order of the requests.
    responses.reverse();
    Ok(Reply::json(StatusCode::OK, &Answered { responses }))
}

/// At most one request before each, and either always the one right before or always the same: the
/// patterns that the documentation knows.
fn check_dependencies(requests: &[Item]) -> Result<(), Refusal> {
    let mut parents = BTreeSet::new();
    let mut serial = true;
    let mut before: Option<&Item> = None;
    for item in requests {
        let own: Vec<&String> = item.depends_on.iter().flatten().collect();
        match own.as_slice() {
            [] => {}
            [parent] => {
                serial &= before.is_some_and(|item| item.id.eq_ignore_ascii_case(parent));
                parents.insert(parent.to_lowercase());
            }
            [..] => {
                let text = "A request of a batch can have one dependsOn request only.";
                return Err(Refusal::bad(text));
            }
        }
        before = Some(item);
    }
    if serial || parents.len() <= 1 {
        return Ok(());
    }
    Err(Refusal::bad(
        "The dependsOn of a batch must be serial, or the same for every request that has one.",
    ))
}

fn item_reply(call: &Call<'_>, item: &Item) -> Reply {
    let request = match item_request(item) {
        Ok(mut request) => {
            request.is_by_name = call.request.is_by_name;
            request
        }
        Err(refusal) => return call.dressed(Err(refusal)),
    };
    let inner = Call::new(call.shared, &request, call.caller);
    // An item has no connection of its own to lose, so a refusal is the one fault it can have.
    let struck = call
        .shared
        .strike(request.method.as_str(), &request.target());
    if let Some((code, retry_after_s)) = struck.effect.as_ref().and_then(Effect::refusal) {
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let reply = super::fault(call.shared, &request, status);
        return match retry_after_s {
            Some(seconds) => reply.header("retry-after", seconds.to_string()),
            None => reply,
        };
    }
    inner.dressed(routed(&inner))
}

fn item_request(item: &Item) -> Result<Request, Refusal> {
    let method = Method::from_bytes(item.method.to_uppercase().as_bytes());
    let method = method.map_err(|_| Refusal::bad("The method of a batch item is invalid."))?;
    let headers = item_headers(item)?;
    let writes = matches!(method, Method::POST | Method::PATCH | Method::PUT);
    let typed = headers.contains_key("content-type");
    if (writes && item.body.is_none()) || (item.body.is_some() && !typed) {
        return Err(Refusal::bad(
            "Write request item in batch must have a body and a Content-Type header.",
        ));
    }
    // A fragment never reaches a service.
    let url = item.url.split('#').next().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let path = relative(path);
    if path.eq_ignore_ascii_case("$batch") {
        return Err(Refusal::bad("A batch cannot hold a batch."));
    }
    let body = match &item.body {
        None => Bytes::new(),
        Some(body) => Bytes::from(serde_json::to_vec(body)?),
    };
    let path = format!("{VERSION}/{path}");
    Ok(Request::at(method, GRAPH.to_owned(), &path, query).with(headers, body))
}

/// The path behind the version. Microsoft's own clients send absolute URLs.
fn relative(path: &str) -> &str {
    let behind_host = path.split_once("://").map_or(path, |(_, rest)| {
        rest.split_once('/').map_or("", |(_, path)| path)
    });
    let path = behind_host.trim_start_matches('/');
    let path = match path.split_once('/') {
        Some((host, rest)) if host.eq_ignore_ascii_case(GRAPH) => rest,
        Some(_) | None => path,
    };
    path.strip_prefix("v1.0/").unwrap_or(path)
}

fn item_headers(item: &Item) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::new();
    for (name, value) in item.headers.iter().flatten() {
        let header = name.parse::<HeaderName>().ok();
        let header = header.zip(value.parse::<HeaderValue>().ok());
        let (name, value) = header.ok_or_else(|| Refusal::bad("A header is invalid."))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn item_answer(id: &str, reply: Reply) -> ItemAnswer<'_> {
    let is_json = reply.is_json();
    let media = reply.media.map(|media| ("Content-Type".to_owned(), media));
    let named = reply.headers.into_iter();
    let named = named.map(|(name, value)| (name.to_owned(), value));
    let body = match serde_json::from_slice(&reply.body) {
        _ if reply.body.is_empty() => None,
        Ok(body) if is_json => Some(body),
        // What is not JSON travels as base64.
        Ok(_) | Err(_) => Some(Value::from(STANDARD.encode(&reply.body))),
    };
    ItemAnswer {
        id,
        status: reply.status.as_u16(),
        headers: media.into_iter().chain(named).collect(),
        body,
    }
}
