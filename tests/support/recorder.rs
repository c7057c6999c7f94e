//! A proxy between orgctl and a sandbox that writes down what passes, without tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::served::Served;

/// One request and its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// The host of the cloud that was meant.
    pub(crate) host: String,
    /// The path behind the host, as it was sent.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Whether a credential came with it. Which one is not written down.
    pub(crate) is_signed_in: bool,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// Nothing when the sandbox closed the connection instead.
    pub(crate) answer: Option<Answer>,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Writes down what passes until it is dropped.
pub(crate) struct Recorder {
    endpoint: String,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
    // Its threads serve; they end with it.
    _runtime: Runtime,
}

#[derive(Clone)]
struct Passage {
    client: reqwest::Client,
    sandbox: String,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

/// Far more than any page.
const BODY_BYTES_MAX: usize = 64 << 20;

impl Recorder {
    /// Stands before a sandbox.
    pub(crate) fn before(served: &Served) -> Self {
        let runtime = Runtime::new().unwrap();
        let exchanges = Arc::default();
        let passage = Passage {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            sandbox: served.endpoint().to_owned(),
            exchanges: Arc::clone(&exchanges),
        };
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(pass).with_state(passage);
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Self {
            endpoint,
            exchanges,
            _runtime: runtime,
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What has passed.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap().clone()
    }
}

/// `/HOST/PATH` goes on as `/PATH` with the host in the header, so links lead to the cloud's hosts.
async fn pass(State(passage): State<Passage>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.unwrap().to_vec();
    let target = head.uri.path().trim_start_matches('/');
    let (host, path) = target.split_once('/').unwrap_or((target, ""));
    let query = head.uri.query().unwrap_or_default();
    let mut exchange = Exchange {
        method: head.method.to_string(),
        host: host.to_owned(),
        path: format!("/{path}"),
        query: query.to_owned(),
        is_signed_in: head.headers.contains_key(header::AUTHORIZATION),
        headers: named(&head.headers),
        body: body.clone(),
        answer: None,
    };
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("{}/{path}{mark}{query}", passage.sandbox);
    let mut headers = head.headers;
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::HOST, host.parse().unwrap());
    let onward = passage.client.request(head.method, url);
    let answered = onward.headers(headers).body(body).send().await;
    let response = match answered {
        Err(_) => refused(),
        Ok(answered) => {
            let mut response = Response::builder().status(answered.status());
            let headers = answered.headers().clone();
            let status = answered.status().as_u16();
            let body = answered.bytes().await.unwrap_or_default().to_vec();
            exchange.answer = Some(Answer {
                status,
                headers: named(&headers),
                body: body.clone(),
            });
            for (name, value) in &headers {
                let is_of_the_hop = name == header::CONTENT_LENGTH
                    || name == header::TRANSFER_ENCODING
                    || name == header::CONNECTION;
                if !is_of_the_hop {
                    response = response.header(name, value);
                }
            }
            response.body(Body::from(body)).unwrap()
        }
    };
    passage.exchanges.lock().unwrap().push(exchange);
    response
}

/// Stands for a connection that was closed.
fn refused() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}

fn named(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        let value = value.to_str().unwrap_or_default();
        (name.to_string(), value.to_owned())
    };
    let mut named: BTreeMap<_, _> = headers.iter().map(text).collect();
    named.remove(header::AUTHORIZATION.as_str());
    named
}
