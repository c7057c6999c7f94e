//! Who is signed in: a person, or an application with nobody behind it.

use crate::apply::port::{ApiErrorKind, Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::request::Request;
use crate::model::live::CallerKind;

/// Who stands behind the token. A token is not to be read by clients, so the service is
/// asked: `/me` is refused as a bad request to an application. Whoever may not read themselves, or is
/// not found, is a person all the same.
pub(crate) async fn kind(client: &Client) -> Result<CallerKind, CallError> {
    let request = Request::get(Call::SignedIn, "/v1.0/me?$select=id".to_owned());
    match client.read(&request).await {
        Ok(_) => Ok(CallerKind::Person),
        Err(error) => match error.kind() {
            ApiErrorKind::Refused => Ok(CallerKind::Application),
            ApiErrorKind::Forbidden | ApiErrorKind::NotFound => Ok(CallerKind::Person),
            ApiErrorKind::Authentication
            | ApiErrorKind::Throttled
            | ApiErrorKind::Service
            | ApiErrorKind::Unreachable
            | ApiErrorKind::Untrusted
            | ApiErrorKind::Unexpected => Err(error),
        },
    }
}
