//! One attempt: a request goes out, an answer comes in. No repetition, no verdict.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Certificate;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use uuid::Uuid;

use crate::azure::settings::SetupError;

use super::answer::Answer;
use super::endpoint::Endpoint;
use super::host::Audience;
use super::request::{Method, Request};

/// A host that does not answer the handshake by then is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The default of .NET's HTTP client, with which most callers of these services go.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(100);

/// A page of 999 directory users is about 1 MiB; sixty times that is no answer to anything we ask.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

const USER_AGENT: &str = concat!("orgctl/", env!("CARGO_PKG_VERSION"));

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The request never left.
    NotSent(String),
    /// It never left, because what stands in for the services is not trusted.
    Untrusted(String),
    /// It left, or part of it did, and the answer is missing or cut off.
    NoAnswer(String),
    /// The answer is longer than any that we ask for.
    TooLong,
}

/// The one HTTP client.
#[derive(Debug)]
pub(crate) struct Channel {
    http: reqwest::Client,
    endpoint: Option<Endpoint>,
    session: HeaderValue,
}

/// A request in the form that goes out, whoever made it.
pub(crate) struct Outgoing {
    /// The method.
    pub(crate) method: reqwest::Method,
    /// Host, with a port if it is not the usual one.
    pub(crate) host: String,
    /// Path and query.
    pub(crate) path: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The content.
    pub(crate) body: Vec<u8>,
    /// `https`, or `http` for a managed identity's own endpoint.
    pub(crate) scheme: &'static str,
}

/// An answer in the form that came in.
pub(crate) struct Incoming {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The content.
    pub(crate) body: Vec<u8>,
}

impl Channel {
    /// Makes the client. With an endpoint there is no proxy, and no trusted certificate unless it has
    /// one: nothing can leave this machine by accident.
    pub(crate) fn new(
        endpoint: Option<Endpoint>,
        certificates: Option<&str>,
    ) -> Result<Arc<Self>, SetupError> {
        // An error means that this process has a provider already, which is as good.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .user_agent(USER_AGENT);
        let http = match &endpoint {
            None => builder
                .build()
                .map_err(|error| SetupError::Client(words(&error)))?,
            Some(endpoint) => trusting(builder.no_proxy(), endpoint, certificates)?,
        };
        let session = HeaderValue::from_str(&Uuid::new_v4().to_string())
            .map_err(|error| SetupError::Client(error.to_string()))?;
        Ok(Arc::new(Self {
            http,
            endpoint,
            session,
        }))
    }

    /// The stand-in for the services, where there is one.
    pub(crate) const fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// Sends a request once.
    pub(crate) async fn attempt(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
    ) -> Result<Answer, Lost> {
        let (kind, body) = request.body.clone().unzip();
        let mut headers = self.headers(request);
        if let Some(kind) = kind {
            headers.insert("content-type", HeaderValue::from_static(kind));
        }
        if let Some(token) = token {
            headers.insert("authorization", token.clone());
        }
        let outgoing = Outgoing {
            method: method(request.method),
            host: request.host().name().to_owned(),
            path: request.path.clone(),
            headers,
            body: body.unwrap_or_default(),
            scheme: "https",
        };
        let started = Instant::now();
        let result = self.exchange(outgoing).await;
        let (method, url) = (request.method.into_str(), request.display_url());
        let ms = started.elapsed().as_millis();
        match result {
            Ok(incoming) => {
                let answer = Answer {
                    call: request.call,
                    method,
                    url,
                    status: incoming.status,
                    headers: incoming.headers,
                    body: incoming.body,
                };
                let id = answer.request_id();
                let id = id.as_ref().map(tracing::field::display);
                let status = answer.status;
                tracing::debug!(method, url = %answer.url, status, ms, request_id = id);
                Ok(answer)
            }
            Err(lost) => {
                tracing::debug!(method, %url, ms, ?lost);
                Err(lost)
            }
        }
    }

    /// Sends anything once, by the endpoint rule.
    pub(crate) async fn exchange(&self, outgoing: Outgoing) -> Result<Incoming, Lost> {
        let url = match &self.endpoint {
            Some(endpoint) => endpoint.locate(&outgoing.host, &outgoing.path),
            None => format!("{}://{}{}", outgoing.scheme, outgoing.host, outgoing.path),
        };
        let is_direct = self.endpoint.is_none() && outgoing.scheme == "http";
        let http = if is_direct {
            direct_client()?
        } else {
            self.http.clone()
        };
        let mut request = http.request(outgoing.method, url).headers(outgoing.headers);
        if !outgoing.body.is_empty() {
            request = request.body(outgoing.body);
        }
        let mut response = request.send().await.map_err(|error| self.lost(error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > BODY_BYTES_MAX {
                return Err(Lost::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Incoming {
            status,
            headers,
            body,
        })
    }

    fn lost(&self, error: reqwest::Error) -> Lost {
        // Elsewhere it is the network's business: a proxy that looks into what passes, for instance.
        match (&self.endpoint, distrust(&error)) {
            (Some(endpoint), Some(why)) => Lost::Untrusted(format!(
                "the certificate of {} is not trusted: {why}",
                endpoint.as_str()
            )),
            (Some(_) | None, _) => lost(error),
        }
    }

    fn headers(&self, request: &Request) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        match request.host().audience() {
            Some(Audience::DevOps) => {
                // Turns sign-in pages into status codes.
                let suppress = HeaderValue::from_static("Suppress");
                headers.insert("x-tfs-fedauthredirect", suppress);
                // Lets the token of a personal account through to an organization of such.
                let pass = HeaderValue::from_static("true");
                headers.insert("x-vss-forcemsapassthrough", pass);
                headers.insert("x-tfs-session", self.session.clone());
            }
            Some(Audience::Graph) | None => {
                if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
                    headers.insert("client-request-id", id);
                }
            }
        }
        for (name, value) in &request.headers {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        headers
    }
}

/// A client for what stands in for the services. Whom the user names is trusted and nobody else, on
/// every system alike.
fn trusting(
    builder: reqwest::ClientBuilder,
    endpoint: &Endpoint,
    certificates: Option<&str>,
) -> Result<reqwest::Client, SetupError> {
    let failed = |why| SetupError::Trust {
        endpoint: endpoint.as_str().to_owned(),
        why,
    };
    let builder = match certificates {
        _ if !endpoint.is_tls() => builder.tls_certs_only([]),
        None => builder,
        Some(pem) => {
            let found = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
            if found.is_empty() {
                return Err(failed("the file holds no certificate".to_owned()));
            }
            builder.tls_certs_only(found)
        }
    };
    builder.build().map_err(|error| failed(words(&error)))
}

/// A client for the endpoint of a managed identity, on this machine or beside it: never by a proxy,
/// which would see the token.
fn direct_client() -> Result<reqwest::Client, Lost> {
    let builder = reqwest::Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .user_agent(USER_AGENT)
        .no_proxy()
        .tls_certs_only([]);
    builder.build().map_err(lost)
}

const fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Head => reqwest::Method::HEAD,
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn lost(error: reqwest::Error) -> Lost {
    // The URL may hold a continuation token; the caller names the URL without its query.
    let error = error.without_url();
    let words = words(&error);
    if error.is_connect() || error.is_builder() {
        Lost::NotSent(words)
    } else {
        Lost::NoAnswer(words)
    }
}

/// Why the certificate at the other end is not trusted, if that is what an error is about.
fn distrust(error: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
            return Some(why.to_string());
        }
        // What an I/O error wraps is not among its sources, only what is behind that.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// An error with all its causes, outermost first.
fn words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
