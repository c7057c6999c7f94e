//! Guests of the tenant, and how they come about.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::ids::ObjectId;
use crate::kind::Risk;
use crate::person::Email;

/// How a guest comes about, or is asked once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuestBy {
    /// A first invitation.
    #[default]
    Invitation,
    /// The deleted guest of that address is brought back.
    Restoring {
        /// Who.
        user: ObjectId,
        /// Whether an invitation follows, because the one of before was never accepted.
        with_invitation: bool,
    },
    /// Another invitation to somebody who has not accepted the one of before.
    Resending,
    /// The guest begins anew: the account that accepted counts no more, and another may accept.
    Resetting,
}

impl GuestBy {
    /// The word used in plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Restoring {
                with_invitation: false,
                ..
            } => "restoring",
            Self::Restoring { .. } => "restoring, and another invitation",
            Self::Resending => "another invitation",
            Self::Resetting => "another invitation, and any account may accept it",
        }
    }

    const fn is_invitation(&self) -> bool {
        matches!(self, Self::Invitation)
    }
}

/// A guest of the tenant. The address holds the e-mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own that the state keeps of a guest"
)]
pub struct InvitationAttributes {
    /// The name that others see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The text in the mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The mailbox that the mail comes from; absent where the service sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Email>,
    /// How it is done.
    #[serde(default, skip_serializing_if = "GuestBy::is_invitation")]
    pub by: GuestBy,
    /// The line asks to send the invitation again, and that has been seen to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resend: bool,
    /// The line asks for another account, and that has been seen to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset_redemption: bool,
    /// The guest is there, and the mail could not be sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mail_owed: bool,
    /// The guest was there before orgctl.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
}

impl Content for InvitationAttributes {
    fn headline(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.display_name.as_deref().unwrap_or_default())
    }

    fn is_restored(&self) -> bool {
        matches!(self.by, GuestBy::Restoring { .. })
    }

    fn owe_mail(&mut self) {
        self.mail_owed = true;
    }

    /// Risk of the invitation: a sent mail cannot be called back, and a guest whose redemption is reset
    /// cannot sign in until they accept again.
    fn risk(&self) -> Option<Risk> {
        Some(match self.by {
            GuestBy::Resetting => Risk::Destructive,
            GuestBy::Restoring {
                with_invitation: false,
                ..
            } => Risk::Low,
            GuestBy::Invitation | GuestBy::Resending | GuestBy::Restoring { .. } => Risk::OneWay,
        })
    }
}
