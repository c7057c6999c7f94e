//! Mail that was sent. Nothing leaves the sandbox; what was to leave lies in the outbox.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use orgctl_model::ids::ObjectId;

use crate::world::World;
use crate::world::time::stamp::Stamp;

/// How many mails are kept: more than an apply for everybody in a large organization sends.
const KEPT: usize = 20_000;

/// A mail that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentMail {
    /// When.
    pub(crate) sent: Stamp,
    /// From whose mailbox.
    pub(crate) sender: ObjectId,
    /// The message, as it came.
    pub(crate) message: Value,
    /// Whether it was to be kept among the sent ones.
    pub(crate) saved: bool,
}

/// A mail that the service sends by itself, with an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    /// When.
    pub(crate) sent: Stamp,
    /// The guest.
    pub(crate) user: ObjectId,
    /// Where it went.
    pub(crate) address: String,
    /// The text of whoever invited; the service has one of its own otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
}

/// Why a mailbox sends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailRefusal {
    /// The application may not use this mailbox.
    AccessDenied,
    /// There is a user without a mailbox.
    NoMailbox,
    /// Nobody can be written to.
    InvalidRecipients,
    /// Not as this sender.
    SendAsDenied,
    /// Sending is blocked for the mailbox.
    SubmissionBlocked,
    /// There is no such user.
    InvalidUser,
}

impl World {
    pub(crate) fn outbox(&self) -> &[SentMail] {
        &self.document.directory.outbox
    }

    pub(crate) fn letters(&self) -> &[Letter] {
        &self.document.directory.letters
    }

    /// Sends the mail of an invitation.
    pub(crate) fn send_letter(&mut self, user: ObjectId, address: &str, text: Option<String>) {
        let sent = self.tick();
        let letters = &mut self.document.directory.letters;
        if letters.len() == KEPT {
            letters.remove(0);
        }
        letters.push(Letter {
            sent,
            user,
            address: address.to_owned(),
            text,
        });
    }

    /// What the world's author decided about a mailbox.
    pub(crate) fn mail_refusal(&self, address: &str) -> Option<MailRefusal> {
        let rules = &self.document.directory.mail_refusals;
        rules.get(&address.to_lowercase()).copied()
    }

    /// Puts a mail into the outbox.
    pub(crate) fn send_mail(&mut self, sender: ObjectId, message: Value, saved: bool) {
        let sent = self.tick();
        let outbox = &mut self.document.directory.outbox;
        if outbox.len() == KEPT {
            outbox.remove(0);
        }
        outbox.push(SentMail {
            sent,
            sender,
            message,
            saved,
        });
    }
}
