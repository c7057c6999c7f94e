//! The properties of the tenant, its roles and its policies.

use super::Kind::{Flag, Moment, Other, Text, Texts};
use super::Shape;

/// Who has which role.
pub(crate) static ROLE_ASSIGNMENT: Shape = Shape {
    name: "unifiedRoleAssignment",
    properties: &[
        ("id", Text),
        ("principalId", Text),
        ("roleDefinitionId", Text),
        ("directoryScopeId", Text),
        ("appScopeId", Text),
        ("condition", Text),
        ("principalOrganizationId", Text),
    ],
    searched: &[],
};

/// A role that can be given.
pub(crate) static ROLE_DEFINITION: Shape = Shape {
    name: "unifiedRoleDefinition",
    properties: &[
        ("id", Text),
        ("displayName", Text),
        ("description", Text),
        ("templateId", Text),
        ("isBuiltIn", Flag),
        ("isEnabled", Flag),
        ("resourceScopes", Texts),
        ("rolePermissions", Texts),
        ("version", Text),
    ],
    searched: &[],
};

/// The tenant.
pub(crate) static ORGANIZATION: Shape = Shape {
    name: "organization",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("displayName", Text),
        ("verifiedDomains", Other),
        ("tenantType", Text),
        ("countryLetterCode", Text),
        ("onPremisesSyncEnabled", Flag),
        ("createdDateTime", Moment),
        ("city", Text),
        ("country", Text),
        ("street", Text),
        ("state", Text),
        ("postalCode", Text),
        ("preferredLanguage", Text),
        ("defaultUsageLocation", Text),
        ("onPremisesLastSyncDateTime", Moment),
        ("businessPhones", Texts),
        ("marketingNotificationEmails", Texts),
        ("technicalNotificationMails", Texts),
        ("securityComplianceNotificationMails", Texts),
        ("securityComplianceNotificationPhones", Texts),
        ("assignedPlans", Texts),
        ("provisionedPlans", Texts),
        ("privacyProfile", Other),
        ("partnerTenantType", Other),
        ("mobileDeviceManagementAuthority", Other),
    ],
    searched: &[],
};

/// A domain of the tenant.
pub(crate) static DOMAIN: Shape = Shape {
    name: "domain",
    properties: &[
        ("id", Text),
        ("isVerified", Other),
        ("isDefault", Other),
        ("isInitial", Other),
        ("isRoot", Other),
        ("isAdminManaged", Other),
        ("authenticationType", Other),
        ("availabilityStatus", Text),
        ("supportedServices", Texts),
        ("manufacturer", Text),
        ("model", Text),
        ("passwordNotificationWindowInDays", Text),
        ("passwordValidityPeriodInDays", Text),
        ("state", Other),
    ],
    searched: &[],
};

/// Who may invite guests.
pub(crate) static AUTHORIZATION: Shape = Shape {
    name: "authorizationPolicy",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("displayName", Text),
        ("description", Text),
        ("allowInvitesFrom", Other),
        ("guestUserRoleId", Text),
        ("allowUserConsentForRiskyApps", Flag),
        ("defaultUserRolePermissions", Other),
        ("allowEmailVerifiedUsersToJoinOrganization", Other),
        ("allowedToSignUpEmailBasedSubscriptions", Other),
        ("allowedToUseSSPR", Other),
        ("blockMsolPowerShell", Flag),
    ],
    searched: &[],
};

/// From which domains guests may be invited.
pub(crate) static COLLABORATION: Shape = Shape {
    name: "b2bManagementPolicy",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("displayName", Text),
        ("definition", Texts),
        ("isOrganizationDefault", Flag),
    ],
    searched: &[],
};

/// The policy on other tenants.
pub(crate) static CROSS_TENANT: Shape = Shape {
    name: "crossTenantAccessPolicy",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("displayName", Text),
        ("description", Text),
        ("allowedCloudEndpoints", Texts),
    ],
    searched: &[],
};

/// What holds for every other tenant.
pub(crate) static CROSS_TENANT_DEFAULT: Shape = Shape {
    name: "crossTenantAccessPolicyConfigurationDefault",
    properties: &[
        ("id", Text),
        ("isServiceDefault", Flag),
        ("appServiceConnectInbound", Other),
        ("automaticUserConsentSettings", Other),
        ("b2bCollaborationInbound", Other),
        ("b2bCollaborationOutbound", Other),
        ("b2bDirectConnectInbound", Other),
        ("b2bDirectConnectOutbound", Other),
        ("inboundTrust", Other),
        ("invitationRedemptionIdentityProviderConfiguration", Other),
        ("m365CollaborationInbound", Other),
        ("m365CollaborationOutbound", Other),
        ("tenantRestrictions", Other),
    ],
    searched: &[],
};

/// What holds for one other tenant.
pub(crate) static PARTNER: Shape = Shape {
    name: "crossTenantAccessPolicyConfigurationPartner",
    properties: &[
        ("tenantId", Text),
        ("isServiceProvider", Flag),
        ("isInMultiTenantOrganization", Flag),
        ("appServiceConnectInbound", Other),
        ("automaticUserConsentSettings", Other),
        ("b2bCollaborationInbound", Other),
        ("b2bCollaborationOutbound", Other),
        ("b2bDirectConnectInbound", Other),
        ("b2bDirectConnectOutbound", Other),
        ("inboundTrust", Other),
        ("m365CollaborationInbound", Other),
        ("m365CollaborationOutbound", Other),
        ("tenantRestrictions", Other),
    ],
    searched: &[],
};
