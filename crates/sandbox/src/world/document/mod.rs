//! What a world consists of, as its file spells it. Data only: the rules are in the files beside.

pub(super) mod organization_contents;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{
    Descriptor, ObjectId, OrganizationId, OrganizationName, StorageKey, TenantId,
};
use orgctl_model::live::{InvitationStatus, MemberStatus, Origin, UserType};
use orgctl_model::preflight::TenantKind;

use super::directory::applications::Application;
use super::directory::device_codes::DeviceCode;
use super::directory::groups::{DeletedGroup, DirectoryGroup};
use super::directory::invite_rules::InviteRule;
use super::directory::mail::{Letter, MailRefusal, SentMail};
use super::directory::policies::Policies;
use super::settings::Settings;
use super::time::stamp::Stamp;
use organization_contents::OrganizationContents;

/// The contents of a sandbox: one organization and one tenant, and who is who in others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The version of this format; 1 is the only one.
    pub(crate) format_version: u32,
    /// How many events there have been. Ids and moments come from it.
    #[serde(default)]
    pub(crate) serial: u64,
    /// How the services behave.
    #[serde(default)]
    pub(crate) settings: Settings,
    /// The Azure DevOps organization.
    pub(crate) organization: Organization,
    /// The Microsoft Entra tenant.
    pub(crate) directory: Directory,
    /// Users of other tenants, such as the one that the organization is moved away from: those who
    /// are in the organization.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) other_tenants: BTreeMap<TenantId, BTreeMap<ObjectId, DirectoryUser>>,
}

/// An organization and its users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organization {
    /// Its id.
    pub(crate) id: OrganizationId,
    /// Its name, as it was created.
    pub(crate) name: OrganizationName,
    /// The tenant that backs it; absent while personal accounts sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<TenantId>,
    /// A change of tenant that the header does not show yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unseen: Option<UnseenChange>,
    /// Whose credentials the sandbox takes.
    pub(crate) caller: StorageKey,
    /// Its users, by storage key.
    pub(crate) members: BTreeMap<StorageKey, Member>,
    /// What it holds besides them.
    #[serde(rename = "holdings", default)]
    pub(crate) contents: OrganizationContents,
}

/// A change of tenant that the header does not show yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnseenChange {
    /// What the header still shows; absent for personal accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shown: Option<TenantId>,
}

/// What a row of the organization stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MemberKind {
    /// A person.
    #[default]
    Person,
    /// A managed identity, which the service lists among the people.
    ManagedIdentity,
    /// The service principal of an application, which the service lists among the people too.
    ServicePrincipal,
}

impl MemberKind {
    /// Whether it is a person.
    pub(crate) const fn is_person(self) -> bool {
        matches!(self, Self::Person)
    }
}

/// A user of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    /// The sign-in name, as it was spelled.
    pub(crate) principal_name: String,
    /// The name that others see.
    pub(crate) display_name: String,
    /// The address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<String>,
    /// A person or not.
    #[serde(default)]
    pub(crate) kind: MemberKind,
    /// Where the identity comes from.
    #[serde(default)]
    pub(crate) origin: Origin,
    /// The tenant of a directory identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<TenantId>,
    /// The object id of a directory identity; absent until it is bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) object_id: Option<ObjectId>,
    /// The personal account, also after it has been exchanged for a directory identity: a
    /// disconnected organization goes back to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) personal: Option<PersonalAccount>,
    /// Member or guest of the tenant; absent where the service leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_type: Option<UserType>,
    /// The directory's short name for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) directory_alias: Option<String>,
    /// What the service calls the user today.
    pub(crate) descriptor: Descriptor,
    /// The access level; absent for who comes in through a directory group or was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entitlement: Option<Entitlement>,
    /// The graph's membership state. Deleting a graph user clears it and leaves the row.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    /// Taken out of the organization. The row keeps its ids, for the day the person is added again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) removed: bool,
    /// Listed, but unable to sign in until mapped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) disconnected: bool,
}

impl Member {
    /// Whether this is somebody who can be in somebody else's way: listed and not disabled.
    pub(crate) const fn is_active(&self) -> bool {
        self.enabled && !self.removed
    }
}

/// A personal Microsoft account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonalAccount {
    /// Its sign-in name.
    pub(crate) principal_name: String,
    /// Its id: 16 upper-case hexadecimal digits.
    pub(crate) puid: String,
}

/// An access level and what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entitlement {
    /// The level that the person has.
    pub(crate) level: EffectiveLevel,
    /// Where it stands.
    #[serde(default)]
    pub(crate) status: MemberStatus,
    /// When it was given.
    pub(crate) created: Stamp,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_access: Option<Stamp>,
    /// Membership of projects, by project.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) projects: BTreeMap<Uuid, ProjectRole>,
    /// Given by a group rule, not to the person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_rule: bool,
    /// The level that was assigned to the person, where a rule gives more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<EffectiveLevel>,
}

/// Membership of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectRole {
    /// The project's name.
    pub(crate) name: String,
    /// The group in it, such as `projectContributor`.
    pub(crate) group: String,
    /// Through a group that the person is in, so it cannot be taken from the person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_group: bool,
}

/// A tenant and its users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Directory {
    /// Its id.
    pub(crate) tenant: TenantId,
    /// Its name.
    pub(crate) display_name: String,
    /// What sort of tenant it is.
    #[serde(default = "workforce", skip_serializing_if = "is_workforce")]
    pub(crate) kind: TenantKind,
    /// The domain that it was created with; the names of guests end in it.
    pub(crate) initial_domain: String,
    /// Its domains in lower case, and whether it has proved to own each.
    pub(crate) domains: BTreeMap<String, bool>,
    /// Its users.
    pub(crate) users: BTreeMap<ObjectId, DirectoryUser>,
    /// Its users that were deleted and can be restored.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) deleted: BTreeMap<ObjectId, DeletedUser>,
    /// Its groups.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) groups: BTreeMap<ObjectId, DirectoryGroup>,
    /// Its groups that were deleted and can be restored.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) deleted_groups: BTreeMap<ObjectId, DeletedGroup>,
    /// Who has each activated directory role, by the id of its template.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) roles: BTreeMap<Uuid, BTreeSet<ObjectId>>,
    /// The applications that are registered, by client id in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) applications: BTreeMap<String, Application>,
    /// Users' managers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) managers: BTreeMap<ObjectId, ObjectId>,
    /// Guests' sponsors.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) sponsors: BTreeMap<ObjectId, BTreeSet<ObjectId>>,
    /// Who may be invited.
    #[serde(default, skip_serializing_if = "Policies::are_usual")]
    pub(crate) policies: Policies,
    /// How the invitation of an address or a domain goes, in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) invite_rules: BTreeMap<String, InviteRule>,
    /// Mailboxes that send nothing, by address in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) mail_refusals: BTreeMap<String, MailRefusal>,
    /// Mail that was sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) outbox: Vec<SentMail>,
    /// Mail that went out with invitations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) letters: Vec<Letter>,
    /// Sign-ins by device code that are under way.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) device_codes: BTreeMap<String, DeviceCode>,
}

/// A user of the tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryUser {
    /// The user principal name, as it was spelled.
    pub(crate) user_principal_name: String,
    /// The name that others see.
    pub(crate) display_name: String,
    /// The address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<String>,
    /// Further addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) other_mails: Vec<String>,
    /// Member or guest.
    #[serde(default)]
    pub(crate) user_type: UserType,
    /// Whether the account may sign in.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    /// How far an invited user has come, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) invitation: Option<Invitation>,
    /// Mastered on premises, so not to be edited here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) synced: bool,
    /// When it was made.
    pub(crate) created: Stamp,
    /// Plain text properties by their wire name, such as `jobTitle`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) details: BTreeMap<String, String>,
}

/// How far an invited user has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invitation {
    /// Redeemed or not.
    pub(crate) status: InvitationStatus,
    /// Since when.
    pub(crate) changed: Stamp,
}

/// A deleted user of the tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeletedUser {
    /// When it was deleted.
    pub(crate) deleted: Stamp,
    /// The user, as it was.
    pub(crate) user: DirectoryUser,
}

const fn workforce() -> TenantKind {
    TenantKind::Workforce
}

/// By reference, for serde.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands in a reference"
)]
const fn is_workforce(kind: &TenantKind) -> bool {
    matches!(kind, TenantKind::Workforce)
}

const fn yes() -> bool {
    true
}
