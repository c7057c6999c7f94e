//! `$batch`: several requests in one, each with an answer of its own.
//!
//! The status of the envelope says nothing about what is in it; see "Combine multiple HTTP requests
//! using JSON batching" in the Graph documentation.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::error_body;
use crate::azure::transport::failure::Failure;
use crate::azure::transport::host::{Audience, Host};
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::RequestId;

/// The most requests in one batch.
pub(crate) const ITEMS_MAX: usize = 20;

/// One request in a batch.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Item<'a> {
    /// Which one; unique in its batch.
    pub(crate) id: String,
    /// The method.
    pub(crate) method: &'static str,
    /// The path below the version, and the query.
    pub(crate) url: &'a str,
    /// Headers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<&'static str, &'static str>,
    /// The content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<&'a RawValue>,
}

impl<'a> Item<'a> {
    /// A read.
    pub(crate) fn get(id: usize, url: &'a str) -> Self {
        Self {
            id: id.to_string(),
            method: Method::Get.into_str(),
            url,
            headers: BTreeMap::new(),
            body: None,
        }
    }

    /// A creation.
    pub(crate) fn post(id: usize, url: &'a str, body: &'a RawValue) -> Self {
        Self {
            method: Method::Post.into_str(),
            headers: BTreeMap::from([("Content-Type", "application/json")]),
            body: Some(body),
            ..Self::get(id, url)
        }
    }
}

/// The answer to one request in a batch.
#[derive(Debug)]
pub(crate) struct ItemAnswer {
    /// Its own status.
    pub(crate) status: u16,
    /// Its own content.
    pub(crate) body: Option<Box<RawValue>>,
    /// What the service calls it.
    pub(crate) request_id: Option<RequestId>,
    retry_after: Option<Duration>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    requests: &'a [Item<'a>],
}

#[derive(Deserialize)]
struct Answers<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    responses: Vec<WireAnswer<'a>>,
}

#[derive(Deserialize)]
struct WireAnswer<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(default)]
    status: u16,
    #[serde(borrow, default, deserialize_with = "or_default")]
    headers: BTreeMap<&'a str, Text<'a>>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

impl ItemAnswer {
    /// Whether the request succeeded.
    pub(crate) const fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether it was not carried out, and may be sent again.
    const fn is_undone(&self) -> bool {
        matches!(self.status, 424 | 429)
    }

    /// Whether nothing can be said about what became of it.
    pub(crate) const fn may_be_done(&self) -> bool {
        matches!(self.status, 500..=599)
    }

    /// The content, read as JSON.
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        serde_json::from_str(self.body.as_deref()?.get()).ok()
    }

    /// The error of this request, and its codes about single properties.
    pub(crate) fn error(
        &self,
        call: Call,
        method: &'static str,
        url: &str,
    ) -> (CallError, Vec<String>) {
        let value: Value = self.json().unwrap_or_default();
        let said = error_body::from_json(&value);
        let request_id = said.request_id.map(RequestId::new);
        let error = ApiError {
            kind: match self.status {
                401 => ApiErrorKind::Authentication,
                403 => ApiErrorKind::Forbidden,
                404 => ApiErrorKind::NotFound,
                424 | 429 => ApiErrorKind::Throttled,
                400..=499 => ApiErrorKind::Refused,
                500..=599 => ApiErrorKind::Service,
                _ => ApiErrorKind::Unexpected,
            },
            call,
            method,
            url: format!("https://{}/v1.0{url}", Host::Graph.name()),
            status: Some(self.status),
            code: said.code,
            message: said
                .message
                .unwrap_or_else(|| "without a reason".to_owned()),
            request_id: request_id.or_else(|| self.request_id.clone()),
        };
        (error.into(), said.details)
    }
}

/// Sends a batch until no request in it is throttled. Reads are repeated when it fails, too.
/// The answers are by the id of the request; one that is missing was not answered.
pub(crate) async fn send(
    client: &Client,
    items: &[Item<'_>],
    repeat: Repeat,
) -> Result<BTreeMap<String, ItemAnswer>, Failure> {
    let mut answers = BTreeMap::new();
    let mut open: Vec<Item<'_>> = items.to_vec();
    let mut untold = Waits::new(client.backoff_first());
    for _ in 0..ATTEMPTS_MAX {
        match send_once(client, &open, repeat).await {
            Ok(more) => answers.extend(more),
            Err(failure) if answers.is_empty() || repeat == Repeat::Freely => return Err(failure),
            // What the rounds before have done stands, whatever becomes of this one.
            Err(failure) => {
                if failure.may_be_done {
                    answers.retain(|id, _| open.iter().all(|item| item.id != *id));
                }
                break;
            }
        }
        let again = |item: &Item<'_>| {
            answers.get(&item.id).is_some_and(|answer: &ItemAnswer| {
                answer.is_undone() || (repeat == Repeat::Freely && answer.may_be_done())
            })
        };
        open.retain(again);
        if open.is_empty() {
            break;
        }
        let told = open
            .iter()
            .filter_map(|item| answers.get(&item.id)?.retry_after)
            .max();
        let answers = open.iter().filter_map(|item| answers.get(&item.id));
        if answers.clone().any(|answer| answer.status == 429) {
            // Each part counts for itself against the limit, so it is the whole service that waits.
            client.pace().refused(Audience::Graph, told);
        }
        if told.is_none() {
            sleep(untold.next_wait()).await;
        }
    }
    Ok(answers)
}

async fn send_once(
    client: &Client,
    items: &[Item<'_>],
    repeat: Repeat,
) -> Result<BTreeMap<String, ItemAnswer>, Failure> {
    debug_assert!(items.len() <= ITEMS_MAX, "the service refuses the batch");
    let path = "/v1.0/$batch".to_owned();
    let envelope = Envelope { requests: items };
    let request =
        Request::with_json(Method::Post, Call::Batch, path, &envelope).map_err(Failure::undone)?;
    let request = Request {
        expect: Expect::Batch,
        repeat,
        ..request
    };
    let answer = client.send(&request).await?;
    read(&answer).map_err(|error| Failure {
        error: Box::new(error),
        may_be_done: true,
    })
}

fn read(answer: &Answer) -> Result<BTreeMap<String, ItemAnswer>, CallError> {
    let answers: Answers<'_> = answer.json()?;
    let read_one = |one: WireAnswer<'_>| {
        let header = |name: &str| {
            let mut headers = one.headers.iter();
            let found = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.get())
        };
        let seconds = header("retry-after").and_then(|text| text.trim().parse().ok());
        let item = ItemAnswer {
            status: one.status,
            body: one.body.map(ToOwned::to_owned),
            request_id: header("request-id").map(RequestId::new),
            retry_after: seconds.map(Duration::from_secs),
        };
        (one.id.as_str().to_owned(), item)
    };
    Ok(answers.responses.into_iter().map(read_one).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The answer to one request.
    pub(in crate::azure::graph) fn answer(status: u16, body: &str) -> ItemAnswer {
        ItemAnswer {
            status,
            body: RawValue::from_string(body.to_owned()).ok(),
            request_id: None,
            retry_after: None,
        }
    }

    #[test]
    fn every_answer_counts_for_itself() {
        let body = r#"{"responses":[
            {"id":"2","status":429,"headers":{"retry-AFTER":"12"},
             "body":{"error":{"code":"TooManyRequests","message":"later"}}},
            {"id":"3","status":204,"headers":null},
            {"id":"1","status":201,"headers":{"request-id":"r1","x":1},"body":{"id":"x"}}]}"#;
        let answer = Answer {
            call: Call::Batch,
            method: "POST",
            url: String::new(),
            status: 200,
            headers: reqwest::header::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        };
        let answers = read(&answer).unwrap();
        assert!(answers["1"].is_good() && answers["3"].is_good());
        assert_eq!(answers["1"].request_id, Some(RequestId::new("r1")));
        assert!(answers["2"].is_undone());
        assert_eq!(answers["2"].retry_after, Some(Duration::from_secs(12)));
        let (error, _) = answers["2"].error(Call::Users, "GET", "/users");
        assert_eq!(error.kind(), ApiErrorKind::Throttled);
        assert_eq!(error.message(), "later");
    }

    #[test]
    fn an_item_goes_out_as_documented() {
        let body = RawValue::from_string("{}".to_owned()).unwrap();
        let post = serde_json::to_value(Item::post(7, "/users", &body)).unwrap();
        let expected = serde_json::json!({
            "id": "7", "method": "POST", "url": "/users",
            "headers": {"Content-Type": "application/json"}, "body": {}
        });
        assert_eq!(post, expected);
        let get = serde_json::to_value(Item::get(1, "/users")).unwrap();
        assert_eq!(
            get,
            serde_json::json!({"id": "1", "method": "GET", "url": "/users"})
        );
    }
}
