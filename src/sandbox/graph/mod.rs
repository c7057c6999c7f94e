//! Microsoft Graph v1.0: the users of one tenant. Decides who may ask and which part answers.

mod batch;
mod error;
mod filter;
mod invitations;
mod tenant;
mod user_json;
mod user_writes;
mod users;

use axum::http::{Method, StatusCode};

use super::credentials::{GRAPH_TOKEN, bearer};
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use super::world::World;
use error::Refusal;

/// The host.
pub(crate) const HOST: &str = "graph.microsoft.com";

/// The first segment of every path.
const VERSION: &str = "v1.0";

const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                    IEEE754Compatible=false;charset=utf-8";

/// One request and what it is answered with.
struct Call<'a> {
    shared: &'a Shared,
    request: &'a Request,
}

type Answer = Result<Reply, Refusal>;

/// Answers one request.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    let call = Call { shared, request };
    call.dressed(signed_in(request).and_then(|()| routed(&call)))
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
    Call { shared, request }.dressed(Err(refusal))
}

fn signed_in(request: &Request) -> Result<(), Refusal> {
    let message = match request.header("authorization").and_then(bearer) {
        Some(GRAPH_TOKEN) => return Ok(()),
        Some(_) => "Access token validation failure. Invalid audience.",
        None => "Access token is empty.",
    };
    let status = StatusCode::UNAUTHORIZED;
    Err(Refusal::new(status, "InvalidAuthenticationToken", message))
}

fn routed(call: &Call<'_>) -> Answer {
    let route = call.request.route(0);
    let [VERSION, rest @ ..] = route.as_slice() else {
        return Err(Refusal::no_route(&call.request.path));
    };
    let named = |position: usize| call.request.segment(position + 1);
    match (&call.request.method, rest) {
        (&Method::POST, ["$batch"]) => batch::answer(call),
        (_, ["users", ..]) => users_routed(call, rest),
        (&Method::POST, ["invitations"]) => invitations::invite(call),
        (&Method::GET, ["organization"]) => Ok(tenant::organizations(call)),
        (&Method::GET, ["organization", id]) => tenant::organization(call, id),
        (&Method::GET, ["domains"]) => Ok(tenant::domains(call)),
        (&Method::POST, ["directoryobjects", "getbyids"]) => users::by_ids(call),
        (
            &Method::GET,
            [
                "directory",
                "deleteditems",
                "microsoft.graph.user" | "graph.user",
            ],
        ) => tenant::deleted_users(call),
        (&Method::POST, ["directory", "deleteditems", _, "restore"]) => {
            user_writes::restore(call, named(2))
        }
        (&Method::DELETE, ["directory", "deleteditems", _]) => user_writes::purge(call, named(2)),
        _ => Err(Refusal::no_route(&call.request.path)),
    }
}

fn users_routed(call: &Call<'_>, rest: &[&str]) -> Answer {
    let name = call.request.segment(2);
    match (&call.request.method, rest) {
        (&Method::GET, ["users"]) => users::list(call),
        (&Method::POST, ["users"]) => user_writes::create(call),
        (&Method::GET, ["users", "$count"]) => users::count(call),
        (&Method::GET, ["users", _]) => users::get(call, name),
        (&Method::PATCH, ["users", _]) => user_writes::update(call, name),
        (&Method::DELETE, ["users", _]) => user_writes::delete(call, name),
        _ => Err(Refusal::no_route(&call.request.path)),
    }
}

impl Call<'_> {
    /// Whether the request asks for the index that answers advanced queries.
    fn is_eventual(&self) -> bool {
        let level = self.request.header("consistencylevel");
        level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// A URL of this service, as it stands in answers.
    fn link(&self, path: &str) -> String {
        let path = format!("{HOST}/{VERSION}/{path}");
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
