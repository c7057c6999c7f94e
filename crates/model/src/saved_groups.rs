//! Saved groups: what a directory's groups were given in an organization, as it was before a change
//! of directory ended them. The service cannot give any of it back; a person can, with this.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::access::EffectiveLevel;
use super::ids::{ObjectId, OrganizationId, OrganizationName, TenantId};

/// The groups of a directory in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SavedGroups {
    /// The version of this format; 1 is the only one.
    pub format_version: u32,
    /// The organization.
    pub organization: OrganizationName,
    /// Its id.
    pub organization_id: OrganizationId,
    /// The tenant whose groups they are.
    pub tenant: TenantId,
    /// The groups, by object id.
    pub groups: BTreeMap<ObjectId, SavedGroup>,
}

impl SavedGroups {
    /// The version of the format that [`SavedGroups::format_version`] holds.
    pub const FORMAT_VERSION: u32 = 1;
}

/// A group of a directory, and what the organization gave to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SavedGroup {
    /// Its name.
    pub name: String,
    /// The groups of the organization that it was a member of, by their names in full.
    pub member_of: BTreeSet<String>,
    /// The access level that a rule gave to everybody in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<EffectiveLevel>,
    /// The part that the rule gave them in each project, by the project's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub projects: BTreeMap<String, String>,
}
