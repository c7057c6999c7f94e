//! The kind of body that a request must say it has.

use axum::http::StatusCode;

use super::error::problem;
use crate::reply::Reply;
use crate::request::Request;

/// Refuses a body of json-patch that does not say it is one.
pub(crate) fn needs_json_patch(request: &Request) -> Option<Reply> {
    needs(request, "application/json-patch+json")
}

/// Refuses a body that does not say it is JSON.
pub(crate) fn needs_json(request: &Request) -> Option<Reply> {
    needs(request, "application/json")
}

fn needs(request: &Request, wanted: &str) -> Option<Reply> {
    let given = request.content_type();
    if given == wanted {
        return None;
    }
    let message = format!(
        "The request indicated a Content-Type of \"{given}\" for method type \"{}\" which is not \
         supported. Valid content types for this method are: {wanted}.",
        request.method
    );
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Some(problem(
        status,
        "VssRequestContentTypeNotSupportedException",
        &message,
    ))
}
