//! `sendMail` of Microsoft Graph v1.0. The service tells no id of what it takes and looking shows
//! nothing, so a mail is sent once and never again.

use serde::Serialize;

use crate::apply::port::{Call, CallError, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::failure::Failure;
use crate::azure::transport::request::{Expect, Method, Request};
use crate::model::ids::{RemoteId, RequestId};
use crate::model::person::Email;

/// The header that tells our mail from others. Names of one's own begin with `x-`.
const MARK: &str = "x-orgctl-notice";

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Under which id it is recorded.
    pub remote_id: RemoteId,
    /// To whom.
    pub to: Email,
    /// What it is about.
    pub subject: String,
    /// The text, as HTML.
    pub html: String,
    /// Which notice it is, for whoever looks at its headers.
    pub mark: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    message: Message<'a>,
    save_to_sent_items: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    subject: &'a str,
    body: Body<'a>,
    to_recipients: [Recipient<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    internet_message_headers: Option<[Header<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    content_type: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Recipient<'a> {
    email_address: Address<'a>,
}

#[derive(Serialize)]
struct Address<'a> {
    address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Header<'a> {
    name: &'static str,
    value: &'a str,
}

/// A mail in plain text, whose text may hold a secret.
pub(super) struct SecretMail<'a> {
    /// The mailbox that it comes from.
    pub(super) sender: &'a Email,
    /// Where it goes.
    pub(super) recipient: &'a Email,
    /// Their name.
    pub(super) name: Option<&'a str>,
    /// What it is about.
    pub(super) subject: &'a str,
    /// The text: neither logged nor kept in the mailbox.
    pub(super) text: &'a str,
}

/// Sends one mail.
pub(crate) async fn send(client: &Client, sender: Option<&Email>, mail: &Mail) -> Outcome {
    match order(client, sender, &of_notice(mail)).await {
        Ok(request_id) => Outcome::Done {
            remote_id: mail.remote_id,
            request_id,
        },
        Err(failure) if failure.may_be_done => Outcome::unsure(*failure.error),
        Err(failure) => Outcome::failed(*failure.error),
    }
}

/// Sends one mail that may hold a secret.
///
/// # Errors
/// [`Failure`] says whether the mail may be on its way all the same.
pub(super) async fn send_secret(client: &Client, mail: &SecretMail<'_>) -> Result<(), Failure> {
    let &SecretMail {
        sender,
        recipient,
        name,
        subject,
        text,
    } = mail;
    let body = Order {
        message: Message {
            subject,
            // No markup, so that no text can pretend to be any.
            body: Body {
                content_type: "Text",
                content: text,
            },
            to_recipients: [Recipient {
                email_address: Address {
                    address: recipient.as_str(),
                    name,
                },
            }],
            internet_message_headers: None,
        },
        save_to_sent_items: false,
    };
    order(client, Some(sender), &body).await.map(drop)
}

async fn order(
    client: &Client,
    sender: Option<&Email>,
    order: &Order<'_>,
) -> Result<Option<RequestId>, Failure> {
    let request = request(sender, order).map_err(Failure::undone)?;
    let answer = client.send(&request).await?;
    Ok(answer.request_id())
}

fn of_notice(mail: &Mail) -> Order<'_> {
    Order {
        message: Message {
            subject: &mail.subject,
            body: Body {
                content_type: "HTML",
                content: &mail.html,
            },
            to_recipients: [Recipient {
                email_address: Address {
                    address: mail.to.as_str(),
                    name: None,
                },
            }],
            internet_message_headers: Some([Header {
                name: MARK,
                value: mail.mark,
            }]),
        },
        // Whoever looks for a mail whose answer was lost finds it there.
        save_to_sent_items: true,
    }
}

fn request(sender: Option<&Email>, order: &Order<'_>) -> Result<Request, CallError> {
    let path = sender.map_or_else(
        || "/v1.0/me/sendMail".to_owned(),
        |sender| format!("/v1.0/users/{}/sendMail", encode(sender.as_str())),
    );
    Ok(Request {
        expect: Expect::Nothing,
        ..Request::with_json(Method::Post, Call::SendMail, path, order)?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::transport::request::Repeat;
    use crate::model::ids::{RemoteId, StorageKey};

    fn mail() -> Mail {
        Mail {
            remote_id: RemoteId::StorageKey(StorageKey::NONE),
            to: Email::from_service("lee@outlook.com"),
            subject: "Your sign-in changes".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            mark: "before",
        }
    }

    #[test]
    fn a_mail_goes_out_once_from_the_mailbox_that_is_named() {
        let sender = Email::from_service("it#1@contoso.com");
        let of_sender = request(Some(&sender), &of_notice(&mail())).unwrap();
        assert_eq!(of_sender.path, "/v1.0/users/it%231%40contoso.com/sendMail");
        assert_eq!(of_sender.repeat, Repeat::Never);
        assert_eq!(of_sender.method, Method::Post);
        let own = request(None, &of_notice(&mail())).unwrap();
        assert_eq!(own.path, "/v1.0/me/sendMail");
        let (_, body) = own.body.unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            "{\"message\":{\"subject\":\"Your sign-in changes\",\
             \"body\":{\"contentType\":\"HTML\",\"content\":\"<p>Hello</p>\"},\
             \"toRecipients\":[{\"emailAddress\":{\"address\":\"lee@outlook.com\"}}],\
             \"internetMessageHeaders\":[{\"name\":\"x-orgctl-notice\",\"value\":\"before\"}]},\
             \"saveToSentItems\":true}"
        );
    }
}
