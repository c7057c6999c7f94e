//! The organization policies that org.toml can ask for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A policy of the organization, by the word of org.toml.
#[derive(
    Clone,
    Copy,
    Debug,
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
pub enum Policy {
    /// People from outside of the tenant may be users.
    ExternalGuestAccess,
    /// Applications of others may act for a user by OAuth.
    OauthAccess,
    /// SSH keys are taken.
    SshAccess,
    /// Events are written to the audit log.
    AuditLog,
    /// Public projects are allowed: nobody has to sign in to see them.
    AnonymousAccess,
}

impl Policy {
    /// The spelling of org.toml.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What the portal calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ExternalGuestAccess => "External guest access",
            Self::OauthAccess => "Third-party application access via OAuth",
            Self::SshAccess => "SSH authentication",
            Self::AuditLog => "Log audit events",
            Self::AnonymousAccess => "Allow public projects",
        }
    }

    /// What the service calls it.
    pub const fn service_name(self) -> &'static str {
        match self {
            Self::ExternalGuestAccess => "Policy.DisallowAadGuestUserAccess",
            Self::OauthAccess => "Policy.DisallowOAuthAuthentication",
            Self::SshAccess => "Policy.DisallowSecureShell",
            Self::AuditLog => "Policy.LogAuditEvents",
            Self::AnonymousAccess => "Policy.AllowAnonymousAccess",
        }
    }

    /// Whether the service's name says the opposite of what its value is taken for: public tools
    /// read `true` under a `Disallow…` name as "allowed", which Microsoft has not documented.
    pub const fn is_named_inversely(self) -> bool {
        match self {
            Self::ExternalGuestAccess | Self::OauthAccess | Self::SshAccess => true,
            Self::AuditLog | Self::AnonymousAccess => false,
        }
    }

    /// The policy with a spelling of org.toml.
    pub fn named(word: &str) -> Option<Self> {
        let mut all = Self::VARIANTS.iter().copied();
        all.find(|policy| policy.as_str() == word)
    }

    /// The policy that the service calls so, in any case.
    pub fn of_service(name: &str) -> Option<Self> {
        let mut all = Self::VARIANTS.iter().copied();
        all.find(|policy| policy.service_name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `on` or `off`, as the portal's switches say it.
pub const fn switch(enabled: bool) -> &'static str {
    if enabled { "on" } else { "off" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_policy() {
        for &policy in Policy::VARIANTS {
            assert_eq!(Policy::named(policy.as_str()), Some(policy));
            let shouted = policy.service_name().to_uppercase();
            assert_eq!(Policy::of_service(&shouted), Some(policy));
            let serialized = serde_json::to_value(policy).unwrap();
            assert_eq!(serialized, policy.as_str());
        }
        assert_eq!(Policy::named("Policy.LogAuditEvents"), None);
    }

    #[test]
    fn a_name_that_disallows_is_inverse() {
        for &policy in Policy::VARIANTS {
            let disallows = policy.service_name().contains("Disallow");
            assert_eq!(policy.is_named_inversely(), disallows);
        }
    }
}
