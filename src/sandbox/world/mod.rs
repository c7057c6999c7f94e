//! What the services know: one organization, one tenant, and the rules by which they change.
//!
//! A pure state machine. It knows nothing of HTTP, reads no clock and no file, and the same changes
//! in the same order make the same world. Every change goes through [`World`], so the second ways
//! in (`index`) always agree with the document.

mod applications;
mod audit;
mod connect;
mod delta;
mod descriptor;
mod device_codes;
mod devops_settings;
mod directory;
mod directory_settings;
mod document;
mod entitle;
mod groups;
mod groups_in_directory;
mod holdings;
mod index;
mod invite;
mod invite_rules;
mod mail;
mod map;
mod materialise;
mod memberships;
mod policies;
mod projects;
mod rebind;
mod roles;
mod rules;
mod seed;
mod settings;
mod stamp;
mod tenant_policies;
mod ties;
mod tokens;
mod veil;

use std::borrow::Cow;
use std::mem;
use std::ops::Bound;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::model::ids::{Descriptor, ObjectId, StorageKey, TenantId};

pub(crate) use applications::{Application, FederatedCredential};
pub(crate) use audit::AuditEntry;
pub use connect::ConnectRefusal;
pub(crate) use delta::UserEvent;
pub(crate) use descriptor::of_scope;
pub(crate) use device_codes::DeviceCode;
pub(crate) use directory::{DirectoryRefusal, NewUser, UserChange};
pub(crate) use document::{
    Directory, DirectoryUser, Entitlement, Member, MemberKind, Organization, ProjectRole,
};
pub(crate) use entitle::{EntitleRefusal, Who};
pub(crate) use groups::{GroupRefusal, Subject};
pub(crate) use groups_in_directory::{DirectoryGroup, DirectoryGroupRefusal, GroupChange};
pub(crate) use holdings::{Group, GroupKind, GroupRule, Project, Token};
pub(crate) use invite::{InvitationOrder, InviteRefusal, Invited};
pub(crate) use mail::MailRefusal;
pub(crate) use map::{MapRefusal, MapTarget};
pub(crate) use policies::{LOG_AUDIT_EVENTS, POLICIES, PolicyArea};
pub(crate) use roles::{BUILT_IN, role_name};
pub(crate) use stamp::{Stamp, derived_guid};
pub(crate) use tenant_policies::{Inbound, InvitesFrom, Partner};
pub(crate) use tokens::NewToken;

pub use device_codes::CodeOutcome;
pub use devops_settings::{Denial, DevOps, TenantRefusal};
pub use directory_settings::DirectorySettings;
pub use settings::{Lag, Settings, Throttling};
pub(crate) use veil::{Made, Veil};

use delta::Events;
use document::Document;
use index::{Index, folded};
use ties::Ties;

/// The contents of a sandbox.
#[derive(Clone, Debug)]
pub struct World {
    document: Document,
    index: Index,
    events: Events,
    veil: Veil,
    made: Made,
    ties: Ties,
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
        groups::add_built_in(&mut document);
        let index = Index::new(&document)?;
        let ties = Ties::new(&document.organization.holdings);
        Ok(Self {
            events: Events::from_serial(document.serial),
            document,
            index,
            veil: Veil::default(),
            made: Made::default(),
            ties,
        })
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

    /// From now on the services behave like this.
    ///
    /// # Errors
    /// [`WorldError::EmptyPages`] when a page size is zero.
    pub(crate) fn set(&mut self, settings: Settings) -> Result<(), WorldError> {
        check(&settings)?;
        self.document.settings = settings;
        Ok(())
    }

    /// How the services behave.
    pub const fn settings(&self) -> &Settings {
        &self.document.settings
    }

    /// Hides what the next reader does not see yet, until it is lifted again.
    pub(crate) fn lay(&mut self, veil: Veil) {
        self.veil = veil;
    }

    /// What has been made since this was asked last.
    pub(crate) fn take_made(&mut self) -> Made {
        mem::take(&mut self.made)
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

    pub(crate) fn member(&self, key: StorageKey) -> Option<&Member> {
        let member = self.document.organization.members.get(&key)?;
        (!self.veil.members.contains(&key)).then_some(member)
    }

    pub(crate) fn member_called(&self, descriptor: &Descriptor) -> Option<(StorageKey, &Member)> {
        let key = self.index.member(descriptor)?;
        self.member(key).map(|member| (key, member))
    }

    /// Members in the order of their storage keys, from behind `after`.
    pub(crate) fn members_after(
        &self,
        after: Option<StorageKey>,
    ) -> impl Iterator<Item = (StorageKey, &Member)> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let members = &self.document.organization.members;
        members
            .range((start, Bound::Unbounded))
            .filter(|(key, _)| !self.veil.members.contains(key))
            .map(|(k, m)| (*k, m))
    }

    /// How many members have an entitlement.
    pub(crate) fn entitled(&self) -> usize {
        let members = &self.document.organization.members;
        let hidden = self.veil.members.iter();
        let hidden = hidden.filter_map(|key| members.get(key));
        let hidden = hidden.filter(|member| member.entitlement.is_some());
        self.index.entitled.saturating_sub(hidden.count())
    }

    /// Stores a member under its key and keeps the index true. What is left of another user with
    /// the same identity makes way: only a removed one can have it.
    fn put_member(&mut self, key: StorageKey, member: Member) {
        if self.drop_member(key).is_none_or(|before| before.removed) {
            self.made.members.push(key);
        }
        let named = self.index.member(&member.descriptor);
        let bound = member
            .object_id
            .and_then(|id| self.index.member_by_object(id));
        for other in [named, bound].into_iter().flatten() {
            self.drop_member(other);
            let caller = &mut self.document.organization.caller;
            if *caller == other {
                *caller = key;
            }
            let owner = &mut self.document.organization.holdings.owner;
            if *owner == Some(other) {
                *owner = Some(key);
            }
        }
        self.index.add_member(key, &member);
        self.document.organization.members.insert(key, member);
    }

    fn drop_member(&mut self, key: StorageKey) -> Option<Member> {
        let member = self.document.organization.members.remove(&key)?;
        self.index.drop_member(key, &member);
        Some(member)
    }

    pub(crate) fn user(&self, id: ObjectId) -> Option<&DirectoryUser> {
        let user = self.document.directory.users.get(&id)?;
        (!self.veil.users.contains(&id)).then_some(user)
    }

    /// A directory user by user principal name.
    pub(crate) fn user_called(&self, upn: &str) -> Option<(ObjectId, &DirectoryUser)> {
        let id = self.index.user(&folded(upn))?;
        self.user(id).map(|user| (id, user))
    }

    /// Directory users with that address for mail, first or further.
    pub(crate) fn users_at(&self, address: &str) -> Vec<ObjectId> {
        let seen = |id: &ObjectId| !self.veil.users.contains(id);
        self.index.users_at(&folded(address)).filter(seen).collect()
    }

    /// Directory users in the order of their ids, from behind `after`.
    pub(crate) fn users_after(
        &self,
        after: Option<ObjectId>,
    ) -> impl Iterator<Item = (ObjectId, &DirectoryUser)> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let users = &self.document.directory.users;
        users
            .range((start, Bound::Unbounded))
            .filter(|(id, _)| !self.veil.users.contains(id))
            .map(|(id, u)| (*id, u))
    }

    fn put_user(&mut self, id: ObjectId, user: DirectoryUser) {
        let event = if let Some(before) = self.drop_user(id) {
            UserEvent::Changed(delta::changed(&before, &user))
        } else {
            self.made.users.push(id);
            UserEvent::Made
        };
        self.events.push(id, event);
        self.index.add_user(id, &user);
        self.document.directory.users.insert(id, user);
    }

    fn drop_user(&mut self, id: ObjectId) -> Option<DirectoryUser> {
        let user = self.document.directory.users.remove(&id)?;
        self.index.drop_user(id, &user);
        Some(user)
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
    /// Index and ties follow from the document, so they are not compared.
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
