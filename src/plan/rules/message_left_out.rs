//! `message_left_out`: an application invites, and the service leaves out the text of its mails;
//! not with `notices.sender`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};

/// The text of invitations that an application sends is left out by the service.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("an invitation that an application sends loses its text; that concerns {guests}")]
pub struct MessageLeftOut {
    /// How many.
    pub guests: u32,
}

impl Remark for MessageLeftOut {
    const RULE: Rule = Rule {
        code: "message_left_out",
        topic: Topic::Guests,
        severity: Severity::Warning,
        unless: &[],
        found_when: "an application invites, and the service leaves out the text of its mails; not \
                     with `notices.sender`",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "name a mailbox under notices.sender, so that orgctl sends the mail itself, or have a \
         person apply"
    }
}
