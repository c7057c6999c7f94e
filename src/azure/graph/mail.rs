//! Mail of our own, from a mailbox of the tenant; see "user: sendMail" in the Graph reference.
//!
//! What must not happen is a mail that arrives twice: it is sent once, and when its answer is lost it
//! is not known what became of it. There is nothing to look at.

use serde::Serialize;

use crate::azure::transport::client::{Client, Failure};
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Expect, Method, Request, unwritable};
use crate::model::person::Email;

/// A mail in plain text.
pub(super) struct Mail<'a> {
    /// The mailbox that it comes from.
    pub(super) sender: &'a Email,
    /// Where it goes.
    pub(super) recipient: &'a Email,
    /// Their name.
    pub(super) name: Option<&'a str>,
    /// What it is about.
    pub(super) subject: &'a str,
    /// The text. May hold a secret, so it is neither logged nor kept in the mailbox.
    pub(super) text: &'a str,
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
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    content_type: &'a str,
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

/// Sends a mail, once.
///
/// # Errors
/// [`Failure`] says whether the mail may be on its way all the same.
pub(super) async fn send(client: &Client, mail: &Mail<'_>) -> Result<(), Failure> {
    let &Mail {
        sender,
        recipient,
        name,
        subject,
        text,
    } = mail;
    let order = Order {
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
        },
        save_to_sent_items: false,
    };
    let sender = encode(sender.as_str()).replace("%40", "@");
    let path = format!("/v1.0/users/{sender}/sendMail");
    let request = Request::with_json(Method::Post, Host::Graph, path, &order)
        .map_err(|error| Failure::undone(unwritable(Method::Post, Host::Graph, &error)))?;
    let request = Request {
        expect: Expect::Nothing,
        ..request
    };
    client.send(&request).await.map(drop)
}
