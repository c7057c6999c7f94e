//! `sendMail` of Microsoft Graph v1.0. The service tells no id of what it takes and looking shows
//! nothing, so a mail is sent once and never again.

use serde::Serialize;

use crate::azure::port::{Mail, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Expect, Method, Request, unwritable};
use crate::model::person::Email;

/// The header that tells our mail from others. Names of one's own begin with `x-`.
const MARK: &str = "x-orgctl-notice";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    message: Message<'a>,
    /// Whoever looks for a mail whose answer was lost finds it there.
    save_to_sent_items: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    subject: &'a str,
    body: Body<'a>,
    to_recipients: [Recipient<'a>; 1],
    internet_message_headers: [Header<'a>; 1],
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
}

#[derive(Serialize)]
struct Header<'a> {
    name: &'static str,
    value: &'a str,
}

/// Sends one mail.
pub(crate) async fn send(client: &Client, sender: Option<&Email>, mail: &Mail) -> Outcome {
    let request = match request(sender, mail) {
        Ok(request) => request,
        Err(error) => return Outcome::Failed(unwritable(Method::Post, Host::Graph, &error)),
    };
    match client.send(&request).await {
        Ok(answer) => Outcome::Done {
            remote_id: mail.remote_id,
            request_id: answer.request_id(),
        },
        Err(failure) if failure.may_be_done => Outcome::Unsure(*failure.error),
        Err(failure) => Outcome::Failed(*failure.error),
    }
}

fn request(sender: Option<&Email>, mail: &Mail) -> Result<Request, serde_json::Error> {
    let path = sender.map_or_else(
        || "/v1.0/me/sendMail".to_owned(),
        |sender| format!("/v1.0/users/{}/sendMail", encode(sender.as_str())),
    );
    let body = Order {
        message: Message {
            subject: &mail.subject,
            body: Body {
                content_type: "HTML",
                content: &mail.html,
            },
            to_recipients: [Recipient {
                email_address: Address {
                    address: mail.to.as_str(),
                },
            }],
            internet_message_headers: [Header {
                name: MARK,
                value: mail.mark,
            }],
        },
        save_to_sent_items: true,
    };
    Ok(Request {
        expect: Expect::Nothing,
        ..Request::with_json(Method::Post, Host::Graph, path, &body)?
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
        let of_sender = request(Some(&sender), &mail()).unwrap();
        assert_eq!(of_sender.path, "/v1.0/users/it%231%40contoso.com/sendMail");
        assert_eq!(of_sender.repeat, Repeat::Never);
        assert_eq!(of_sender.method, Method::Post);
        let own = request(None, &mail()).unwrap();
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
