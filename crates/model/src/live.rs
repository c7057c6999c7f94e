//! Live: what the services answered at one time. Written to a file it is a snapshot, and a snapshot
//! fills a sandbox.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::EffectiveLevel;
use super::application::Application;
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
    /// Applications among the users of the organization, by object id; of the tenant that backs it
    /// and perhaps of one that it has left. Read while a tenant backs it, for no others can be users.
    #[serde(default, skip_serializing_if = "Readable::is_not_asked")]
    pub applications: Readable<BTreeMap<ObjectId, Application>>,
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
    /// When it was created, as the service writes it; absent where a snapshot does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
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
        self.external_part().is_some()
    }

    /// What stands before `#EXT#` in the name that the directory gives to an account from outside: the
    /// address at which it was invited, with `_` in place of the `@`.
    pub fn external_part(&self) -> Option<&str> {
        let name = self.user_principal_name.as_str();
        name.split_once("#ext#").map(|(part, _)| part)
    }

    /// The name by which org.toml speaks of the account: the user principal name or, of one from outside, its
    /// address for mail, where it is known.
    pub fn name_in_config(&self) -> &Email {
        let mail = self.mail.as_ref().filter(|_| self.is_external());
        mail.unwrap_or(&self.user_principal_name)
    }

    /// Whether a name is the sign-in name of the account: its user principal name or, of an account from
    /// outside, the address at which it was invited. Other addresses may be anybody's.
    pub fn signs_in_as(&self, name: &Email) -> bool {
        let is_invited_at = || {
            let part = name.as_str().replace('@', "_");
            self.mail.as_ref() == Some(name) || self.external_part() == Some(&part)
        };
        self.user_principal_name == *name || (self.is_external() && is_invited_at())
    }

    /// Whether the user belongs to somebody else: a guest, or one who was made a member.
    pub fn is_external(&self) -> bool {
        self.user_type == UserType::Guest || self.has_external_name()
    }
}
