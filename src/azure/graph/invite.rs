//! Invitations. What comes of one is a user and a mail, and the mail is what must not go out twice.

use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::sleep;

use crate::apply::port::{ApiError, Call, CallError, Outcome};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::failure::Failure;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Method, Request};
use crate::azure::transport::retry::ATTEMPTS_MAX;
use crate::azure::transport::side_by_side::all_at_once;
use crate::model::ids::{ObjectId, OrganizationName, RemoteId, RequestId};
use crate::model::person::Email;

use super::guest_lookup::{InitialDomain, Looks, Seen, look, look_closely};
use super::mail::{self, SecretMail};
use super::wire::{Invitation, MadeId, MessageInfo, NewInvitation};

/// What the service says, with a 401, when the application may not invite. A new token would not
/// help.
const MAY_NOT_INVITE: &str = "Insufficient privileges";

/// What is waited before each look for somebody whose invitation the service says has failed, in
/// first waits. With a second for the first, and the moment in which others are collected for the
/// same look, these are after one, three and seven seconds…
const PAUSES_FAILED: [u32; 3] = [0, 1, 3];

/// …and for whom it said nothing, or something in between did: after one, four, thirteen and
/// thirty-one. It is more likely then that it has invited, and a new guest is seen late.
const PAUSES_LOST: [u32; 4] = [0, 2, 8, 17];

/// What is asked of a guest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    /// The name that others see.
    pub(crate) display_name: Option<&'a str>,
    /// The text in the mail.
    pub(crate) message: Option<&'a str>,
    /// The mailbox that the mail comes from; absent where the service sends it.
    pub(crate) sender: Option<&'a Email>,
    /// Who is asked once more; absent for a first invitation.
    pub(crate) again: Option<ObjectId>,
    /// Whether whoever is asked once more begins anew, with whatever account.
    pub(crate) resets: bool,
}

/// Somebody to invite.
pub(crate) struct Invite<'a> {
    /// The address.
    pub(crate) address: &'a Email,
    /// What is asked.
    pub(crate) asking: Asking<'a>,
    /// The organization that they are to come into.
    pub(crate) organization: &'a OrganizationName,
}

/// An invitation that was made.
struct Invited {
    user: ObjectId,
    /// Where the guest accepts. A secret: whoever has it can accept.
    redeem_url: Option<SecretString>,
    request_id: Option<RequestId>,
}

/// How the directory is reached.
#[derive(Clone, Copy)]
struct Way<'a> {
    client: &'a Client,
    domain: &'a InitialDomain,
    looks: &'a Looks<'a>,
}

/// Invites people, and writes to them; the outcomes are in the order given. Who is in doubt is looked
/// for together with others who are.
pub(crate) async fn invite_all(
    client: &Client,
    domain: &InitialDomain,
    invites: &[Invite<'_>],
) -> Vec<Outcome> {
    let way = Way {
        client,
        domain,
        looks: &Looks::new(client.backoff_first()),
    };
    let under_way = invites.iter().map(|one| invite(way, one));
    all_at_once(under_way.collect()).await
}

async fn invite<'a>(way: Way<'a>, invite: &Invite<'a>) -> Outcome {
    let client = way.client;
    let sent = match invite.asking.sender {
        None => by_service(way, invite).await,
        Some(_) => without_mail(way, invite).await,
    };
    let invited = match sent {
        Ok(invited) => invited,
        Err(outcome) => return outcome,
    };
    let remote_id = RemoteId::ObjectId(invited.user);
    let other = invite.asking.again.filter(|user| *user != invited.user);
    if let Some(user) = other {
        let message = format!("the service invited {} instead of {user}", invited.user);
        return Outcome::failed(error(message, invited.request_id));
    }
    let Some(sender) = invite.asking.sender else {
        return Outcome::Done {
            remote_id,
            request_id: invited.request_id,
        };
    };
    let Some(url) = invited.redeem_url else {
        let message = "the answer does not say where the guest accepts".to_owned();
        let error = error(message, invited.request_id);
        return Outcome::MailOwed { remote_id, error };
    };
    match write_to(client, invite, sender, &url).await {
        Ok(()) => Outcome::Done {
            remote_id,
            request_id: invited.request_id,
        },
        Err(failure) if failure.may_be_done => unsure(invited.user, *failure.error),
        Err(failure) => Outcome::MailOwed {
            remote_id,
            error: *failure.error,
        },
    }
}

/// The service sends the mail together with the invitation. After a lost answer the guest is looked
/// for, for longer than new guests are known to take: who is there was invited and written to. Only
/// when the directory has nobody, neither by address nor by the name that a guest would have, the
/// invitation is sent again. Where looking leaves it open, and for somebody who was there before,
/// whom one mail more would not show on, it is not.
async fn by_service<'a>(way: Way<'a>, invite: &Invite<'a>) -> Result<Invited, Outcome> {
    let client = way.client;
    let request = request(invite).map_err(Outcome::failed)?;
    let mut attempt = 1;
    loop {
        let failure = match client.send(&request).await.and_then(|a| invited(&a)) {
            Ok(invited) => return Ok(invited),
            Err(failure) if !failure.may_be_done => return Err(Outcome::failed(*failure.error)),
            Err(failure) => failure,
        };
        match invite.asking.again {
            // Whether it was done, the user shows.
            Some(_) if invite.asking.resets => return Err(Outcome::unsure(*failure.error)),
            Some(user) => return Err(unsure(user, *failure.error)),
            None => {}
        }
        // A success that does not say who was invited is one all the same.
        let has_succeeded = matches!(failure.error.status(), Some(200..=299));
        match look_up(way, invite.address, &failure).await {
            Seen::Somebody(user) => {
                return Ok(Invited {
                    user,
                    redeem_url: None,
                    request_id: failure.error.request_id().cloned(),
                });
            }
            Seen::Nobody if attempt < ATTEMPTS_MAX && !has_succeeded => {}
            Seen::Nobody | Seen::Unclear => return Err(Outcome::unsure(*failure.error)),
        }
        attempt += 1;
    }
}

/// No mail goes out, so inviting somebody who is there once more does no harm; it is how the address
/// to accept at is come by after a lost answer.
async fn without_mail<'a>(way: Way<'a>, invite: &Invite<'a>) -> Result<Invited, Outcome> {
    let client = way.client;
    let request = request(invite).map_err(Outcome::failed)?;
    let mut user = invite.asking.again;
    let mut attempt = 1;
    loop {
        let failure = match client.send(&request).await.and_then(|a| invited(&a)) {
            Ok(invited) => return Ok(invited),
            Err(failure) if !failure.may_be_done => {
                let error = *failure.error;
                return Err(match user.filter(|_| attempt > 1) {
                    Some(user) => owed(user, error),
                    None => Outcome::failed(error),
                });
            }
            Err(failure) => failure,
        };
        let is_known = match user {
            Some(_) => true,
            None => match look_up(way, invite.address, &failure).await {
                Seen::Somebody(found) => {
                    user = Some(found);
                    true
                }
                Seen::Nobody => true,
                Seen::Unclear => false,
            },
        };
        match user {
            _ if is_known && attempt < ATTEMPTS_MAX => {}
            Some(user) => return Err(owed(user, *failure.error)),
            None => return Err(Outcome::unsure(*failure.error)),
        }
        attempt += 1;
    }
}

fn unsure(user: ObjectId, error: CallError) -> Outcome {
    let unsure = |said: &str| format!("the mail may have gone out, and is not sent again: {said}");
    Outcome::MailUnsure {
        remote_id: RemoteId::ObjectId(user),
        error: error.reworded(unsure),
    }
}

const fn owed(user: ObjectId, error: CallError) -> Outcome {
    Outcome::MailOwed {
        remote_id: RemoteId::ObjectId(user),
        error,
    }
}

async fn write_to(
    client: &Client,
    invite: &Invite<'_>,
    sender: &Email,
    url: &SecretString,
) -> Result<(), Failure> {
    let organization = invite.organization;
    let subject = format!("You are invited to {organization} on Azure DevOps");
    let text = format!(
        "{}\n\nTo accept the invitation to {organization}, open this address:\n{}\n",
        invite.asking.message.unwrap_or_default(),
        url.expose_secret()
    );
    let mail = SecretMail {
        sender,
        recipient: invite.address,
        name: invite.asking.display_name,
        subject: &subject,
        text: &text,
    };
    mail::send_secret(client, &mail).await
}

fn request(invite: &Invite<'_>) -> Result<Request, CallError> {
    let Asking {
        display_name,
        message,
        sender,
        again,
        resets,
    } = invite.asking;
    let redirect_url = format!("https://{}/{}", Host::DevOps.name(), invite.organization);
    let body = NewInvitation {
        invited_user_email_address: invite.address.as_str(),
        invite_redirect_url: &redirect_url,
        invited_user_display_name: display_name,
        send_invitation_message: sender.is_none(),
        invited_user_message_info: message
            .filter(|_| sender.is_none())
            .map(|text| MessageInfo {
                customized_message_body: text,
            }),
        reset_redemption: resets,
        invited_user: again.filter(|_| resets).map(|id| MadeId { id }),
    };
    let path = "/v1.0/invitations".to_owned();
    let request = Request::with_json(Method::Post, Call::Invite, path, &body)?;
    Ok(Request {
        final_denial: Some(MAY_NOT_INVITE),
        ..request
    })
}

fn invited(answer: &Answer) -> Result<Invited, Failure> {
    let unclear = |error: CallError| Failure {
        error: Box::new(error),
        may_be_done: true,
    };
    let invitation: Invitation<'_> = answer.json().map_err(unclear)?;
    let user = invitation.invited_user;
    let id = user.and_then(|user| user.id.as_str().parse().ok());
    match id.filter(|id: &ObjectId| !id.is_nil()) {
        Some(user) => Ok(Invited {
            user,
            redeem_url: invitation.invite_redeem_url.get().map(SecretString::from),
            request_id: answer.request_id(),
        }),
        None => Err(unclear(
            answer.unexpected("the answer does not say who was invited".to_owned()),
        )),
    }
}

fn error(message: String, request_id: Option<RequestId>) -> CallError {
    let url = format!("https://{}/v1.0/invitations", Host::Graph.name());
    CallError::Api(ApiError {
        request_id,
        ..ApiError::unexpected(Call::Invite, Method::Post.into_str(), url, message)
    })
}

/// What is known of an address by the last look, which is a close one.
async fn look_up<'a>(way: Way<'a>, address: &'a Email, failure: &Failure) -> Seen {
    // A gateway that answers instead of the service knows nothing of what that has done.
    let has_failed = matches!(failure.error.status(), Some(500 | 503));
    let pauses = if has_failed {
        PAUSES_FAILED.as_slice()
    } else {
        PAUSES_LOST.as_slice()
    };
    let Way {
        client,
        domain,
        looks,
    } = way;
    let mut pauses = pauses.iter().map(|pause| client.backoff_first() * *pause);
    let last = pauses.next_back().unwrap_or_default();
    for pause in pauses {
        sleep(pause).await;
        if let Ok(Some(user)) = look(client, looks, address).await {
            return Seen::Somebody(user);
        }
    }
    sleep(last).await;
    let seen = look_closely(client, domain, looks, address).await;
    seen.unwrap_or_default()
}
