//! A request: what is asked of which host, and what may be done when it fails.

use serde::Serialize;
use strum::IntoStaticStr;

use super::host::Host;
use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError};

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(const_into_str, serialize_all = "UPPERCASE")]
pub(crate) enum Method {
    /// Headers only.
    Head,
    /// A read.
    Get,
    /// A creation or a query.
    Post,
    /// A change.
    Patch,
    /// A removal.
    Delete,
}

/// The error for content that cannot be written as JSON.
pub(crate) fn unwritable(call: Call, method: Method, error: &serde_json::Error) -> CallError {
    let url = format!("https://{}", Host::of(call).name());
    let message = format!("the request cannot be written: {error}");
    ApiError::unexpected(call, method.into_str(), url, message).into()
}

/// What a good answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// JSON.
    Json,
    /// The envelope of a batch: JSON, also with a 424, which some deployments answer when one of
    /// the requests in it was throttled.
    Batch,
    /// Text that is no page of HTML.
    Text,
    /// Whatever it holds is not looked at, as long as it is no page of HTML.
    Nothing,
    /// Any status at all: what counts is in the headers.
    Headers,
}

/// Whether a request may be repeated although it may have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Twice is as good as once.
    Freely,
    /// Only once it is certain that it was not carried out.
    Never,
}

/// What is asked of which host.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Which call it is.
    pub(crate) call: Call,
    /// The method.
    pub(crate) method: Method,
    /// Path and query, encoded.
    pub(crate) path: String,
    /// Headers besides those that every request to the host gets.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// Content type and content.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
    /// What a good answer holds.
    pub(crate) expect: Expect,
    /// Whether it may be repeated.
    pub(crate) repeat: Repeat,
    /// Whether it carries a token.
    pub(crate) signed_in: bool,
    /// Words in a 401 that make it a missing permission rather than a stale token.
    pub(crate) final_denial: Option<&'static str>,
}

impl Request {
    /// A read of JSON with a token.
    pub(crate) const fn get(call: Call, path: String) -> Self {
        Self {
            call,
            method: Method::Get,
            path,
            headers: Vec::new(),
            body: None,
            expect: Expect::Json,
            repeat: Repeat::Freely,
            signed_in: true,
            final_denial: None,
        }
    }

    /// A removal with a token. Twice is as good as once: the second finds nothing.
    pub(crate) fn delete(call: Call, path: String) -> Self {
        Self {
            method: Method::Delete,
            expect: Expect::Nothing,
            ..Self::get(call, path)
        }
    }

    /// A request with content and a token, not to be repeated blindly.
    pub(crate) fn with_json(
        method: Method,
        call: Call,
        path: String,
        body: &impl Serialize,
    ) -> Result<Self, CallError> {
        let body = serde_json::to_vec(body).map_err(|error| unwritable(call, method, &error))?;
        Ok(Self {
            method,
            body: Some(("application/json; charset=utf-8", body)),
            repeat: Repeat::Never,
            ..Self::get(call, path)
        })
    }

    /// The host that it goes to.
    pub(crate) const fn host(&self) -> Host {
        Host::of(self.call)
    }

    /// An error of this request, to which there is no answer.
    pub(crate) fn unanswered(&self, kind: ApiErrorKind, message: String) -> ApiError {
        let (method, url) = (self.method.into_str(), self.display_url());
        ApiError {
            kind,
            ..ApiError::unexpected(self.call, method, url, message)
        }
    }

    /// The URL without the query, as it is named in logs and errors.
    pub(crate) fn display_url(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("https://{}{path}", self.host().name())
    }
}
