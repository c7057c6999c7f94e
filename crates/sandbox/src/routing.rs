//! From a connection to the service that is meant, and back. The one asynchronous part: waiting for
//! the body and for a fault's delay. What the services answer is plain functions of the world.

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{Method, Request as HttpRequest, Response, StatusCode};
use tokio::time;

use super::fault::{Effect, FaultBody};
use super::lag::{Look, Misses};
use super::log::Logged;
use super::net::connection::Connection;
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use super::{devops, graph, hooks, hosts, login};

/// The largest body that is read. A bulk change of entitlements takes well under 1 MiB.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// A page where JSON was asked for.
const PAGE: &str = "<html><head><title>Azure DevOps Services | Sign In</title></head></html>";

/// Answers one request.
pub(crate) async fn answer(
    State(shared): State<Shared>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    http: HttpRequest<Body>,
) -> Response<Body> {
    let (head, body) = http.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return Reply::empty(StatusCode::PAYLOAD_TOO_LARGE).into_http();
    };
    let request = Request::new(head.method, &head.uri, head.headers, body);
    if connection.is_bare() && !hosts::is_plain(&request.host) {
        return wrong_door(&shared).into_http();
    }
    if request.host == hooks::HOST {
        return hooks::answer(&shared, &request).into_http();
    }
    let struck = shared.strike(request.method.as_str(), &request.target());
    let charged = shared.charge(&request);
    let delay = struck.delay + charged.delay;
    if !delay.is_zero() {
        time::sleep(delay).await;
    }
    let reply = match struck.effect {
        None if charged.is_refused => {
            Some(refused(&shared, &request, StatusCode::TOO_MANY_REQUESTS))
        }
        None => Some(remembered(&shared, &request)),
        Some(effect) => misled(&shared, &request, &effect),
    };
    let reply = reply.map(|reply| reply.with_headers(charged.headers));
    shared.log().push(Logged {
        method: request.method.to_string(),
        host: request.host,
        path: request.path,
        query: request.raw_query,
        status: reply.as_ref().map(|reply| reply.status.as_u16()),
    });
    let reply = reply.unwrap_or_else(|| {
        connection.cut();
        Reply::empty(StatusCode::OK)
    });
    reply.into_http()
}

/// For who speaks plain HTTP where HTTPS is spoken.
fn wrong_door(shared: &Shared) -> Reply {
    let endpoint = shared.endpoint();
    let text = format!("This sandbox speaks HTTPS. Its address is {endpoint}\n");
    Reply::text(StatusCode::BAD_REQUEST, &text)
}

/// Answers, and keeps the answer when a rule may want to give it once more.
fn remembered(shared: &Shared, request: &Request) -> Reply {
    let reply = served(shared, request);
    let is_kept = request.method == Method::GET && shared.faults().want_answers();
    if is_kept && reply.status.is_success() {
        let now_ms = shared.now_ms();
        shared.answers().keep(request.target(), now_ms, &reply);
    }
    reply
}

/// Answers as a fault says; nothing when the connection is to be closed.
fn misled(shared: &Shared, request: &Request, effect: &Effect) -> Option<Reply> {
    let reply = match effect {
        Effect::Delay { .. } => served(shared, request),
        Effect::Status { body, .. } => refusal(shared, request, effect, *body),
        Effect::Throttle { .. } => refusal(shared, request, effect, FaultBody::Json),
        Effect::SlowDown { retry_after_s } => {
            let reply = served(shared, request);
            reply.header("retry-after", retry_after_s.to_string())
        }
        Effect::DropBefore => return None,
        Effect::DropAfter => {
            served(shared, request);
            return None;
        }
        Effect::CutOff => {
            let mut reply = served(shared, request);
            reply.body.truncate(reply.body.len() / 2);
            reply
        }
        Effect::Page => Reply::html(StatusCode::OK, PAGE),
        Effect::Stale { ms } => {
            let now_ms = shared.now_ms();
            let old = shared.answers().recall(&request.target(), now_ms, *ms);
            let old = old.filter(|_| request.method == Method::GET);
            old.unwrap_or_else(|| remembered(shared, request))
        }
    };
    Some(reply)
}

fn served(shared: &Shared, request: &Request) -> Reply {
    shared.catch_up();
    let (reads, misses) = looks(request);
    let shared = &shared.seen(reads, misses);
    match request.host.as_str() {
        hosts::CORE if login::is_pipeline_token(request) => login::pipeline_token(shared, request),
        host if hosts::is_devops(host) => devops::answer(shared, request),
        hosts::GRAPH => graph::answer(shared, request),
        hosts::LOGIN => login::answer(shared, request),
        hosts::INSTANCE_METADATA => login::instance_metadata(shared, request),
        _ => Reply::text(
            StatusCode::NOT_FOUND,
            "The sandbox does not play this host.",
        ),
    }
}

/// How a request looks at a replica that lags, and what its writes can miss.
fn looks(request: &Request) -> (Look, Misses) {
    let is_graph = request.host == hosts::GRAPH;
    // A creation must see whom it would double; a change and a deletion can miss their object.
    let is_change = request.method == Method::PATCH || request.method == Method::DELETE;
    let misses = match (is_graph, is_change) {
        (false, _) => Misses::Users,
        (true, true) => Misses::New,
        (true, false) => Misses::Nothing,
    };
    let last = request.route(0).last().copied().unwrap_or_default();
    let is_list = LISTS.contains(&last);
    let look = if is_list { Look::List } else { Look::ByName };
    (look, misses)
}

/// What the path of a list of people ends in.
const LISTS: [&str; 9] = [
    "users",
    "userentitlements",
    "memberentitlements",
    "serviceprincipals",
    "disconnecteduser",
    "microsoft.graph.user",
    "delta",
    "delta()",
    "$count",
];

/// The service's own error.
fn refused(shared: &Shared, request: &Request, status: StatusCode) -> Reply {
    match request.host.as_str() {
        hosts::GRAPH => graph::fault(shared, request, status),
        hosts::LOGIN | hosts::INSTANCE_METADATA => login::fault(status),
        _ => devops::fault(shared, request, status),
    }
}

fn refusal(shared: &Shared, request: &Request, effect: &Effect, body: FaultBody) -> Reply {
    let (code, retry_after_s) = effect.refusal().unwrap_or((500, None));
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = || refused(shared, request, status);
    let reply = match body {
        FaultBody::Json => json(),
        FaultBody::Bom => {
            let mut reply = json();
            reply.body.splice(..0, *b"\xEF\xBB\xBF");
            reply
        }
        FaultBody::Html => Reply::html(status, "<html><body><h1>Bad gateway</h1></body></html>"),
        FaultBody::Empty => Reply::empty(status),
    };
    match retry_after_s {
        Some(seconds) => reply.header("retry-after", seconds.to_string()),
        None => reply,
    }
}
