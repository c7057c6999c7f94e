//! Microsoft Graph v1.0: the users of one tenant. Decides who may ask and which part answers.

mod batch;
mod caller;
mod deleted;
mod error;
mod groups;
mod list;
mod objects;
mod permissions;
mod route;
mod send_mail;
mod shape;
mod tenant;
mod users;

use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::hosts::GRAPH;
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use super::world::{DirectorySettings, Stamp, World};
use caller::Caller;
use error::Refusal;

/// The first segment of every path but a few.
const VERSION: &str = "v1.0";

/// The first segment of the paths that have not come out of the beta.
const BETA: &str = "beta";

const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                    IEEE754Compatible=false;charset=utf-8";

/// One request and what it is answered with.
struct Call<'a> {
    shared: &'a Shared,
    request: &'a Request,
    caller: &'a Caller,
    /// What stands where the path takes anything.
    keys: Vec<String>,
    /// The moment at which it came. Held here so that nobody takes the world's lock twice at once.
    now: Stamp,
    settings: DirectorySettings,
    /// How much a page holds at most.
    largest_page: usize,
}

type Answer = Result<Reply, Refusal>;

/// Answers one request.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    match Caller::of(shared, request) {
        Ok(caller) => {
            let call = Call::new(shared, request, &caller);
            call.dressed(routed(&call))
        }
        Err(refusal) => Call::new(shared, request, &Caller::Anything).dressed(Err(refusal)),
    }
}

/// The service's own error, for a fault that was ordered.
pub(crate) fn fault(shared: &Shared, request: &Request, status: StatusCode) -> Reply {
    let refusal = match status {
        StatusCode::TOO_MANY_REQUESTS => {
            Refusal::new(status, "TooManyRequests", "Please retry again later.")
        }
        StatusCode::SERVICE_UNAVAILABLE => Refusal::new(
            status,
            "Directory_ReplicaUnavailable",
            "The directory replica is unavailable.",
        ),
        _ => Refusal::new(status, "UnknownError", ""),
    };
    Call::new(shared, request, &Caller::Anything).dressed(Err(refusal))
}

fn routed(call: &Call<'_>) -> Answer {
    let segments: Vec<String> = call
        .request
        .segments
        .iter()
        .flat_map(|s| plain(s))
        .collect();
    match segments.split_first() {
        Some((version, rest)) if version == VERSION => route::answer(call, rest),
        Some((version, rest)) if version == BETA => route::beta(call, rest),
        Some(_) | None => Err(Refusal::no_route(&call.request.path)),
    }
}

/// `delta()` is `delta`, and `roles(id='x')` is `roles/id=x`.
fn plain(segment: &str) -> Vec<String> {
    let call = segment
        .strip_suffix(')')
        .and_then(|rest| rest.split_once('('));
    match call {
        Some((name, "")) => vec![name.to_owned()],
        Some((name, key)) if key.contains('=') => {
            vec![name.to_owned(), key.replace('\'', "")]
        }
        Some(_) | None => vec![segment.to_owned()],
    }
}

impl<'a> Call<'a> {
    fn new(shared: &'a Shared, request: &'a Request, caller: &'a Caller) -> Self {
        shared.read(|world| Self {
            now: world.now(),
            settings: world.settings().directory,
            largest_page: usize::try_from(world.settings().directory_page_max)
                .unwrap_or(usize::MAX),
            shared,
            request,
            caller,
            keys: Vec::new(),
        })
    }

    /// What stands in the path where anything may.
    fn key(&self, position: usize) -> &str {
        self.keys.get(position).map_or("", String::as_str)
    }

    /// Whether the path begins with the signed-in person.
    fn is_me(&self) -> bool {
        self.request.segment(1).eq_ignore_ascii_case("me")
    }

    /// The body, which must be JSON of a certain shape.
    fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        if self.request.content_type() != "application/json" {
            return Err(Refusal::bad(
                "Write requests must declare their Content-Type as JSON.",
            ));
        }
        Ok(serde_json::from_slice(&self.request.body)?)
    }

    /// Whether the request asks for the index that answers advanced queries.
    fn is_eventual(&self) -> bool {
        let level = self.request.header("consistencylevel");
        level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// A URL of this service, as it stands in answers.
    fn link(&self, path: &str) -> String {
        let version = if self.request.segment(0) == BETA {
            BETA
        } else {
            VERSION
        };
        let path = format!("{GRAPH}/{version}/{path}");
        self.shared.link_for(self.request, &path)
    }

    fn context(&self, what: &str) -> String {
        self.link(&format!("$metadata#{what}"))
    }

    /// The headers that every answer has, and the ids in an error.
    fn dressed(&self, answer: Answer) -> Reply {
        let id = self.shared.request_id().to_string();
        let given = self.request.header("client-request-id");
        let client_id = given.unwrap_or(&id).to_owned();
        let mut reply = answer.unwrap_or_else(|refusal| {
            let date = self.shared.read(World::now);
            refusal.into_reply(&id, &client_id, date)
        });
        if reply.is_json() {
            reply.media = Some(JSON.to_owned());
            reply = reply.header("odata-version", "4.0");
        }
        reply
            .header("request-id", id)
            .header("client-request-id", client_id)
            .header("cache-control", "no-cache")
            .header("x-ms-resource-unit", "1")
            .header("strict-transport-security", "max-age=31536000")
    }
}
