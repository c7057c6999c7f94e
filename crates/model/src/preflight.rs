//! Preflight: what is read only so that rules can look at it. No step is made of any of it, so
//! nothing of it is needed: what the caller may not read is unknown, and never taken for absent.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::EffectiveLevel;
use super::ids::{ObjectId, OrganizationName, StorageKey};

/// Something that the caller may or may not be able to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readable<T> {
    /// Nobody asked: there was no reason to, or the snapshot is from before anybody did.
    #[default]
    NotAsked,
    /// The service answered.
    Known(T),
    /// The service did not tell the caller.
    Unknown {
        /// What it said instead: a status and perhaps a code. The same refusal reads the same.
        why: String,
    },
}

impl<T> Readable<T> {
    /// What the service answered, if it did.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotAsked | Self::Unknown { .. } => None,
        }
    }

    /// What follows from the answer, if there is one.
    pub fn and_then<U>(self, follow: impl FnOnce(T) -> Readable<U>) -> Readable<U> {
        match self {
            Self::NotAsked => Readable::NotAsked,
            Self::Known(value) => follow(value),
            Self::Unknown { why } => Readable::Unknown { why },
        }
    }

    /// The answer in another form, if there is one.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Readable<U> {
        self.and_then(|value| Readable::Known(turn(value)))
    }

    /// Why it is not known although somebody asked.
    pub fn why_unknown(&self) -> Option<&str> {
        match self {
            Self::Unknown { why } => Some(why),
            Self::NotAsked | Self::Known(_) => None,
        }
    }

    /// Whether nobody asked.
    pub const fn is_not_asked(&self) -> bool {
        matches!(self, Self::NotAsked)
    }
}

/// What rules look at besides users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Preflight {
    /// Who owns the organization.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub owner: Readable<StorageKey>,
    /// Who administers the organization.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub administrators: Readable<Administrators>,
    /// The licences of the organization, by level.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub licences: Readable<BTreeMap<EffectiveLevel, Licences>>,
    /// The directory's groups that the organization knows, by object id, with their names.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub directory_groups: Readable<BTreeMap<ObjectId, String>>,
    /// The rules on such groups, and the level that each gives.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub group_rules: Readable<BTreeMap<ObjectId, EffectiveLevel>>,
    /// Who may bring organizations into the tenant.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub creation: Readable<CreationPolicy>,
    /// What sort of tenant it is; absent where the service did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_kind: Option<TenantKind>,
    /// Who may invite guests into the tenant.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub invitations: Readable<InvitationPolicy>,
    /// From which domains guests may be invited.
    #[serde(skip_serializing_if = "Readable::is_not_asked")]
    pub guest_domains: Readable<GuestDomains>,
}

impl Preflight {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who administers an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Administrators {
    /// Users, by themselves or through groups of the organization.
    pub users: BTreeSet<StorageKey>,
    /// The directory's groups among them, with their names. Who is in one is not seen from the
    /// organization.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub directory_groups: BTreeMap<ObjectId, String>,
}

/// How many licences of a level there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Licences {
    /// In all.
    pub total: u32,
    /// Of these, assigned to nobody.
    pub available: u32,
}

/// Who may bring organizations into a tenant: its policy that restricts their creation, which holds
/// for connecting one too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreationPolicy {
    /// The organization of the tenant through which it was read.
    pub through: OrganizationName,
    /// Whether it is restricted.
    pub restricted: bool,
    /// Who may all the same: users and groups of the tenant.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allowed: BTreeSet<ObjectId>,
}

/// What sort of tenant it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// Of an organization's own people: what an Azure DevOps organization can be connected to.
    Workforce,
    /// Azure AD B2C: of customers.
    B2c,
    /// Microsoft Entra External ID: of customers, too.
    External,
}

/// Who may invite guests into a tenant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InvitesFrom {
    /// Nobody.
    Nobody,
    /// Administrators and guest inviters.
    AdminsAndGuestInviters,
    /// These, and every member.
    AdminsGuestInvitersAndAllMembers,
    /// Guests too.
    Everyone,
}

/// The tenant's policy on inviting guests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationPolicy {
    /// Who may.
    pub from: InvitesFrom,
    /// Whether the signed-in identity has a role that may. Asked only where a role is needed.
    #[serde(default, skip_serializing_if = "Readable::is_not_asked")]
    pub caller_may: Readable<bool>,
}

/// From which domains guests may be invited. A tenant has one of the two lists, or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GuestDomains {
    /// When there are some, the only ones; in lower case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub allowed: BTreeSet<String>,
    /// Those from which nobody may be; in lower case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub blocked: BTreeSet<String>,
}

impl GuestDomains {
    /// Whether guests may be invited from a domain, in lower case. A listed domain says nothing
    /// about those below it.
    pub fn allow(&self, domain: &str) -> bool {
        let listed = self.allowed.is_empty() || self.allowed.contains(domain);
        listed && !self.blocked.contains(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_from_before_anybody_asked_is_one_where_nobody_asked() {
        let old: Preflight = serde_json::from_str("{}").unwrap();
        assert!(old.is_empty() && old.owner.is_not_asked());
        assert_eq!(serde_json::to_string(&old).unwrap(), "{}");
    }

    #[test]
    fn what_is_unknown_stays_unknown_on_the_way_through_a_file() {
        let why = "answered 403".to_owned();
        let preflight = Preflight {
            guest_domains: Readable::Unknown { why },
            group_rules: Readable::Known(BTreeMap::new()),
            ..Preflight::default()
        };
        let text = serde_json::to_string(&preflight).unwrap();
        let expected =
            r#"{"group_rules":{"known":{}},"guest_domains":{"unknown":{"why":"answered 403"}}}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Preflight>(&text).unwrap(), preflight);
    }

    #[test]
    fn a_domain_is_not_what_is_below_it() {
        let domains = |allowed: &[&str], blocked: &[&str]| GuestDomains {
            allowed: allowed.iter().copied().map(str::to_owned).collect(),
            blocked: blocked.iter().copied().map(str::to_owned).collect(),
        };
        assert!(domains(&[], &[]).allow("fabrikam.com"));
        assert!(!domains(&[], &["fabrikam.com"]).allow("fabrikam.com"));
        assert!(domains(&[], &["fabrikam.com"]).allow("eu.fabrikam.com"));
        assert!(domains(&["fabrikam.com"], &[]).allow("fabrikam.com"));
        assert!(!domains(&["fabrikam.com"], &[]).allow("eu.fabrikam.com"));
    }
}
