//! Desired: what org.toml says, resolved and checked. Built by the config room only.

mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::access::AccessLevel;
use super::ids::{ObjectId, OrganizationName, ProjectName, TenantId};
use super::notice::{Deliver, Language};
use super::person::{Email, is_domain_name};
use super::policy::Policy;
use super::project::ProjectRole;

pub use scope::{Owned, Scope};

/// A place in a file of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, as the user named it.
    #[schemars(with = "String")]
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The tenant, as org.toml names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantRef {
    /// By id.
    Id(TenantId),
    /// By one of its verified domains, in lower case; looked up without credentials.
    Domain(String),
}

impl fmt::Display for TenantRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => fmt::Display::fmt(id, f),
            Self::Domain(domain) => f.write_str(domain),
        }
    }
}

/// A text that names no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTenant;

impl fmt::Display for NoTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write the id of a tenant, or one of its domains such as contoso.com")
    }
}

impl std::error::Error for NoTenant {}

impl FromStr for TenantRef {
    type Err = NoTenant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        match text.parse::<TenantId>() {
            Ok(id) if id.is_nil() => Err(NoTenant),
            Ok(id) => Ok(Self::Id(id)),
            Err(_) if is_domain_name(text) => Ok(Self::Domain(text.to_lowercase())),
            Err(_) => Err(NoTenant),
        }
    }
}

/// Who connects the organization to the tenant.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConnectWith {
    /// A person, in the organization settings: apply waits at a gate.
    #[default]
    Portal,
    /// A request that Microsoft has not documented.
    Api,
}

impl ConnectWith {
    /// The spelling of org.toml.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What is to back the organization.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DesiredConnection {
    /// The tenant.
    #[default]
    Connected,
    /// Personal Microsoft accounts: the organization is taken off the tenant.
    Disconnected,
}

/// The whole of org.toml, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// The organization.
    pub organization: OrganizationName,
    /// Who must never be locked out.
    pub owner: Option<Owner>,
    /// The tenant that is to back it or, when it is to be disconnected, to be left.
    pub tenant: TenantRef,
    /// Whether the tenant is to back it at all.
    pub connection: DesiredConnection,
    /// The tenant that may be given up for the wanted one. Without it no other tenant is left.
    pub replaces: Option<TenantId>,
    /// Who connects.
    pub connect_with: ConnectWith,
    /// Where `[tenant]` stands.
    pub tenant_place: Place,
    /// Who signs in today, and who that is in the directory.
    pub members: BTreeMap<Email, DesiredMember>,
    /// People without an address in the directory.
    pub guests: BTreeMap<Email, DesiredGuest>,
    /// Unwanted users.
    pub removals: BTreeMap<Email, DesiredRemoval>,
    /// Policies of the organization.
    pub policies: BTreeMap<Policy, DesiredPolicy>,
    /// Whether policies may be written whose names say the opposite of their values.
    pub write_inverted_policies: bool,
    /// What happens to tokens and keys.
    pub credentials: DesiredCredentials,
    /// How people are told, if they are.
    pub notices: Option<DesiredNotices>,
}

/// Who must never be locked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Their sign-in name today or after the move.
    pub email: Email,
    /// Where it stands.
    pub place: Place,
}

/// One line of `[members]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredMember {
    /// The identity in the directory.
    pub to: Email,
    /// Its object id, where the line names the account for good.
    pub id: Option<ObjectId>,
    /// Make that identity where it is missing.
    pub create: bool,
    /// The name that a made identity gets.
    pub name: Option<String>,
    /// The access level; absent leaves it as it is.
    pub access: Option<AccessLevel>,
    /// What they are in which projects. Others are left as they are.
    pub projects: BTreeMap<ProjectName, ProjectRole>,
    /// Why the pair is right although the names differ. Never empty.
    pub because: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// One line of `[guests]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredGuest {
    /// The name that others see.
    pub name: Option<String>,
    /// The access level; absent leaves it as it is, and gives `stakeholder` to somebody new.
    pub access: Option<AccessLevel>,
    /// What they are in which projects. Others are left as they are.
    pub projects: BTreeMap<ProjectName, ProjectRole>,
    /// The text in the invitation.
    pub message: Option<String>,
    /// Send the invitation again, once, to somebody who has not accepted it.
    pub resend: bool,
    /// Let the guest accept with another account, once.
    pub reset_redemption: bool,
    /// Why the pair is right although the names differ. Never empty.
    pub because: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// One line of `[remove]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredRemoval {
    /// Why, for the reviewer. Never empty.
    pub reason: String,
    /// Where it stands.
    pub place: Place,
}

/// One line of `[policies]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredPolicy {
    /// As the portal's switch is to show it.
    pub enabled: bool,
    /// Where it stands.
    pub place: Place,
}

/// `[credentials]`: what happens to tokens and keys before the organization is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesiredCredentials {
    /// Where the SSH keys are revoked, if they are.
    pub revoke_ssh_keys: Option<Place>,
    /// Where personal access tokens are revoked, if they are.
    pub revoke_tokens: Option<Place>,
}

impl DesiredCredentials {
    /// Whether anything is revoked.
    pub const fn revokes(&self) -> bool {
        self.revoke_ssh_keys.is_some() || self.revoke_tokens.is_some()
    }
}

/// `[notices]`: how people are told of the move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredNotices {
    /// In which language.
    pub language: Language,
    /// By which way.
    pub deliver: Deliver,
    /// How many days lie between the first notice and the connection, at least.
    pub lead_days: u32,
    /// The mailbox that sends; without it that of whoever is signed in. The text of an invitation
    /// that an application sends comes from it too.
    pub sender: Option<Email>,
    /// Where the section stands.
    pub place: Place,
}

/// What to do about an organization user that nothing covers.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Unlisted {
    /// Refuse the plan.
    #[default]
    Refuse,
    /// Say so and go on: they will be disconnected.
    Warn,
}

/// The safety rules and their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guards {
    /// The most people that one plan may take out of the organization.
    pub max_removals: u32,
    /// The same as a share of the organization, in per cent.
    pub max_removal_percent: u8,
    /// The most users an organization may have while members are mapped. Above it they are left out
    /// of the plan.
    pub max_users: u32,
    /// What to do about an organization user that nothing covers.
    pub unlisted_users: Unlisted,
    /// What to do about organization users whom only Microsoft support could map, because there
    /// are more than [`Guards::max_users`].
    pub unmapped_users: Unlisted,
    /// People who are never removed, also when another line says so.
    pub protected: BTreeSet<Email>,
    /// Whether deleting a `[guests]` line takes the guest out of the directory too.
    pub delete_guests: bool,
}

impl Guards {
    /// Five people is what a reviewer can check by name.
    pub const MAX_REMOVALS: u32 = 5;
    /// A quarter: in a small organization the count alone would let everybody go.
    pub const MAX_REMOVAL_PERCENT: u8 = 25;
    /// Above 100 users Azure DevOps does not offer to map disconnected members. Source: "FAQs about
    /// Azure access" in Microsoft's Azure DevOps documentation.
    pub const MAX_USERS: u32 = 100;
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            max_removals: Self::MAX_REMOVALS,
            max_removal_percent: Self::MAX_REMOVAL_PERCENT,
            max_users: Self::MAX_USERS,
            unlisted_users: Unlisted::Refuse,
            unmapped_users: Unlisted::Refuse,
            protected: BTreeSet::new(),
            delete_guests: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_by_id_or_domain() {
        let id = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
        assert_eq!(id.parse(), Ok(TenantRef::Id(id.parse().unwrap())));
        let domain = |text: &str| Ok(TenantRef::Domain(text.to_owned()));
        assert_eq!(" Contoso.COM".parse(), domain("contoso.com"));
        assert_eq!("münchen.example".parse(), domain("münchen.example"));
        for none in [
            "",
            "contoso",
            "00000000-0000-0000-0000-000000000000",
            "https://contoso.com",
            "contoso.com/../x",
            "ana@contoso.com",
            "-contoso.com",
            "contoso..com",
        ] {
            assert_eq!(none.parse::<TenantRef>(), Err(NoTenant), "{none}");
        }
    }
}
