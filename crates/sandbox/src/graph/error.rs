//! The error body of Microsoft Graph: "Microsoft Graph error responses" in its documentation.

use axum::http::StatusCode;
use serde::Serialize;

use crate::odata::FilterError;
use crate::reply::Reply;
use crate::world::{DirectoryGroupRefusal, DirectoryRefusal, Stamp};

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    detail: Option<Detail>,
}

#[derive(Clone, Debug, Serialize)]
struct Detail {
    code: &'static str,
    message: String,
    target: &'static str,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<[&'a Detail; 1]>,
    #[serde(rename = "innerError")]
    ids: Ids<'a>,
}

#[derive(Serialize)]
struct Ids<'a> {
    date: String,
    #[serde(rename = "request-id")]
    request_id: &'a str,
    #[serde(rename = "client-request-id")]
    client_request_id: &'a str,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            detail: None,
        }
    }

    /// The request cannot be understood.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// A value cannot be taken.
    pub(super) fn bad_value(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// A query is understood and not offered.
    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// The path is there, and not for this method.
    pub(super) fn method(method: &str) -> Self {
        let message =
            format!("Specified HTTP method is not allowed for the request target: '{method}'.");
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            message,
        )
    }

    /// There is nothing at a path.
    pub(super) fn no_route(path: &str) -> Self {
        let message = format!("Resource not found for the segment '{path}'.");
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }

    /// There is no such object.
    pub(super) fn missing(name: &str) -> Self {
        DirectoryRefusal::NoSuchUser(name.to_owned()).into()
    }

    pub(super) fn into_reply(self, id: &str, client_id: &str, date: Stamp) -> Reply {
        let body = Body {
            error: Inner {
                code: self.code,
                message: &self.message,
                details: self.detail.as_ref().map(|detail| [detail]),
                ids: Ids {
                    date: date.zoneless().to_string(),
                    request_id: id,
                    client_request_id: client_id,
                },
            },
        };
        Reply::json(self.status, &body)
    }
}

impl From<DirectoryRefusal> for Refusal {
    fn from(refusal: DirectoryRefusal) -> Self {
        let message = refusal.to_string();
        let detail = |code, target| {
            Some(Detail {
                code,
                message: message.clone(),
                target,
            })
        };
        let detail = match &refusal {
            DirectoryRefusal::NoSuchUser(_) => {
                let status = StatusCode::NOT_FOUND;
                return Self::new(status, "Request_ResourceNotFound", message);
            }
            DirectoryRefusal::Taken(property) => detail("ObjectConflict", property),
            DirectoryRefusal::Invalid(property) => detail("InvalidValue", property),
            DirectoryRefusal::Synced => None,
        };
        Self {
            detail,
            ..Self::bad_value(message)
        }
    }
}

impl From<DirectoryGroupRefusal> for Refusal {
    fn from(refusal: DirectoryGroupRefusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            DirectoryGroupRefusal::Missing(name) => Self::missing(&name),
            DirectoryGroupRefusal::Dynamic => {
                let status = StatusCode::FORBIDDEN;
                Self::new(status, "Authorization_RequestDenied", message)
            }
            DirectoryGroupRefusal::Synced
            | DirectoryGroupRefusal::MailEnabled
            | DirectoryGroupRefusal::AlreadyIn
            | DirectoryGroupRefusal::TooMany => Self::bad_value(message),
        }
    }
}

impl From<FilterError> for Refusal {
    fn from(error: FilterError) -> Self {
        Self::bad(format!("Invalid filter clause: {error}"))
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::bad(format!("Unable to read JSON request payload. {error}"))
    }
}
