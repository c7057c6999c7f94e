//! One answer, before it becomes HTTP. Each service adds its own headers to it.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// The media type, when there is a body.
    pub(crate) media: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// An answer without a body.
    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self {
            status,
            media: None,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// An answer in JSON.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self::bytes(status, "application/json", body),
            // Only a map whose keys are no texts fails, and none of ours is one.
            Err(error) => Self::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        }
    }

    /// An answer of a given media type.
    pub(crate) fn bytes(status: StatusCode, media: &str, body: Vec<u8>) -> Self {
        Self {
            media: Some(media.to_owned()),
            body,
            ..Self::empty(status)
        }
    }

    /// An answer in plain text.
    pub(crate) fn text(status: StatusCode, text: &str) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", text.into())
    }

    /// An answer in HTML.
    pub(crate) fn html(status: StatusCode, text: &str) -> Self {
        Self::bytes(status, "text/html; charset=utf-8", text.into())
    }

    /// The same answer with one more header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer with these headers in the place of any of the same names.
    pub(crate) fn with_headers(mut self, headers: Vec<(&'static str, String)>) -> Self {
        let is_new = |name: &str| headers.iter().any(|(new, _)| *new == name);
        self.headers.retain(|(name, _)| !is_new(name));
        self.headers.extend(headers);
        self
    }

    pub(crate) fn is_json(&self) -> bool {
        let media = self.media.as_deref().unwrap_or_default();
        media.starts_with("application/json")
    }

    /// Becomes HTTP. A header that cannot be one is left out: its value holds somebody's name.
    pub(crate) fn into_http(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let media = self.media.map(|media| (header::CONTENT_TYPE, media));
        let named = self.headers.into_iter();
        let named = named.map(|(name, value)| (HeaderName::from_static(name), value));
        for (name, value) in media.into_iter().chain(named) {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                headers.append(name, value);
            }
        }
        response
    }
}
