//! `POST /invitations`. There is no other way to an invitation: what can be read is the user.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::reply::Reply;
use crate::world::{InvitationOrder, InviteRefusal, Invited, derived_guid};
use orgctl_model::ids::ObjectId;
use orgctl_model::live::{InvitationStatus, UserType};

use super::json::user_type;
use super::relations::bound;
use crate::graph::error::Refusal;
use crate::graph::permissions::{INVITE, WRITE_USERS};
use crate::graph::{Answer, Call};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvitationBody {
    invited_user_email_address: Option<String>,
    invite_redirect_url: Option<String>,
    #[serde(default)]
    invited_user_display_name: Option<String>,
    #[serde(default)]
    invited_user_type: Option<String>,
    #[serde(default)]
    send_invitation_message: Option<bool>,
    #[serde(default)]
    reset_redemption: Option<bool>,
    #[serde(default)]
    invited_user_message_info: Option<MessageInfo>,
    #[serde(default)]
    invited_user: Option<InvitedUser>,
    #[serde(default, rename = "invitedUserSponsors@odata.bind")]
    sponsors: Option<Value>,
}

#[derive(Deserialize, Serialize)]
struct InvitedUser {
    id: ObjectId,
}

/// What the mail says and who else gets it; echoed.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct MessageInfo {
    message_language: Option<String>,
    customized_message_body: Option<String>,
    cc_recipients: Vec<Recipient>,
    // Makes it an object: a list of the values in order would do otherwise.
    #[serde(flatten, skip_serializing)]
    _others: Map<String, Value>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Recipient {
    email_address: Option<EmailAddress>,
    #[serde(flatten, skip_serializing)]
    _others: Map<String, Value>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct EmailAddress {
    name: Option<String>,
    address: Option<String>,
    #[serde(flatten, skip_serializing)]
    _others: Map<String, Value>,
}

impl Default for MessageInfo {
    /// With one recipient who is nobody, as the service writes it.
    fn default() -> Self {
        Self {
            message_language: None,
            customized_message_body: None,
            cc_recipients: vec![Recipient {
                email_address: Some(EmailAddress::default()),
                ..Recipient::default()
            }],
            _others: Map::new(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invitation<'a> {
    #[serde(rename = "@odata.context")]
    context: String,
    id: uuid::Uuid,
    invite_redeem_url: String,
    invited_user_display_name: &'a Option<String>,
    invited_user_type: &'static str,
    invited_user_email_address: &'a str,
    send_invitation_message: bool,
    reset_redemption: bool,
    invite_redirect_url: &'a str,
    status: &'static str,
    invited_user_message_info: MessageInfo,
    invited_user: InvitedUser,
}

pub(crate) fn invite(call: &Call<'_>) -> Answer {
    if !call.caller.may(INVITE) {
        return Err(unauthorized(call));
    }
    let order: InvitationBody = call.body()?;
    let given = |name, value: &Option<String>| {
        let value = value.clone().filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::bad(format!("The required property '{name}' is missing.")))
    };
    let address = given("invitedUserEmailAddress", &order.invited_user_email_address)?;
    let redirect = given("inviteRedirectUrl", &order.invite_redirect_url)?;
    if !redirect.to_lowercase().starts_with("https://") {
        return Err(Refusal::bad(
            "The inviteRedirectUrl is not an absolute https URL.",
        ));
    }
    let kind = match order.invited_user_type.as_deref() {
        None | Some("Guest") => UserType::Guest,
        Some("Member") => UserType::Member,
        Some(_) => return Err(Refusal::bad("The invitedUserType is invalid.")),
    };
    check_message(order.invited_user_message_info.as_ref())?;
    let reset = order.reset_redemption.unwrap_or(false);
    if reset && !call.caller.may(WRITE_USERS) {
        return Err(refused(call, &InviteRefusal::NotAllowed));
    }
    let sponsors = sponsors(&order)?;
    let sends = order.send_invitation_message.unwrap_or(false);
    let text = order.invited_user_message_info.as_ref();
    let text = text.and_then(|info| info.customized_message_body.clone());
    let invited = call.shared.write(|world| {
        let invited = world.invite(&InvitationOrder {
            address: &address,
            display_name: order.invited_user_display_name.as_deref(),
            user_type: kind,
            user: order.invited_user.as_ref().map(|user| user.id),
            reset,
            without_person: call.caller.is_application(),
            sponsors,
        })?;
        if sends {
            // The service leaves the text out where no person stands behind the invitation.
            let text = text.filter(|_| !call.caller.is_application());
            world.send_letter(invited.user, &address, text);
        }
        Ok(invited)
    });
    let invited = invited.map_err(|refusal| refused(call, &refusal))?;
    let tenant = call.shared.read(|world| world.directory().tenant);
    let id = derived_guid(&["invitation", &invited.ticket.to_string()]);
    let body = Invitation {
        context: call.context("invitations/$entity"),
        id,
        invite_redeem_url: redeem_url(tenant, &invited),
        invited_user_display_name: &order.invited_user_display_name,
        invited_user_type: user_type(kind),
        invited_user_email_address: &address,
        send_invitation_message: sends,
        reset_redemption: reset,
        invite_redirect_url: &redirect,
        status: status(invited.status),
        invited_user_message_info: order.invited_user_message_info.unwrap_or_default(),
        invited_user: InvitedUser { id: invited.user },
    };
    Ok(Reply::json(StatusCode::CREATED, &body))
}

fn sponsors(order: &InvitationBody) -> Result<BTreeSet<ObjectId>, Refusal> {
    let sponsors = order.sponsors.as_ref().map(bound).transpose()?;
    let sponsors = sponsors.unwrap_or_default();
    let sponsors = sponsors
        .iter()
        .map(|id| id.parse().map_err(|_| Refusal::missing(id)));
    sponsors.collect()
}

/// How the invitation service says no. It has words of its own, and 401 for what is 403 elsewhere.
fn refused(call: &Call<'_>, refusal: &InviteRefusal) -> Refusal {
    let text = refusal.to_string();
    let forbidden = |text| Refusal::new(StatusCode::FORBIDDEN, "Forbidden", text);
    match refusal {
        InviteRefusal::Unauthorized => unauthorized(call),
        InviteRefusal::CrossTenant | InviteRefusal::NotAllowed | InviteRefusal::Generic => {
            forbidden(text)
        }
        InviteRefusal::BlockedDomain => {
            if call.settings.blocked_domain_status == StatusCode::FORBIDDEN.as_u16() {
                return forbidden(text);
            }
            Refusal::bad(text)
        }
        InviteRefusal::BadAddress
        | InviteRefusal::OwnDomain
        | InviteRefusal::Blocked(_)
        | InviteRefusal::Internal(_)
        | InviteRefusal::OtherAddress
        | InviteRefusal::ProxyConflict
        | InviteRefusal::GroupAddress
        | InviteRefusal::Deleted(_) => Refusal::bad(text),
    }
}

fn unauthorized(call: &Call<'_>) -> Refusal {
    let tenant = call.shared.read(|world| world.directory().tenant);
    let text = format!(
        "Insufficient privileges to perform requested operation by the application \
         '00000003-0000-0000-c000-000000000000'. ControllerName=MSGraphInviteAPI, \
         ActionName=CreateInvite, URL absolute path=/api/{tenant}/invites"
    );
    Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", text)
}

/// What is sent with an invitation: at most one person gets a copy.
fn check_message(info: Option<&MessageInfo>) -> Result<(), Refusal> {
    if info.is_some_and(|info| info.cc_recipients.len() > 1) {
        return Err(Refusal::bad("The invitedUserMessageInfo is invalid."));
    }
    Ok(())
}

const fn status(status: InvitationStatus) -> &'static str {
    match status {
        InvitationStatus::Pending => "PendingAcceptance",
        InvitationStatus::Accepted => "Completed",
    }
}

fn redeem_url(tenant: orgctl_model::ids::TenantId, invited: &Invited) -> String {
    let Invited { user, ticket, .. } = invited;
    format!(
        "https://login.microsoftonline.com/redeem?rd=https%3a%2f%2finvitations.microsoft.com%2f\
         redeem%2f%3ftenant%3d{tenant}%26user%3d{user}%26ticket%3d{ticket}%26ver%3d2.0"
    )
}
