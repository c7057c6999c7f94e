//! From a connection to the service that is meant, and back. The one asynchronous part: waiting for
//! the body and for a fault's delay. What the services answer is plain functions of the world.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{Request as HttpRequest, Response, StatusCode};
use tokio::time;

use super::fault::{Effect, FaultBody};
use super::log::Logged;
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use super::socket::Scissors;
use super::{devops, graph, hooks, login};

/// The largest body that is read. A bulk change of entitlements takes well under 1 MiB.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// Answers one request.
pub(crate) async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    http: HttpRequest<Body>,
) -> Response<Body> {
    let (head, body) = http.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return Reply::empty(StatusCode::PAYLOAD_TOO_LARGE).into_http();
    };
    let request = Request::new(head.method, &head.uri, head.headers, body);
    if request.host == hooks::HOST {
        return hooks::answer(&shared, &request).into_http();
    }
    let target = target(&request);
    let struck = shared.faults().strike(request.method.as_str(), &target);
    if !struck.delay.is_zero() {
        time::sleep(struck.delay).await;
    }
    let reply = match struck.effect {
        Some(Effect::DropBefore) => None,
        Some(Effect::DropAfter) => {
            served(&shared, &request);
            None
        }
        Some(Effect::Status {
            code,
            retry_after_s,
            body,
        }) => Some(refusal(&shared, &request, code, retry_after_s, body)),
        Some(Effect::SlowDown { retry_after_s }) => {
            let reply = served(&shared, &request);
            Some(reply.header("retry-after", retry_after_s.to_string()))
        }
        Some(Effect::Delay { .. }) | None => Some(served(&shared, &request)),
    };
    shared.log().push(Logged {
        method: request.method.to_string(),
        host: request.host,
        path: request.path,
        query: request.raw_query,
        status: reply.as_ref().map(|reply| reply.status.as_u16()),
    });
    let reply = reply.unwrap_or_else(|| {
        scissors.cut();
        Reply::empty(StatusCode::OK)
    });
    reply.into_http()
}

/// What a fault's path is looked for in.
pub(crate) fn target(request: &Request) -> String {
    let Request {
        host,
        path,
        raw_query,
        ..
    } = request;
    if raw_query.is_empty() {
        return format!("{host}/{path}");
    }
    format!("{host}/{path}?{raw_query}")
}

fn served(shared: &Shared, request: &Request) -> Reply {
    match request.host.as_str() {
        devops::CORE if login::is_pipeline_token(request) => login::pipeline_token(shared, request),
        devops::CORE | devops::IDENTITY | devops::ENTITLEMENTS => devops::answer(shared, request),
        graph::HOST => graph::answer(shared, request),
        login::HOST => login::answer(shared, request),
        login::INSTANCE_METADATA => login::instance_metadata(shared, request),
        _ => Reply::text(
            StatusCode::NOT_FOUND,
            "The sandbox does not play this host.",
        ),
    }
}

fn refusal(
    shared: &Shared,
    request: &Request,
    code: u16,
    retry_after_s: Option<u32>,
    body: FaultBody,
) -> Reply {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = || match request.host.as_str() {
        graph::HOST => graph::fault(shared, request, status),
        login::HOST | login::INSTANCE_METADATA => login::fault(status),
        _ => devops::fault(shared, request, status),
    };
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
