//! What a plan that undoes a run says of it: which run, and what of it stays and why.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::ids::RunId;

/// The run that a plan undoes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Undoing {
    /// Which one.
    pub run: RunId,
    /// What it did and this plan leaves, in the order of the addresses.
    pub left: Vec<Left>,
}

/// Something that a run did and that is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// What.
    pub address: Address,
    /// Why.
    pub why: NoWayBack,
}

/// Why something that a run did is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum NoWayBack {
    /// Azure DevOps has no request that takes a mapping back.
    Mapped,
    /// Leaving a tenant destroys more than connecting made.
    Connected,
    /// Tokens and keys are gone for good.
    Revoked,
    /// Nobody forgets what they have read.
    Told,
    /// A mail is out.
    MailSent,
    /// Others may have given things to the account by now.
    AccountKept,
    /// Who was brought back had been there before.
    Restored,
    /// The guest has been taken out.
    TakenOut,
    /// The guest has come.
    GuestAccepted,
    /// The guards keep guests in the directory.
    GuestKept,
    /// The person was in the organization before the run.
    WasThere,
    /// The person may not be taken out.
    Protected,
    /// The state does not say that it is ours.
    NotOurs,
    /// It is neither as before the run nor as the run left it.
    ChangedSince {
        /// As it is. From outside: never trusted.
        now: String,
    },
    /// The person is no user of the organization any more.
    MemberGone,
    /// No request asks for what was there before.
    NotRequestable {
        /// What was there.
        before: String,
    },
    /// The service does not tell how it stands.
    NotTold,
    /// The policy's name says the opposite of its value.
    NeedsConsent {
        /// To what it would go back.
        to: String,
    },
    /// The directory does not know the person who was taken out.
    NotInDirectory,
}

impl fmt::Display for NoWayBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mapped => "mapped for good: their work belongs to the new identity",
            Self::Connected => {
                "leaving a tenant destroys more than connecting made; org.toml can ask for it with \
                 tenant.connection"
            }
            Self::Revoked => "revoked for good: whoever owned it makes it anew",
            Self::Told => "whoever was told was told",
            Self::MailSent => "the mail is out, and what it asks for stands",
            Self::AccountKept => {
                "the account stays, for others may have given it things by now; delete it in the \
                 directory"
            }
            Self::Restored => "brought back, and was there before that; delete it in the directory",
            Self::TakenOut => "taken out; write the line into org.toml again, and apply invites anew",
            Self::GuestAccepted => "the guest has accepted; delete the line in org.toml instead",
            Self::GuestKept => "the guest stays in the directory, as guards.delete_guests says",
            Self::WasThere => "was in the organization before, and would lose access to it",
            Self::Protected => "may not be taken out: protected, an owner, or whoever runs orgctl",
            Self::NotOurs => "the state does not say that orgctl made it",
            Self::ChangedSince { now } => return write!(f, "changed by somebody since: {now}"),
            Self::MemberGone => "is no user of the organization any more",
            Self::NotRequestable { before } => {
                return write!(f, "was {before} before, for which no request asks");
            }
            Self::NotTold => "the service does not tell how it stands",
            Self::NeedsConsent { to } => {
                return write!(
                    f,
                    "would go back to {to}, and its name says the opposite of its value: \
                     policies.write_inverted is not set"
                );
            }
            Self::NotInDirectory => {
                "the directory does not know them, so no access can be given to them; what they had \
                 is kept by the organization"
            }
        })
    }
}
