//! Live: what the services answered at one time. Written to a file it is a snapshot, and a snapshot
//! fills a sandbox.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::EffectiveLevel;
use super::credential::Credentials;
use super::ids::{
    Descriptor, ObjectId, OrganizationId, OrganizationName, ProjectId, ProjectName, StorageKey,
    TenantId,
};
use super::person::Email;
use super::policy::Policy;
use super::preflight::{Preflight, Readable};
use super::project::{EffectiveRole, Membership, ProjectAccess};

/// Everything the planner knows of the outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// The version of this format; 1 is the only one.
    pub format_version: u32,
    /// The organization itself.
    pub organization: Organization,
    /// Who asked.
    pub caller: Caller,
    /// The organization's users by storage key. Users that have been removed are not among them.
    pub members: BTreeMap<StorageKey, Member>,
    /// Users without an entitlement of their own: they come in through a directory group. The
    /// service gives no storage key for them in a list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub group_only: BTreeMap<Email, String>,
    /// The organization's projects. Read only when something asks for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub projects: BTreeMap<ProjectId, ProjectName>,
    /// The part of the tenant that concerns the organization.
    pub directory: Directory,
    /// What rules look at besides.
    #[serde(default, skip_serializing_if = "Preflight::is_empty")]
    pub preflight: Preflight,
    /// Policies of the organization, as the portal's switches show them; read only when something
    /// asks for them. One that the service does not tell is not among them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub policies: BTreeMap<Policy, bool>,
    /// Personal access tokens and SSH keys, by name; read only when something asks for them, because
    /// the service has no list of everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Credentials>,
}

impl Live {
    /// The version of the format that [`Live::format_version`] holds.
    pub const FORMAT_VERSION: u32 = 1;
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name, as the service spells it.
    pub name: OrganizationName,
    /// What backs it.
    pub connection: Connection,
}

/// What backs an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Personal Microsoft accounts.
    Personal,
    /// A Microsoft Entra tenant.
    Tenant(TenantId),
    /// The service did not say.
    Unknown,
}

impl Connection {
    /// The tenant, where there is one.
    pub const fn tenant(self) -> Option<TenantId> {
        match self {
            Self::Tenant(id) => Some(id),
            Self::Personal | Self::Unknown => None,
        }
    }
}

/// The identity behind the credentials in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// Their id in the organization.
    pub storage_key: StorageKey,
    /// Their sign-in name.
    pub principal_name: Email,
    /// A person or not.
    #[serde(default, skip_serializing_if = "CallerKind::is_person")]
    pub kind: CallerKind,
}

/// What stands behind credentials.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// A person.
    #[default]
    Person,
    /// An application of a tenant, a managed identity, or a service of Azure DevOps itself.
    Application,
}

impl CallerKind {
    /// Whether it is a person. By reference, for serde.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands in a reference"
    )]
    const fn is_person(&self) -> bool {
        matches!(self, Self::Person)
    }
}

/// Where an identity comes from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A personal Microsoft account (`msa`).
    #[default]
    Personal,
    /// A Microsoft Entra tenant (`aad`).
    Directory,
    /// Anything else, such as a GitHub account.
    Other,
}

/// Where somebody's entitlement stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// In use.
    #[default]
    Active,
    /// Invited, never signed in.
    Pending,
    /// Blocked.
    Disabled,
    /// Another status of the service: `none`, `expired`, `pendingDisabled`.
    Other,
}

/// A user of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The sign-in name: an e-mail address or user principal name.
    pub principal_name: Email,
    /// The name that others see. Chosen by the person, so never trusted.
    pub display_name: String,
    /// The address for mail, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Email>,
    /// Where the identity comes from.
    #[serde(default)]
    pub origin: Origin,
    /// The tenant of a directory identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// The object id of a directory identity, once it is bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<ObjectId>,
    /// What Azure DevOps calls the user today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptor: Option<Descriptor>,
    /// The access level.
    pub access: EffectiveLevel,
    /// Where the entitlement stands.
    #[serde(default)]
    pub status: MemberStatus,
    /// Listed, but unable to sign in until mapped: the connected tenant does not know the identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disconnected: bool,
    /// The access level comes with a group that the user is in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub access_by_group: bool,
    /// What the user is in which projects. Read only when something asks for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub projects: BTreeMap<ProjectId, Membership>,
}

impl Member {
    /// What an access step records of a project: the role that counts as the member's own where
    /// org.toml wants `wanted`, or nothing.
    pub fn project_access(
        &self,
        id: ProjectId,
        wanted: Option<EffectiveRole>,
    ) -> Option<ProjectAccess> {
        let role = self.projects.get(&id)?.role_for(wanted)?;
        Some(ProjectAccess { id, role })
    }
}

/// The part of a tenant that concerns the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name.
    pub display_name: String,
    /// The domains that the tenant has proved to own, in lower case.
    pub verified_domains: BTreeSet<String>,
    /// Its users, by object id: those whose address concerns the organization.
    pub users: BTreeMap<ObjectId, DirectoryUser>,
    /// Deleted users who can be restored: those at an address where somebody is to be made. The
    /// caller may not be able to read them, and then somebody new is made.
    #[serde(default, skip_serializing_if = "Readable::is_not_asked")]
    pub deleted: Readable<BTreeMap<ObjectId, DeletedUser>>,
    /// Who asked the directory, which may not be who asked Azure DevOps. Read only when something
    /// asks for it.
    #[serde(default, skip_serializing_if = "CallerKind::is_person")]
    pub caller: CallerKind,
}

/// A user in the tenant who was deleted and can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletedUser {
    /// When, as the service writes it: later ones are greater.
    pub deleted: String,
    /// The user, under the name of before.
    pub user: DirectoryUser,
}

/// Whether a directory user is one of the tenant's own.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// One of its own.
    #[default]
    Member,
    /// Invited.
    Guest,
}

/// How far a guest has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    /// Invited, not yet redeemed.
    Pending,
    /// Redeemed.
    Accepted,
}

/// A user in the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectoryUser {
    /// The user principal name. A guest's holds `#EXT#` and is not their address.
    pub user_principal_name: Email,
    /// The name that others see.
    pub display_name: String,
    /// The address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Email>,
    /// Further addresses.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub other_mails: BTreeSet<Email>,
    /// Member or guest.
    #[serde(default)]
    pub user_type: UserType,
    /// Whether the account may sign in.
    #[serde(default = "enabled_by_default")]
    pub enabled: bool,
    /// How far an invited user has come; absent for all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationStatus>,
    /// Mastered in a directory on premises, so nothing of it can be changed in the tenant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub synced: bool,
}

const fn enabled_by_default() -> bool {
    true
}

impl DirectoryUser {
    /// Everything by which the user can be found.
    pub fn addresses(&self) -> impl Iterator<Item = &Email> {
        std::iter::once(&self.user_principal_name)
            .chain(&self.mail)
            .chain(&self.other_mails)
    }

    /// Whether the account is one from outside, by the mark that the directory gives such names. A
    /// guest who was made a member keeps it.
    pub fn has_external_name(&self) -> bool {
        self.user_principal_name.as_str().contains("#ext#")
    }

    /// Whether the user belongs to somebody else: a guest, or one who was made a member.
    pub fn is_external(&self) -> bool {
        self.user_type == UserType::Guest || self.has_external_name()
    }
}

/// By which of its addresses a directory user was found. The order is the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// The user principal name: what connecting an organization goes by.
    PrincipalName,
    /// The address for mail.
    Mail,
    /// A further address.
    OtherMail,
}

/// Directory users by any of their addresses.
#[derive(Debug)]
pub struct DirectoryIndex<'a> {
    users: &'a BTreeMap<ObjectId, DirectoryUser>,
    // Sorted; a sorted vector is built and searched faster than a map of borrowed keys.
    by_address: Vec<(&'a Email, FoundBy, ObjectId)>,
}

impl<'a> DirectoryIndex<'a> {
    /// Indexes a directory; cost n log n.
    pub fn new(directory: &'a Directory) -> Self {
        let users = &directory.users;
        let mut by_address = Vec::with_capacity(users.len() * 2);
        for (id, user) in users {
            by_address.push((&user.user_principal_name, FoundBy::PrincipalName, *id));
            by_address.extend(user.mail.iter().map(|mail| (mail, FoundBy::Mail, *id)));
            by_address.extend(
                user.other_mails
                    .iter()
                    .map(|m| (m, FoundBy::OtherMail, *id)),
            );
        }
        by_address.sort_unstable();
        Self { users, by_address }
    }

    /// The best match for an address: by principal name, else by mail, else by a further address.
    pub fn find(&self, address: &Email) -> Option<Found<'a>> {
        let start = self
            .by_address
            .partition_point(|(email, _, _)| *email < address);
        let (email, by, id) = self.by_address.get(start)?;
        if *email != address {
            return None;
        }
        self.users.get(id).map(|user| Found {
            id: *id,
            by: *by,
            user,
        })
    }
}

/// A directory user and how it was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The object id.
    pub id: ObjectId,
    /// By which address.
    pub by: FoundBy,
    /// The user.
    pub user: &'a DirectoryUser,
}
