//! Who is signed in: a person, or an application with nobody behind it.

use crate::azure::port::{ApiError, ApiErrorKind};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::Request;

/// Whether no person stands behind the token. A token is not to be read by clients, so the service is
/// asked: `/me` is refused as a bad request to an application. Whoever may not read themselves, or is
/// not found, is a person all the same.
pub(crate) async fn is_application(client: &Client) -> Result<bool, ApiError> {
    let request = Request::get(Host::Graph, "/v1.0/me?$select=id".to_owned());
    match client.read(&request).await {
        Ok(_) => Ok(false),
        Err(error) => match error.kind {
            ApiErrorKind::Refused => Ok(true),
            ApiErrorKind::Forbidden | ApiErrorKind::NotFound => Ok(false),
            ApiErrorKind::Authentication
            | ApiErrorKind::Throttled
            | ApiErrorKind::Service
            | ApiErrorKind::Unreachable
            | ApiErrorKind::Unexpected => Err(error),
        },
    }
}
