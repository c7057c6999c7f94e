//! The content of a managed thing, one type a kind: what a change writes and the state remembers.

mod guest;

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::access::EffectiveLevel;
use super::address::{Address, Kind};
use super::credential::Credential;
use super::desired::ConnectWith;
use super::ids::{ObjectId, ProjectId, ProjectName, RemoteId, StorageKey, TenantId};
use super::live::Connection;
use super::notice::NoticeAttributes;
use super::person::Email;
use super::policy::switch;
use super::project::{EffectiveRole, ProjectAccess};

pub use guest::{GuestBy, InvitationAttributes};

/// A directory identity that a step points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// It exists.
    ObjectId(ObjectId),
    /// An earlier step of the same plan makes it.
    After(Address),
}

impl Identity {
    /// The object id, once it is known.
    pub const fn object_id(&self) -> Option<ObjectId> {
        match self {
            Self::ObjectId(id) => Some(*id),
            Self::After(_) => None,
        }
    }

    /// The address of the step that makes it, while it is not known.
    pub const fn awaited(&self) -> Option<&Address> {
        match self {
            Self::ObjectId(_) => None,
            Self::After(address) => Some(address),
        }
    }
}

/// An unwanted user who is taken out of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemovalAttributes {
    /// Who.
    pub member: StorageKey,
    /// Why, as a reviewer reads it.
    pub reason: String,
}

/// A member of the tenant. The address holds the user principal name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryUserAttributes {
    /// The name that others see.
    pub display_name: String,
    /// The deleted user who is brought back instead of making a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<ObjectId>,
}

/// What backs the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionAttributes {
    /// The tenant; absent while personal Microsoft accounts sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Who presses Connect.
    pub connect_with: ConnectWith,
}

impl ConnectionAttributes {
    /// What the service shows once it is so.
    pub fn shown(&self) -> Connection {
        self.tenant.map_or(Connection::Personal, Connection::Tenant)
    }

    /// What it is called in the state: the tenant, or zeros for none.
    pub fn remote_id(&self) -> RemoteId {
        RemoteId::TenantId(self.tenant.unwrap_or(TenantId::NONE))
    }
}

/// A member of the organization and the directory identity it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MappingAttributes {
    /// Whose work, history and permissions are kept.
    pub member: StorageKey,
    /// The name under which the person signs in afterwards.
    pub to: Email,
    /// The identity behind that name.
    pub identity: Identity,
    /// Whether the person is to be told that it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inform: bool,
}

/// Somebody's access: the level, and membership of projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessAttributes {
    /// The level.
    pub level: EffectiveLevel,
    /// Membership of projects, by the project's name. Only of those that org.toml names, or named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub projects: BTreeMap<ProjectName, ProjectAccess>,
    /// The identity that is added; absent where the person is in the organization already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

impl AccessAttributes {
    /// The roles by project, whatever the projects are called.
    pub fn roles(&self) -> BTreeMap<ProjectId, EffectiveRole> {
        let projects = self.projects.values();
        projects.map(|access| (access.id, access.role)).collect()
    }
}

/// The SSH keys or personal access tokens of one user, revoked. The address holds the sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevocationAttributes {
    /// Whose.
    pub member: StorageKey,
    /// Which. They have to be made anew, so their names are kept for the notice that says so.
    pub credentials: Vec<Credential>,
}

/// A policy of the organization. The address holds its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyAttributes {
    /// As the portal's switch shows it.
    pub enabled: bool,
}

/// The content of one managed thing. The kind of its address says which variant it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Attributes {
    /// See [`RemovalAttributes`].
    Removal(RemovalAttributes),
    /// See [`DirectoryUserAttributes`].
    DirectoryUser(DirectoryUserAttributes),
    /// See [`InvitationAttributes`].
    Invitation(InvitationAttributes),
    /// See [`ConnectionAttributes`].
    Connection(ConnectionAttributes),
    /// See [`MappingAttributes`].
    Mapping(MappingAttributes),
    /// See [`AccessAttributes`].
    Access(AccessAttributes),
    /// See [`PolicyAttributes`].
    Policy(PolicyAttributes),
    /// See [`RevocationAttributes`].
    SshKey(RevocationAttributes),
    /// See [`RevocationAttributes`].
    Token(RevocationAttributes),
    /// See [`NoticeAttributes`].
    NoticeBefore(NoticeAttributes),
    /// See [`NoticeAttributes`].
    NoticeAfter(NoticeAttributes),
}

impl Attributes {
    /// Whether it comes about by bringing somebody back who was deleted.
    pub const fn is_restored(&self) -> bool {
        match self {
            Self::DirectoryUser(user) => user.restored.is_some(),
            Self::Invitation(invitation) => matches!(invitation.by, GuestBy::Restoring { .. }),
            Self::Removal(_)
            | Self::Connection(_)
            | Self::Mapping(_)
            | Self::Access(_)
            | Self::Policy(_)
            | Self::SshKey(_)
            | Self::Token(_)
            | Self::NoticeBefore(_)
            | Self::NoticeAfter(_) => false,
        }
    }

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
            Kind::Removal => Self::Removal(Deserialize::deserialize(from)?),
            Kind::DirectoryUser => Self::DirectoryUser(Deserialize::deserialize(from)?),
            Kind::Invitation => Self::Invitation(Deserialize::deserialize(from)?),
            Kind::Connection => Self::Connection(Deserialize::deserialize(from)?),
            Kind::Mapping => Self::Mapping(Deserialize::deserialize(from)?),
            Kind::Access => Self::Access(Deserialize::deserialize(from)?),
            Kind::Policy => Self::Policy(Deserialize::deserialize(from)?),
            Kind::SshKey => Self::SshKey(Deserialize::deserialize(from)?),
            Kind::Token => Self::Token(Deserialize::deserialize(from)?),
            Kind::NoticeBefore => Self::NoticeBefore(Deserialize::deserialize(from)?),
            Kind::NoticeAfter => Self::NoticeAfter(Deserialize::deserialize(from)?),
        })
    }

    /// The kind that these attributes belong to.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Removal(_) => Kind::Removal,
            Self::DirectoryUser(_) => Kind::DirectoryUser,
            Self::Invitation(_) => Kind::Invitation,
            Self::Connection(_) => Kind::Connection,
            Self::Mapping(_) => Kind::Mapping,
            Self::Access(_) => Kind::Access,
            Self::Policy(_) => Kind::Policy,
            Self::SshKey(_) => Kind::SshKey,
            Self::Token(_) => Kind::Token,
            Self::NoticeBefore(_) => Kind::NoticeBefore,
            Self::NoticeAfter(_) => Kind::NoticeAfter,
        }
    }

    /// What is to back the organization, where these attributes are about that.
    pub const fn connection(&self) -> Option<&ConnectionAttributes> {
        if let Self::Connection(connection) = self {
            Some(connection)
        } else {
            None
        }
    }

    /// The guest, where these attributes are about one.
    pub const fn invitation(&self) -> Option<&InvitationAttributes> {
        if let Self::Invitation(invitation) = self {
            Some(invitation)
        } else {
            None
        }
    }

    /// The identity that these attributes point at, where they do.
    pub const fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Mapping(mapping) => Some(&mapping.identity),
            Self::Access(access) => access.identity.as_ref(),
            Self::Removal(_)
            | Self::DirectoryUser(_)
            | Self::Invitation(_)
            | Self::Connection(_)
            | Self::Policy(_)
            | Self::SshKey(_)
            | Self::Token(_)
            | Self::NoticeBefore(_)
            | Self::NoticeAfter(_) => None,
        }
    }

    /// The same attributes with a known identity in place of an awaited one.
    #[must_use = "returns the bound attributes and leaves these as they are"]
    pub fn with_identity(mut self, id: ObjectId) -> Self {
        match &mut self {
            Self::Mapping(mapping) => mapping.identity = Identity::ObjectId(id),
            Self::Access(access) => {
                access.identity = access.identity.take().map(|_| Identity::ObjectId(id));
            }
            Self::Removal(_)
            | Self::DirectoryUser(_)
            | Self::Invitation(_)
            | Self::Connection(_)
            | Self::Policy(_)
            | Self::SshKey(_)
            | Self::Token(_)
            | Self::NoticeBefore(_)
            | Self::NoticeAfter(_) => {}
        }
        self
    }

    /// Whether both say the same of the thing itself. How it came about, and by which of their names
    /// somebody is called, is no difference.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Access(one), Self::Access(other)) => {
                one.level.is_same(other.level) && one.roles() == other.roles()
            }
            (Self::Mapping(one), Self::Mapping(other)) => one.identity == other.identity,
            (Self::Connection(one), Self::Connection(other)) => one.tenant == other.tenant,
            (_, _) => self == other,
        }
    }

    /// Whether membership of projects is part of it.
    pub fn has_projects(&self) -> bool {
        matches!(self, Self::Access(access) if !access.projects.is_empty())
    }

    /// What there is to own when the thing was made and its mail could not be sent.
    #[must_use = "returns the attributes and leaves these as they are"]
    pub fn with_mail_owed(mut self) -> Self {
        if let Self::Invitation(invitation) = &mut self {
            invitation.mail_owed = true;
        }
        self
    }

    /// What a person wants to read of it, in one word or address.
    pub fn headline(&self) -> Cow<'_, str> {
        match self {
            Self::Removal(removal) => Cow::Borrowed(&removal.reason),
            Self::DirectoryUser(user) => Cow::Borrowed(&user.display_name),
            Self::Invitation(invitation) => {
                Cow::Borrowed(invitation.display_name.as_deref().unwrap_or_default())
            }
            Self::Connection(connection) => connection
                .tenant
                .map_or(Cow::Borrowed("personal accounts"), |id| {
                    Cow::Owned(format!("tenant {id}"))
                }),
            Self::Mapping(mapping) => Cow::Borrowed(mapping.to.as_str()),
            Self::Access(access) if access.projects.is_empty() => {
                Cow::Borrowed(access.level.as_str())
            }
            Self::Access(access) => {
                let projects = access.projects.iter();
                let each = projects.map(|(name, access)| format!(", {} in {name}", access.role));
                Cow::Owned(format!("{}{}", access.level, each.collect::<String>()))
            }
            Self::Policy(policy) => Cow::Borrowed(switch(policy.enabled)),
            Self::SshKey(revoked) | Self::Token(revoked) => Cow::Owned(names(&revoked.credentials)),
            Self::NoticeBefore(notice) | Self::NoticeAfter(notice) => {
                Cow::Borrowed(notice.mail.as_str())
            }
        }
    }
}

/// The names of credentials, in one text.
fn names(credentials: &[Credential]) -> String {
    let names: Vec<&str> = credentials.iter().map(|one| one.name.as_str()).collect();
    names.join(", ")
}
