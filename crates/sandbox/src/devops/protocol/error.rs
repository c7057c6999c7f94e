//! The error body of Azure DevOps: its members in the order in which the service writes them.

use axum::http::StatusCode;
use serde::Serialize;

use crate::reply::Reply;

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "$id")]
    id: &'a str,
    #[serde(rename = "innerException")]
    inner_exception: Option<()>,
    message: &'a str,
    #[serde(rename = "typeName")]
    type_name: String,
    #[serde(rename = "typeKey")]
    type_key: &'a str,
    #[serde(rename = "errorCode")]
    error_code: u32,
    #[serde(rename = "eventId")]
    event_id: u32,
}

/// An error of the service.
pub(crate) fn problem(status: StatusCode, type_key: &str, message: &str) -> Reply {
    let body = Problem {
        id: "1",
        inner_exception: None,
        message,
        type_name: format!(
            "Microsoft.VisualStudio.Services.Common.{type_key}, \
             Microsoft.VisualStudio.Services.Common"
        ),
        type_key,
        error_code: 0,
        event_id: 3000,
    };
    let mut reply = Reply::json(status, &body);
    reply.media = Some("application/json; charset=utf-8".to_owned());
    reply
}

/// An error that the documentation gives no name.
pub(crate) fn refused(status: StatusCode, message: &str) -> Reply {
    problem(status, "VssServiceException", message)
}
