//! The policies of the tenant that decide who may be invited.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use orgctl_model::ids::TenantId;

use crate::world::World;

/// Who may invite guests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum InvitesFrom {
    /// Nobody.
    None,
    /// Administrators and guest inviters.
    AdminsAndGuestInviters,
    /// These, and every member.
    AdminsGuestInvitersAndAllMembers,
    /// Guests too.
    #[default]
    Everyone,
}

/// Whether people of another tenant may come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Inbound {
    /// They may.
    #[default]
    Allowed,
    /// They may not.
    Blocked,
}

/// Settings for one other tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Partner {
    /// The other tenant's domains, in lower case.
    pub(crate) domains: BTreeSet<String>,
    /// Whether its people may come in; absent for what holds for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inbound: Option<Inbound>,
    /// Whether its people are let in without being asked for consent.
    pub(crate) consents: bool,
}

/// The policies of the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Policies {
    /// Who may invite guests.
    pub(crate) invites_from: InvitesFrom,
    /// The role that decides what guests see.
    pub(crate) guest_role: uuid::Uuid,
    /// Other members of the authorization policy that were set, by their wire names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) authorization: BTreeMap<String, bool>,
    /// Whether people of other tenants may come in, where no partner says otherwise.
    pub(crate) inbound: Inbound,
    /// Settings for single other tenants.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) partners: BTreeMap<TenantId, Partner>,
    /// Domains nobody may be invited from, in lower case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) blocked_domains: BTreeSet<String>,
    /// When there are some, the only domains people may be invited from, in lower case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) allowed_domains: BTreeSet<String>,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            invites_from: InvitesFrom::default(),
            // What a tenant begins with: guests see less than members and more than nothing.
            guest_role: uuid::uuid!("10dae51f-b6af-4016-8d66-8c2a99b929b3"),
            authorization: BTreeMap::new(),
            inbound: Inbound::default(),
            partners: BTreeMap::new(),
            blocked_domains: BTreeSet::new(),
            allowed_domains: BTreeSet::new(),
        }
    }
}

impl Policies {
    /// Whether these are what a tenant begins with.
    pub(crate) fn are_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Whether people with addresses of a domain may come in, as far as other tenants go.
    pub(crate) fn inbound_of(&self, domain: &str) -> Inbound {
        let mut partners = self.partners.values();
        let partner = partners.find(|partner| partner.domains.contains(domain));
        partner.and_then(|p| p.inbound).unwrap_or(self.inbound)
    }

    /// Whether the list of domains lets one through.
    pub(crate) fn lists_allow(&self, domain: &str) -> bool {
        let listed = self.allowed_domains.is_empty() || self.allowed_domains.contains(domain);
        listed && !self.blocked_domains.contains(domain)
    }
}

impl World {
    pub(crate) const fn policies(&self) -> &Policies {
        &self.document.directory.policies
    }

    /// Changes the policies.
    pub(crate) fn change_policies(&mut self, change: impl FnOnce(&mut Policies)) {
        self.tick();
        change(&mut self.document.directory.policies);
    }
}
