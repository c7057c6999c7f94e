//! What an organization holds besides its users, as the file spells it. Data only; everything has a
//! default, so a file from before any of it was known is still a world.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{Descriptor, ObjectId, StorageKey};

use super::ProjectRole;
use crate::world::organization::audit::AuditEntry;
use crate::world::time::stamp::Stamp;

/// What an organization holds besides its users.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename = "Holdings", deny_unknown_fields, default)]
pub(crate) struct OrganizationContents {
    /// Who owns the organization; the caller when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<StorageKey>,
    /// Its projects, by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) projects: BTreeMap<Uuid, Project>,
    /// Its groups, by storage key. The built-in ones are added where they are missing.
    pub(crate) groups: BTreeMap<StorageKey, Group>,
    /// What the members of a group are given, by the storage key of the group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) rules: BTreeMap<StorageKey, GroupRule>,
    /// Whose level is still to become what the rules on their groups come to.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) awaiting_rules: BTreeSet<StorageKey>,
    /// Personal access tokens and SSH keys, by authorization id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tokens: BTreeMap<Uuid, Token>,
    /// Organization policies that somebody has set, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) policies: BTreeMap<String, bool>,
    /// How many licences of a level there are, where that is not what the settings say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) licences: BTreeMap<EffectiveLevel, u32>,
    /// What the tenant prescribes to its organizations, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tenant_policies: BTreeMap<String, TenantPolicy>,
    /// The caller lacks the tenant's role Azure DevOps Administrator.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) no_tenant_role: bool,
    /// Other organizations of the tenant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) other_organizations: Vec<OtherOrganization>,
    /// A change of tenant has ended the caller's personal access token.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) token_ended: bool,
    /// Bulk changes that are asked after, and whether each went well.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) operations: BTreeMap<Uuid, bool>,
    /// The audit log, oldest first.
    #[serde(skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) audit: VecDeque<AuditEntry>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Project {
    /// Its name.
    pub(crate) name: String,
}

/// Which group this is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupKind {
    /// Made in Azure DevOps by somebody.
    #[default]
    Own,
    /// Project Collection Administrators.
    Administrators,
    /// Project Collection Valid Users: everybody, without being written down.
    ValidUsers,
    /// A group of the directory.
    Directory,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// Its name within its scope.
    pub(crate) display_name: String,
    /// What it is for.
    #[serde(default)]
    pub(crate) description: String,
    /// Which group this is.
    #[serde(default)]
    pub(crate) kind: GroupKind,
    /// The project it belongs to; absent for a group of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<Uuid>,
    /// Its id in the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) object_id: Option<ObjectId>,
    /// What the service calls it.
    pub(crate) descriptor: Descriptor,
    /// Deleted groups can still be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
    /// Users and groups in it. Of a directory group: those that the organization knows of.
    #[serde(default)]
    pub(crate) members: BTreeSet<StorageKey>,
}

/// What the members of a group are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRule {
    /// The access level.
    pub(crate) level: EffectiveLevel,
    /// Membership of projects, by project.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) projects: BTreeMap<Uuid, ProjectRole>,
    /// When it was last carried out; absent while that is still to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_executed: Option<Stamp>,
    /// What is still to be carried out; a rule that is only tested never is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<PendingRule>,
}

/// A rule that is on its way to the members of its group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PendingRule {
    /// The level that holds until then; absent where the rule is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<EffectiveLevel>,
}

impl GroupRule {
    /// The level that it gives today.
    pub(crate) fn in_force(&self) -> Option<EffectiveLevel> {
        match &self.pending {
            Some(pending) => pending.before,
            None => self.last_executed.map(|_| self.level),
        }
    }
}

/// A personal access token or an SSH key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// Whose it is.
    pub(crate) user: StorageKey,
    /// Its name.
    pub(crate) display_name: String,
    /// What it opens.
    #[serde(default)]
    pub(crate) scope: String,
    /// Since when.
    pub(crate) valid_from: Stamp,
    /// Until when.
    pub(crate) valid_to: Stamp,
    /// Not revoked.
    #[serde(default = "yes")]
    pub(crate) valid: bool,
    /// The public half of an SSH key; absent for a personal access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) public_key: Option<String>,
    /// Good in every organization of its user, not in this one only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) everywhere: bool,
}

/// What a tenant prescribes to its organizations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TenantPolicy {
    /// Whether it is on.
    pub(crate) on: bool,
    /// Who is excepted, users and groups.
    pub(crate) allowed: Vec<ObjectId>,
    /// What is said to who is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// The longest life of a personal access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_lifespan_days: Option<u32>,
}

/// Another organization of the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherOrganization {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    pub(crate) name: String,
    /// Its owner's sign-in name.
    #[serde(default)]
    pub(crate) owner: String,
    /// What the service meets when it reads the organization for the list; absent when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<Trouble>,
}

/// Why the service cannot read an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trouble {
    /// The name of the exception.
    pub(crate) exception: String,
    /// What it says.
    pub(crate) message: String,
}

const fn yes() -> bool {
    true
}
