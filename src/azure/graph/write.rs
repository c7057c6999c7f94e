//! Writes to the directory that are not made in bulk: invitations and removals.

use tokio::time::sleep;

use crate::azure::port::{ApiError, Outcome};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::{Client, Failure};
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Method, Request, unwritable};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::model::ids::{ObjectId, RemoteId};
use crate::model::person::Email;

use super::read;
use super::wire::{Invitation, MessageInfo, NewInvitation};

/// What the service says, with a 401, when the application may not invite. A new token would not
/// help.
const MAY_NOT_INVITE: &str = "Insufficient privileges";

/// How often an address is looked up before it counts as not invited, for a new guest is seen late:
/// with a second before the second look, for seven seconds when the service says that it failed…
const LOOK_UPS_MAX_FAILED: u32 = 4;

/// …and for half a minute when it said nothing, as when it is more likely that it has invited.
const LOOK_UPS_MAX_LOST: u32 = 7;

/// Somebody to invite.
pub(crate) struct Invite<'a> {
    /// The address.
    pub(crate) address: &'a Email,
    /// The name that others see.
    pub(crate) display_name: Option<&'a str>,
    /// The text in the mail.
    pub(crate) message: Option<&'a str>,
    /// Where the person lands.
    pub(crate) redirect_url: &'a str,
}

/// Invites somebody. The mail is what must not be sent twice: after a lost answer the address is
/// looked up for longer than new guests are known to take, and only when nobody came of it the
/// invitation is sent again. Whoever runs apply again would have it sent sooner.
pub(crate) async fn invite(client: &Client, invite: &Invite<'_>) -> Outcome {
    let request = match invitation(invite) {
        Ok(request) => request,
        Err(error) => return Outcome::Failed(unwritable(Method::Post, Host::Graph, &error)),
    };
    let mut attempt = 1;
    loop {
        let failure = match client.send(&request).await.and_then(|a| invited(&a)) {
            Ok(outcome) => return outcome,
            Err(failure) if !failure.may_be_done => return Outcome::Failed(*failure.error),
            Err(failure) => failure,
        };
        let has_failed = matches!(failure.error.status, Some(500..=599));
        let looks = if has_failed {
            LOOK_UPS_MAX_FAILED
        } else {
            LOOK_UPS_MAX_LOST
        };
        // A success that does not say who was invited is one all the same.
        let has_succeeded = matches!(failure.error.status, Some(200..=299));
        match look_up(client, invite.address, looks).await {
            Ok(Some(id)) => {
                return Outcome::Done {
                    remote_id: RemoteId::ObjectId(id),
                    request_id: failure.error.request_id,
                };
            }
            Ok(None) if attempt < ATTEMPTS_MAX && !has_succeeded => {}
            Ok(None) | Err(_) => return Outcome::Unsure(*failure.error),
        }
        attempt += 1;
    }
}

/// Takes a user out of the directory; they can be restored there for thirty days.
pub(crate) async fn delete_user(client: &Client, id: ObjectId) -> Outcome {
    let path = format!("/v1.0/users/{id}");
    let remote_id = RemoteId::ObjectId(id);
    match client.send(&Request::delete(Host::Graph, path)).await {
        Ok(answer) => Outcome::Done {
            remote_id,
            request_id: answer.request_id(),
        },
        Err(failure) => failure.into_outcome(remote_id),
    }
}

fn invitation(invite: &Invite<'_>) -> Result<Request, serde_json::Error> {
    let body = NewInvitation {
        invited_user_email_address: invite.address.as_str(),
        invite_redirect_url: invite.redirect_url,
        invited_user_display_name: invite.display_name,
        send_invitation_message: true,
        invited_user_message_info: invite.message.map(|text| MessageInfo {
            customized_message_body: text,
        }),
    };
    let path = "/v1.0/invitations".to_owned();
    Ok(Request {
        final_denial: Some(MAY_NOT_INVITE),
        ..Request::with_json(Method::Post, Host::Graph, path, &body)?
    })
}

fn invited(answer: &Answer) -> Result<Outcome, Failure> {
    let unclear = |error: ApiError| Failure {
        error: Box::new(error),
        may_be_done: true,
    };
    let invitation: Invitation<'_> = answer.json().map_err(unclear)?;
    let user = invitation.invited_user;
    let id = user.and_then(|user| user.id.as_str().parse().ok());
    match id.filter(|id: &ObjectId| !id.is_nil()) {
        Some(id) => Ok(Outcome::Done {
            remote_id: RemoteId::ObjectId(id),
            request_id: answer.request_id(),
        }),
        None => Err(unclear(
            answer.unexpected("the answer does not say who was invited".to_owned()),
        )),
    }
}

/// Whoever has the address by the last look.
async fn look_up(
    client: &Client,
    address: &Email,
    looks: u32,
) -> Result<Option<ObjectId>, ApiError> {
    let mut waits = Waits::new(client.backoff_first());
    for _ in 1..looks {
        if let found @ Ok(Some(_)) = read::user_at(client, address).await {
            return found;
        }
        sleep(waits.next_wait()).await;
    }
    read::user_at(client, address).await
}
