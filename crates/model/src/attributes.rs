//! The content of a managed thing, one type a kind: what a change writes and the state remembers.

mod access;
mod connection;
mod content;
mod directory_user;
mod identity;
mod invitation;
mod mapping;
mod notice;
mod policy;
mod removal;
mod revocation;

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::ids::{ObjectId, ProjectName, StorageKey};
use super::kind::{Kind, Risk};
use super::notice::NoticeAttributes;
use super::project::ProjectAccess;
use content::Content;

pub use access::AccessAttributes;
pub use connection::ConnectionAttributes;
pub use directory_user::DirectoryUserAttributes;
pub use identity::Identity;
pub use invitation::{GuestBy, InvitationAttributes};
pub use mapping::MappingAttributes;
pub use policy::PolicyAttributes;
pub use removal::RemovalAttributes;
pub use revocation::RevocationAttributes;

/// Writes [`Attributes`] and all that has to list its kinds: there is no other list.
macro_rules! attributes {
    ($($kind:ident($content:ident), $narrow:ident;)+) => {
        /// The content of one managed thing. The kind of its address says which variant it is.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
        #[serde(untagged)]
        pub enum Attributes {
            $(
                #[doc = concat!("See [`", stringify!($content), "`].")]
                $kind($content),
            )+
        }

        impl Attributes {
            /// Reads the attributes of a thing of `kind`. They carry no tag of their own: the address
            /// beside them says what they are.
            ///
            /// # Errors
            /// The deserializer's, when a field is missing or of another type.
            pub fn deserialize_as<'de, D>(kind: Kind, from: D) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                Ok(match kind {
                    $(Kind::$kind => Self::$kind(Deserialize::deserialize(from)?),)+
                })
            }

            /// The kind that these attributes belong to.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind(_) => Kind::$kind,)+
                }
            }

            fn content(&self) -> &dyn Content {
                match self {
                    $(Self::$kind(content) => content,)+
                }
            }

            fn content_mut(&mut self) -> &mut dyn Content {
                match self {
                    $(Self::$kind(content) => content,)+
                }
            }

            $(
                #[doc = concat!("The content, where it is of [`Kind::", stringify!($kind), "`].")]
                pub const fn $narrow(&self) -> Option<&$content> {
                    if let Self::$kind(content) = self {
                        Some(content)
                    } else {
                        None
                    }
                }
            )+
        }
    };
}

attributes! {
    Removal(RemovalAttributes), removal;
    DirectoryUser(DirectoryUserAttributes), directory_user;
    Invitation(InvitationAttributes), invitation;
    Connection(ConnectionAttributes), connection;
    Mapping(MappingAttributes), mapping;
    Access(AccessAttributes), access;
    Policy(PolicyAttributes), policy;
    SshKey(RevocationAttributes), ssh_key;
    Token(RevocationAttributes), token;
    NoticeBefore(NoticeAttributes), notice_before;
    NoticeAfter(NoticeAttributes), notice_after;
}

impl Attributes {
    /// What a notice says, before or after the move.
    pub fn notice(&self) -> Option<&NoticeAttributes> {
        self.notice_before().or_else(|| self.notice_after())
    }

    /// The user of the organization whom these attributes are about, where they name one.
    pub fn member(&self) -> Option<StorageKey> {
        self.content().member()
    }

    /// The identity that these attributes point at, where they do.
    pub fn identity(&self) -> Option<&Identity> {
        self.content().identity()
    }

    /// The same attributes with a known identity in place of an awaited one.
    #[must_use = "returns the bound attributes and leaves these as they are"]
    pub fn with_identity(mut self, id: ObjectId) -> Self {
        self.content_mut().bind(id);
        self
    }

    /// The same attributes without what they say to readers only: names of people, and why.
    #[must_use = "returns the attributes and leaves these as they are"]
    pub fn without_remarks(mut self) -> Self {
        self.content_mut().drop_remarks();
        self
    }

    /// Whether it comes about by bringing somebody back who was deleted.
    pub fn is_restored(&self) -> bool {
        self.content().is_restored()
    }

    /// Whether both say the same of the thing itself. How it came about, and by which of their names
    /// somebody is called, is no difference.
    pub fn is_same(&self, other: &Self) -> bool {
        let is_same = self.content().is_same(other);
        is_same.unwrap_or_else(|| self == other)
    }

    /// Membership of projects; none where there is none.
    pub fn projects(&self) -> Option<&BTreeMap<ProjectName, ProjectAccess>> {
        self.content().projects()
    }

    /// Whether membership of projects is part of it.
    pub fn has_projects(&self) -> bool {
        self.projects().is_some()
    }

    /// What there is to own when the thing was made and its mail could not be sent.
    #[must_use = "returns the attributes and leaves these as they are"]
    pub fn with_mail_owed(mut self) -> Self {
        self.content_mut().owe_mail();
        self
    }

    /// How making it touches people, where that depends on more than the kind.
    pub fn risk(&self) -> Option<Risk> {
        self.content().risk()
    }

    /// What a person wants to read of it, in one word or address.
    pub fn headline(&self) -> Cow<'_, str> {
        self.content().headline()
    }
}
