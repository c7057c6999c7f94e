//! What the services know: one organization, one tenant, and the rules by which they change.
//!
//! A pure state machine. It knows nothing of HTTP, reads no clock and no file, and the same changes
//! in the same order make the same world. Every change goes through [`World`], so the second ways
//! in (`index`) always agree with the document.

mod directory;
mod document;
mod index;
mod organization;
mod people;
mod seed;
mod settings;
mod time;

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use orgctl_model::ids::{Descriptor, OrganizationName, StorageKey, TenantId};

pub(crate) use directory::applications::{Application, FederatedCredential};
pub(crate) use directory::delta::UserEvent;
pub(crate) use directory::device_codes::DeviceCode;
pub(crate) use directory::groups::{DirectoryGroup, DirectoryGroupRefusal, GroupChange};
pub(crate) use directory::invite::{InvitationOrder, InviteRefusal, Invited};
pub(crate) use directory::mail::MailRefusal;
pub(crate) use directory::policies::{Inbound, InvitesFrom, Partner, Policies};
pub(crate) use directory::roles::{BUILT_IN, role_name};
pub(crate) use directory::users::{DirectoryRefusal, NewUser, UserChange};
pub(crate) use document::organization_contents::{Group, GroupKind, GroupRule, Project, Token};
pub(crate) use document::{
    DeletedUser, Directory, DirectoryUser, Entitlement, Member, MemberKind, Organization,
    ProjectRole,
};
pub(crate) use organization::audit::AuditEntry;
pub use organization::connect::ConnectRefusal;
pub(crate) use organization::descriptor::of_scope;
pub(crate) use organization::disconnection::Disconnection;
pub(crate) use organization::entitle::{EntitleRefusal, Who};
pub(crate) use organization::groups::{GroupRefusal, Subject};
pub(crate) use organization::map::{MapRefusal, MapTarget};
pub(crate) use organization::policies::{LOG_AUDIT_EVENTS, POLICIES, PolicyArea};
pub(crate) use organization::tokens::NewToken;
pub(crate) use time::stamp::{Stamp, derived_guid};

pub use directory::device_codes::CodeOutcome;
pub use settings::devops::{Denial, DevOps, TenantRefusal};
pub use settings::directory::DirectorySettings;
pub use settings::{Lag, Settings, Throttling};
pub(crate) use time::replica_view::{Changed, Changes, ReplicaView};

use directory::delta::Events;
use document::Document;
use index::Index;
use organization::membership_index::MembershipIndex;
use time::pending::Pending;

/// The contents of a sandbox.
#[derive(Clone, Debug)]
pub struct World {
    document: Document,
    /// How the services behave for now, where that is not as the document says. Never written down.
    for_now: Option<Settings>,
    index: Index,
    events: Events,
    replica_view: Arc<ReplicaView>,
    changes: Changes,
    membership_index: MembershipIndex,
    pending: Pending,
    /// What the sandbox's clock showed when this world was changed last.
    now_ms: u64,
}

/// Why a document is no world.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum WorldError {
    /// It was written by another version of the program.
    #[error("the world has format version {0}, and this program knows version 1 only")]
    UnknownVersion(u32),
    /// The caller is none of the organization's users.
    #[error("the caller {0} is not a user of the organization")]
    CallerMissing(StorageKey),
    /// Two members would be the same directory user.
    #[error("the member {0} shares its object id with another member")]
    SharedObjectId(String),
    /// Two members share a descriptor.
    #[error("two members share the descriptor {0}")]
    SharedDescriptor(Descriptor),
    /// Two directory users share a user principal name.
    #[error("two directory users are called {0}")]
    SharedName(String),
    /// A page would hold nothing, so a list would never end.
    #[error("a page size is zero")]
    EmptyPages,
}

impl World {
    /// The version of the format that a world is written in.
    pub const FORMAT_VERSION: u32 = 1;

    fn new(mut document: Document) -> Result<Self, WorldError> {
        if document.format_version != Self::FORMAT_VERSION {
            return Err(WorldError::UnknownVersion(document.format_version));
        }
        let organization = &document.organization;
        if !organization.members.contains_key(&organization.caller) {
            return Err(WorldError::CallerMissing(organization.caller));
        }
        check(&document.settings)?;
        organization::groups::add_built_in(&mut document);
        let index = Index::new(&document)?;
        let membership_index = MembershipIndex::new(&document.organization.contents);
        let mut world = Self {
            events: Events::from_serial(document.serial),
            document,
            for_now: None,
            index,
            replica_view: Arc::default(),
            changes: Changes::default(),
            membership_index,
            pending: Pending::default(),
            now_ms: 0,
        };
        world.begin_what_is_under_way();
        Ok(world)
    }

    /// The same world with other settings.
    ///
    /// # Errors
    /// [`WorldError::EmptyPages`] when a page size is zero.
    pub fn with_settings(self, settings: Settings) -> Result<Self, WorldError> {
        Self::new(Document {
            settings,
            ..self.document
        })
    }

    /// The same world whose services behave otherwise for now. Its own settings stay what they are,
    /// and are those that are written down.
    ///
    /// # Errors
    /// [`WorldError::EmptyPages`] when a page size is zero.
    pub fn with_settings_for_now(mut self, settings: Settings) -> Result<Self, WorldError> {
        check(&settings)?;
        self.for_now = Some(settings);
        Ok(self)
    }

    /// From now on the services behave like this: for good, unless what they do is for now only.
    ///
    /// # Errors
    /// [`WorldError::EmptyPages`] when a page size is zero.
    pub(crate) fn set(&mut self, settings: Settings) -> Result<(), WorldError> {
        check(&settings)?;
        match &mut self.for_now {
            Some(for_now) => *for_now = settings,
            None => self.document.settings = settings,
        }
        Ok(())
    }

    /// How the services behave.
    pub const fn settings(&self) -> &Settings {
        match &self.for_now {
            Some(for_now) => for_now,
            None => &self.document.settings,
        }
    }

    /// The name of the organization.
    pub const fn organization_name(&self) -> &OrganizationName {
        &self.document.organization.name
    }

    pub(crate) const fn organization(&self) -> &Organization {
        &self.document.organization
    }

    pub(crate) const fn directory(&self) -> &Directory {
        &self.document.directory
    }

    /// Tenants besides the directory's, of which only some users are known.
    pub(crate) fn other_tenants(&self) -> impl Iterator<Item = TenantId> {
        self.document.other_tenants.keys().copied()
    }

    /// The moment of the latest event.
    pub(crate) fn now(&self) -> Stamp {
        Stamp::at(self.document.serial)
    }

    /// Counts one more event, and says when it is.
    fn tick(&mut self) -> Stamp {
        self.document.serial += 1;
        self.now()
    }

    /// The identity behind the credentials that the sandbox takes.
    pub(crate) fn caller(&self) -> Option<(StorageKey, &Member)> {
        let key = self.document.organization.caller;
        self.member(key).map(|member| (key, member))
    }
}

fn check(settings: &Settings) -> Result<(), WorldError> {
    let pages = [
        settings.entitlements_page,
        settings.graph_users_page,
        settings.directory_page_max,
    ];
    if pages.contains(&0) {
        return Err(WorldError::EmptyPages);
    }
    Ok(())
}

impl PartialEq for World {
    /// All else follows from the document, passes, or is for now only, so it is not compared.
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl Serialize for World {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for World {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Document::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for World {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("World")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Document::json_schema(generator)
    }
}

#[cfg(test)]
mod tests;
