//! Errors of apply: a request that did not succeed, a call for which none was sent, and the failures of
//! a step that are neither.

use std::borrow::Cow;
use std::fmt;

use super::call::Call;
use crate::model::address::Address;
use crate::model::ids::{OrganizationName, RequestId};
use crate::model::live::Connection;

/// What went wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiErrorKind {
    /// Nobody could be signed in, or the service did not take the token.
    Authentication,
    /// The service knows the caller and says no.
    Forbidden,
    /// There is no such thing, or the caller may not see it.
    NotFound,
    /// The service refused the content.
    Refused,
    /// The service is busy, and stayed so.
    Throttled,
    /// The service failed.
    Service,
    /// The service could not be reached, or the answer was lost.
    Unreachable,
    /// What stands in for the services has a certificate that is not trusted.
    Untrusted,
    /// The answer is not what the service's description says.
    Unexpected,
}

/// A request that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// What went wrong.
    pub kind: ApiErrorKind,
    /// Which call it is.
    pub call: Call,
    /// `GET`, `PATCH`, …
    pub method: &'static str,
    /// Where to, without the query.
    pub url: String,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The service's own code, such as `Request_BadRequest` or `VssServiceException`.
    pub code: Option<String>,
    /// The service's own words, or the network's. From outside: never trusted.
    pub message: String,
    /// What the service calls the request.
    pub request_id: Option<RequestId>,
}

impl ApiError {
    /// A request whose answer is missing or says something else than the service's description.
    pub const fn unexpected(
        call: Call,
        method: &'static str,
        url: String,
        message: String,
    ) -> Self {
        Self {
            kind: ApiErrorKind::Unexpected,
            call,
            method,
            url,
            status: None,
            code: None,
            message,
            request_id: None,
        }
    }

    /// Which request it was and how it was answered, without the service's words.
    pub fn request(&self) -> String {
        let mut text = format!("{} {}", self.method, self.url);
        if let Some(status) = self.status {
            text.extend([" answered ", &status.to_string()]);
        }
        if let Some(code) = &self.code {
            text.extend([" ", code]);
        }
        if let Some(id) = &self.request_id {
            text.extend([" (request ", id.as_str(), ")"]);
        }
        text
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.request())
    }
}

impl std::error::Error for ApiError {}

/// Why a call of a service failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// A request did not succeed.
    Api(ApiError),
    /// Nobody could be signed in, so nothing was asked.
    SignIn {
        /// Why not, of each way that was tried.
        message: String,
        /// The request for a token.
        request: String,
    },
    /// The service did not take the request in time, so it was not sent.
    NoTurn {
        /// Why not, and how long the service wants to be left alone.
        message: String,
        /// The request that was not sent.
        request: String,
    },
}

impl CallError {
    /// The request that did not succeed, if there was one.
    pub const fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::SignIn { .. } | Self::NoTurn { .. } => None,
        }
    }

    /// What went wrong, in the terms of a request.
    pub const fn kind(&self) -> ApiErrorKind {
        match self {
            Self::Api(error) => error.kind,
            Self::SignIn { .. } => ApiErrorKind::Authentication,
            Self::NoTurn { .. } => ApiErrorKind::Throttled,
        }
    }

    /// Why. Of a request these are the service's own words: never trusted.
    pub fn message(&self) -> &str {
        match self {
            Self::Api(error) => &error.message,
            Self::SignIn { message, .. } | Self::NoTurn { message, .. } => message,
        }
    }

    /// Which request it was about, and how it was answered, if it was.
    pub fn request(&self) -> String {
        match self {
            Self::Api(error) => error.request(),
            Self::SignIn { request, .. } | Self::NoTurn { request, .. } => request.clone(),
        }
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.api()?.status
    }

    /// The service's own code, where there was an answer with one.
    pub fn code(&self) -> Option<&str> {
        self.api()?.code.as_deref()
    }

    /// What the service calls the request, if it was answered.
    pub fn request_id(&self) -> Option<&RequestId> {
        self.api()?.request_id.as_ref()
    }

    /// The same with other words, made from those that it has.
    #[must_use = "returns the error with other words"]
    pub fn reworded(mut self, reword: impl FnOnce(&str) -> String) -> Self {
        let message = match &mut self {
            Self::Api(error) => &mut error.message,
            Self::SignIn { message, .. } | Self::NoTurn { message, .. } => message,
        };
        *message = reword(message);
        self
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message(), self.request())
    }
}

impl std::error::Error for CallError {}

impl From<ApiError> for CallError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// Why a step was not carried out, or why nobody knows whether it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepError {
    /// A call of a service failed.
    Call(CallError),
    /// There is no request for the step, so nothing was sent.
    NoRequest {
        /// Which step.
        address: Address,
        /// Why not.
        why: &'static str,
    },
    /// A file could not be written.
    File {
        /// Which file or folder.
        path: String,
        /// What it is for, and the system's words.
        message: String,
    },
    /// The first password of a new user could not be kept, so the request for it was not sent.
    Password {
        /// Why not.
        message: String,
        /// The request that was not sent.
        request: String,
    },
    /// The organization does not show the connection that the step asks for.
    NotShown {
        /// The organization.
        organization: OrganizationName,
        /// What it is to show.
        wanted: Connection,
        /// The request that asked for it, as the service calls it.
        request_id: Option<RequestId>,
    },
}

impl StepError {
    /// The request that did not succeed, if there was one.
    pub const fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Call(error) => error.api(),
            Self::NoRequest { .. }
            | Self::File { .. }
            | Self::Password { .. }
            | Self::NotShown { .. } => None,
        }
    }

    /// Why. Of a request these are the service's own words: never trusted.
    pub fn message(&self) -> Cow<'_, str> {
        match self {
            Self::Call(error) => Cow::Borrowed(error.message()),
            Self::NoRequest { why, .. } => Cow::Owned(format!("nothing was sent: {why}")),
            Self::File { message, .. } | Self::Password { message, .. } => Cow::Borrowed(message),
            Self::NotShown { wanted, .. } => Cow::Owned(match wanted {
                Connection::Tenant(tenant) => {
                    format!("the organization does not show tenant {tenant} yet")
                }
                Connection::Personal => "the organization still shows a tenant".to_owned(),
                Connection::Unknown => "the organization does not say what backs it".to_owned(),
            }),
        }
    }

    /// What it happened to: the request and how it was answered, the file or the step.
    pub fn place(&self) -> String {
        match self {
            Self::Call(error) => error.request(),
            Self::NoRequest { address, .. } => format!("- {address}"),
            Self::File { path, .. } => format!("write {path}"),
            Self::Password { request, .. } => request.clone(),
            Self::NotShown {
                organization,
                request_id,
                ..
            } => {
                let mut text = format!("HEAD https://dev.azure.com/{organization}");
                if let Some(id) = request_id {
                    text.extend([" (request ", id.as_str(), ")"]);
                }
                text
            }
        }
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message(), self.place())
    }
}

impl std::error::Error for StepError {}

impl From<CallError> for StepError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<ApiError> for StepError {
    fn from(error: ApiError) -> Self {
        Self::Call(CallError::Api(error))
    }
}
