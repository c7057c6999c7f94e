//! The HTTP client that Microsoft's identity library sends through: ours, so that the endpoint rule
//! holds for sign-in as well.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};
use reqwest::header::HeaderMap;
use serde::de::IgnoredAny;

use crate::azure::transport::channel::{Channel, Incoming, Lost, Outgoing};
use crate::azure::transport::error_body;

/// Sends what the library asks for, and remembers the last refusal in the service's own words.
#[derive(Debug)]
pub(crate) struct SignInHttp {
    channel: Arc<Channel>,
    refusal: Mutex<Option<String>>,
}

impl SignInHttp {
    /// Sends through `channel`.
    pub(crate) const fn new(channel: Arc<Channel>) -> Self {
        Self {
            channel,
            refusal: Mutex::new(None),
        }
    }

    /// Why the service refused last.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn send(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let incoming =
            self.channel
                .exchange(outgoing(request)?)
                .await
                .map_err(|lost| match lost {
                    Lost::NotSent(words) | Lost::Untrusted(words) => {
                        Error::with_message(ErrorKind::Connection, words)
                    }
                    Lost::NoAnswer(words) => Error::with_message(ErrorKind::Io, words),
                    Lost::TooLong => Error::with_message(ErrorKind::Io, "the answer is too long"),
                })?;
        tracing::debug!(
            method = ?request.method(),
            host = request.url().host_str(),
            path = request.url().path(),
            status = incoming.status,
        );
        let Incoming {
            status,
            headers,
            body,
        } = incoming;
        if status >= 400 {
            let message = error_body::parse(&body).message;
            *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = message;
        } else if let Err(error) = serde_json::from_slice::<IgnoredAny>(&body) {
            // As a connection that broke, which the library tries again.
            let words = format!("the answer is cut off, or no JSON: {error}");
            return Err(Error::with_message(ErrorKind::Io, words));
        }
        let headers = library_headers(&headers);
        Ok(AsyncRawResponse::from_bytes(status.into(), headers, body))
    }
}

// The trait is declared with `async_trait`; this is what its attribute makes of an `async fn`.
impl HttpClient for SignInHttp {
    fn execute_request<'this, 'request, 'future>(
        &'this self,
        request: &'request Request,
    ) -> Pin<Box<dyn Future<Output = azure_core::Result<AsyncRawResponse>> + Send + 'future>>
    where
        'this: 'future,
        'request: 'future,
        Self: 'future,
    {
        Box::pin(self.send(request))
    }
}

fn outgoing(request: &Request) -> azure_core::Result<Outgoing> {
    let refused = |what: &'static str| Error::with_message(ErrorKind::Other, what);
    let url = request.url();
    let name = url.host_str().ok_or_else(|| refused("no host"))?;
    let host = url
        .port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    let query = url.query().map(|query| format!("?{query}"));
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers().iter() {
        let name = reqwest::header::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = reqwest::header::HeaderValue::from_str(value.as_str());
        if let (Ok(name), Ok(mut value)) = (name, value) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    let body = match request.body() {
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::SeekableStream(_) => return Err(refused("a stream is no token request")),
    };
    Ok(Outgoing {
        method: reqwest::Method::from_bytes(request.method().as_ref().as_bytes())
            .map_err(|_| refused("no such method"))?,
        host,
        path: format!("{}{}", url.path(), query.unwrap_or_default()),
        headers,
        body,
        // Only the endpoint of a managed identity, on this machine, is plain HTTP.
        scheme: if url.scheme() == "http" {
            "http"
        } else {
            "https"
        },
    })
}

fn library_headers(headers: &HeaderMap) -> Headers {
    let mut out = Headers::new();
    for (name, value) in headers {
        if let Ok(value) = value.to_str() {
            let name = HeaderName::from(name.as_str().to_owned());
            out.insert(name, HeaderValue::from(value.to_owned()));
        }
    }
    out
}
