//! `POST /invitations`. There is no other way to an invitation: what can be read is the user.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::ids::ObjectId;
use crate::model::live::{InvitationStatus, UserType};
use crate::sandbox::reply::Reply;
use crate::sandbox::world::{InvitationOrder, Invited, derived_guid};

use super::error::Refusal;
use super::user_json::user_type;
use super::{Answer, Call};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
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

pub(super) fn invite(call: &Call<'_>) -> Answer {
    if call.request.content_type() != "application/json" {
        return Err(Refusal::bad(
            "Write requests must declare their Content-Type as JSON.",
        ));
    }
    let order: Order = serde_json::from_slice(&call.request.body)?;
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
    let invited = call.shared.write(|world| {
        world.invite(&InvitationOrder {
            address: &address,
            display_name: order.invited_user_display_name.as_deref(),
            user_type: kind,
            user: order.invited_user.as_ref().map(|user| user.id),
            reset: order.reset_redemption.unwrap_or(false),
        })
    })?;
    let tenant = call.shared.read(|world| world.directory().tenant);
    let id = derived_guid(&["invitation", &invited.ticket.to_string()]);
    let body = Invitation {
        context: call.context("invitations/$entity"),
        id,
        invite_redeem_url: redeem_url(tenant, &invited),
        invited_user_display_name: &order.invited_user_display_name,
        invited_user_type: user_type(kind),
        invited_user_email_address: &address,
        send_invitation_message: order.send_invitation_message.unwrap_or(false),
        reset_redemption: order.reset_redemption.unwrap_or(false),
        invite_redirect_url: &redirect,
        status: status(invited.status),
        invited_user_message_info: order.invited_user_message_info.unwrap_or_default(),
        invited_user: InvitedUser { id: invited.user },
    };
    Ok(Reply::json(StatusCode::CREATED, &body))
}

const fn status(status: InvitationStatus) -> &'static str {
    match status {
        InvitationStatus::Pending => "PendingAcceptance",
        InvitationStatus::Accepted => "Completed",
    }
}

fn redeem_url(tenant: crate::model::ids::TenantId, invited: &Invited) -> String {
    let Invited { user, ticket, .. } = invited;
    format!(
        "https://login.microsoftonline.com/redeem?rd=https%3a%2f%2finvitations.microsoft.com%2f\
         redeem%2f%3ftenant%3d{tenant}%26user%3d{user}%26ticket%3d{ticket}%26ver%3d2.0"
    )
}
