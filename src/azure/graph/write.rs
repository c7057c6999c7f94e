//! Writes to the directory that are not made in bulk: removals.

use crate::apply::port::{Call, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::request::Request;
use crate::model::ids::{ObjectId, RemoteId};

/// Takes a user out of the directory; they can be restored there for thirty days.
pub(crate) async fn delete_user(client: &Client, id: ObjectId) -> Outcome {
    let path = format!("/v1.0/users/{id}");
    let remote_id = RemoteId::ObjectId(id);
    match client.send(&Request::delete(Call::DeleteUser, path)).await {
        Ok(answer) => Outcome::Done {
            remote_id,
            request_id: answer.request_id(),
        },
        Err(failure) => failure.into_outcome(remote_id),
    }
}
