//! `sendMail`: into the outbox, with the errors of the mail service, which are not those of the
//! directory.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::reply::Reply;
use crate::world::{MailRefusal, World};
use orgctl_model::ids::ObjectId;

use super::error::Refusal;
use super::users::read::find;
use super::{Answer, Call};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MailBody {
    message: Map<String, Value>,
    #[serde(default)]
    save_to_sent_items: Option<Value>,
}

/// `POST /users/{id}/sendMail` and `/me/sendMail`
pub(super) fn send(call: &Call<'_>) -> Answer {
    let order: MailBody = call.body()?;
    check(&order.message)?;
    // Microsoft's own samples send the text "false".
    let saved = match &order.save_to_sent_items {
        None | Some(Value::Null) => true,
        Some(Value::Bool(saved)) => *saved,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => false,
        Some(Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            return Err(Refusal::bad("saveToSentItems must be true or false."));
        }
    };
    call.shared.write(|world| {
        let sender = sender(call, world)?;
        world.send_mail(sender, Value::Object(order.message), saved);
        Ok(Reply::empty(StatusCode::ACCEPTED))
    })
}

fn sender(call: &Call<'_>, world: &World) -> Result<ObjectId, Refusal> {
    let id = if call.is_me() {
        call.caller.person(world)?
    } else {
        let found = find(world, call.key(0));
        found.map_err(|_| refused(MailRefusal::InvalidUser))?.0
    };
    let user = world
        .user(id)
        .ok_or_else(|| refused(MailRefusal::InvalidUser))?;
    let mail = user
        .mail
        .as_ref()
        .ok_or_else(|| refused(MailRefusal::NoMailbox))?;
    match world.mail_refusal(mail) {
        Some(refusal) => Err(refused(refusal)),
        None => Ok(id),
    }
}

fn refused(refusal: MailRefusal) -> Refusal {
    let (status, code, message) = match refusal {
        MailRefusal::AccessDenied => (
            StatusCode::FORBIDDEN,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        ),
        MailRefusal::NoMailbox => (
            StatusCode::NOT_FOUND,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        ),
        MailRefusal::InvalidRecipients => (
            StatusCode::BAD_REQUEST,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid.",
        ),
        MailRefusal::SendAsDenied => (
            StatusCode::FORBIDDEN,
            "ErrorSendAsDenied",
            "The user account which was used to submit this request does not have the right to \
             send mail on behalf of the specified sending account.",
        ),
        MailRefusal::SubmissionBlocked => (
            StatusCode::FORBIDDEN,
            "ErrorMessageSubmissionBlocked",
            "Cannot send mail. Follow the instructions in your Inbox to verify your account.",
        ),
        MailRefusal::InvalidUser => (
            StatusCode::NOT_FOUND,
            "ErrorInvalidUser",
            "The requested user is invalid.",
        ),
    };
    Refusal::new(status, code, message)
}

fn check(message: &Map<String, Value>) -> Result<(), Refusal> {
    let mut recipients = 0;
    for name in ["toRecipients", "ccRecipients", "bccRecipients"] {
        let list = match message.get(name) {
            None | Some(Value::Null) => continue,
            Some(list) => list.as_array().ok_or_else(|| bad_member(name))?,
        };
        for recipient in list {
            let address = recipient.pointer("/emailAddress/address");
            let address = address.and_then(Value::as_str);
            let good = address.and_then(|text| text.split_once('@'));
            let (local, domain) = good.ok_or_else(|| refused(MailRefusal::InvalidRecipients))?;
            if local.is_empty() || domain.is_empty() {
                return Err(refused(MailRefusal::InvalidRecipients));
            }
            recipients += 1;
        }
    }
    if recipients == 0 {
        return Err(refused(MailRefusal::InvalidRecipients));
    }
    if !is_text(message.get("subject")) {
        return Err(bad_member("subject"));
    }
    if let Some(body) = message.get("body").filter(|body| !body.is_null()) {
        let kind = body.get("contentType");
        let is_known = kind.is_none_or(|kind| {
            let kind = kind.as_str().unwrap_or_default().to_lowercase();
            ["text", "html"].contains(&kind.as_str())
        });
        if !body.is_object() || !is_known || !is_text(body.get("content")) {
            return Err(bad_member("body"));
        }
    }
    check_headers(message.get("internetMessageHeaders"))
}

/// Whether a member that may be left out is text.
fn is_text(member: Option<&Value>) -> bool {
    member.is_none_or(|value| value.is_string() || value.is_null())
}

fn check_headers(headers: Option<&Value>) -> Result<(), Refusal> {
    const NAME: &str = "internetMessageHeaders";
    let headers = match headers {
        None | Some(Value::Null) => return Ok(()),
        Some(headers) => headers.as_array().ok_or_else(|| bad_member(NAME))?,
    };
    for header in headers {
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let (Some(name), Some(_)) = (text("name"), text("value")) else {
            return Err(bad_member(NAME));
        };
        if !name.to_lowercase().starts_with("x-") {
            let text = format!(
                "The internet message header name '{name}' should start with 'x-' or 'X-'."
            );
            let status = StatusCode::BAD_REQUEST;
            return Err(Refusal::new(status, "InvalidInternetMessageHeader", text));
        }
    }
    Ok(())
}

fn bad_member(name: &str) -> Refusal {
    Refusal::bad(format!("The property '{name}' of the message is invalid."))
}
