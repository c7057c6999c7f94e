//! The policies of an organization. What a value means is for the reader of the name to know: those
//! that begin with `Disallow` are read the other way round by public tools and by the portal.

use crate::world::World;

/// Where the portal shows a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyArea {
    ApplicationConnection,
    Security,
    User,
}

/// The policy without which there is no audit log.
pub(crate) const LOG_AUDIT_EVENTS: &str = "Policy.LogAuditEvents";

/// Every policy, where it is shown, and what it is while nobody has set it.
pub(crate) const POLICIES: [(&str, PolicyArea, bool); 11] = [
    (
        "Policy.DisallowOAuthAuthentication",
        PolicyArea::ApplicationConnection,
        true,
    ),
    (
        "Policy.DisallowSecureShell",
        PolicyArea::ApplicationConnection,
        true,
    ),
    (
        "Policy.DisallowBasicAuthentication",
        PolicyArea::ApplicationConnection,
        false,
    ),
    (LOG_AUDIT_EVENTS, PolicyArea::Security, false),
    ("Policy.AllowAnonymousAccess", PolicyArea::Security, false),
    ("Policy.AllowOrgAccess", PolicyArea::Security, true),
    (
        "Policy.EnforceAADConditionalAccess",
        PolicyArea::Security,
        false,
    ),
    (
        "Policy.ArtifactsExternalPackageProtectionToken",
        PolicyArea::Security,
        false,
    ),
    ("Policy.DisallowAadGuestUserAccess", PolicyArea::User, true),
    ("Policy.AllowRequestAccessToken", PolicyArea::User, true),
    (
        "Policy.AllowTeamAdminsInvitationsAccessToken",
        PolicyArea::User,
        true,
    ),
];

impl World {
    /// What a policy was set to; nothing while nobody has set it.
    pub(crate) fn policy_set(&self, name: &str) -> Option<bool> {
        self.contents().policies.get(name).copied()
    }

    /// Whether a policy is on; nothing when there is none of that name.
    pub(crate) fn policy(&self, name: &str) -> Option<bool> {
        let known = POLICIES.iter().find(|policy| policy.0 == name)?;
        Some(self.policy_set(name).unwrap_or(known.2))
    }

    /// Sets a policy that there is.
    pub(crate) fn set_policy(&mut self, name: &str, value: bool) {
        self.tick();
        let policies = &mut self.contents_mut().policies;
        policies.insert(name.to_owned(), value);
        let text = value.to_string();
        let details = format!("Policy {name} was changed to {text}");
        let data = [("PolicyName", name), ("PolicyValue", &*text)];
        self.record("OrganizationPolicy.PolicyValueUpdated", details, &data);
    }
}
