//! The properties of the things that lists hold, as the published metadata of Microsoft Graph v1.0
//! names and types them: what `$select`, `$filter` and `$orderby` may name.

pub(super) mod tenant;

use axum::http::StatusCode;

use super::error::Refusal;
use Kind::{Flag, Moment, Other, Text, Texts};

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, or nothing.
    Text,
    /// True, false, or nothing.
    Flag,
    /// A moment, or nothing.
    Moment,
    /// Texts, perhaps none.
    Texts,
    /// Anything else; left out of answers unless the world knows it.
    Other,
}

/// A type of things.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its name behind `microsoft.graph.`.
    pub(super) name: &'static str,
    /// Every property.
    pub(super) properties: &'static [(&'static str, Kind)],
    /// What `$search` looks into.
    pub(super) searched: &'static [&'static str],
}

impl Shape {
    /// A property by its name in any case.
    pub(super) fn property(&self, name: &str) -> Option<(&'static str, Kind)> {
        let mut all = self.properties.iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(name))
            .copied()
    }

    /// A property that must be there.
    pub(super) fn known(&self, name: &str) -> Result<(&'static str, Kind), Refusal> {
        self.property(name).ok_or_else(|| {
            Refusal::bad(format!(
                "Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
                self.name
            ))
        })
    }

    /// The properties that a `$select` names; nothing without one.
    pub(super) fn selected(
        &self,
        select: Option<&str>,
    ) -> Result<Option<Vec<&'static str>>, Refusal> {
        let given = select.map(str::trim).filter(|select| !select.is_empty());
        let Some(select) = given.filter(|select| *select != "*") else {
            return Ok(None);
        };
        let names = select.split(',').map(str::trim);
        let names: Result<Vec<_>, _> = names.map(|name| Ok(self.known(name)?.0)).collect();
        names.map(Some)
    }
}

/// Properties of a user that no list of users gives.
const NOT_IN_LISTS: [&str; 12] = [
    "aboutMe",
    "birthday",
    "deviceEnrollmentLimit",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

/// Refuses what only a single user has.
pub(super) fn refuse_single_only(names: &[&str]) -> Result<(), Refusal> {
    if names.iter().any(|name| NOT_IN_LISTS.contains(name)) {
        let message = "This operation target is not yet supported.";
        return Err(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            message,
        ));
    }
    Ok(())
}

/// A user.
pub(super) static USER: Shape = Shape {
    name: "user",
    properties: &[
        ("id", Text),
        ("userPrincipalName", Text),
        ("displayName", Text),
        ("mail", Text),
        ("givenName", Text),
        ("surname", Text),
        ("jobTitle", Text),
        ("mobilePhone", Text),
        ("officeLocation", Text),
        ("preferredLanguage", Text),
        ("businessPhones", Texts),
        ("userType", Text),
        ("accountEnabled", Flag),
        ("externalUserState", Text),
        ("externalUserStateChangeDateTime", Moment),
        ("creationType", Text),
        ("otherMails", Texts),
        ("proxyAddresses", Texts),
        ("identities", Other),
        ("onPremisesSyncEnabled", Flag),
        ("onPremisesImmutableId", Text),
        ("mailNickname", Text),
        ("companyName", Text),
        ("department", Text),
        ("employeeId", Text),
        ("employeeType", Text),
        ("usageLocation", Text),
        ("showInAddressList", Flag),
        ("createdDateTime", Moment),
        ("deletedDateTime", Moment),
        ("passwordProfile", Other),
        ("signInActivity", Other),
        ("imAddresses", Texts),
        ("aboutMe", Text),
        ("ageGroup", Text),
        ("assignedLicenses", Texts),
        ("assignedPlans", Texts),
        ("authorizationInfo", Other),
        ("birthday", Other),
        ("city", Text),
        ("consentProvidedForMinor", Text),
        ("country", Text),
        ("customSecurityAttributes", Other),
        ("deviceEnrollmentLimit", Other),
        ("employeeHireDate", Moment),
        ("employeeLeaveDateTime", Moment),
        ("employeeOrgData", Other),
        ("faxNumber", Text),
        ("hireDate", Other),
        ("identityParentId", Text),
        ("interests", Texts),
        ("isManagementRestricted", Flag),
        ("isResourceAccount", Flag),
        ("lastPasswordChangeDateTime", Moment),
        ("legalAgeGroupClassification", Text),
        ("licenseAssignmentStates", Texts),
        ("mailboxSettings", Other),
        ("mySite", Text),
        ("onPremisesDistinguishedName", Text),
        ("onPremisesDomainName", Text),
        ("onPremisesExtensionAttributes", Other),
        ("onPremisesLastSyncDateTime", Moment),
        ("onPremisesProvisioningErrors", Texts),
        ("onPremisesSamAccountName", Text),
        ("onPremisesSecurityIdentifier", Text),
        ("onPremisesUserPrincipalName", Text),
        ("passwordPolicies", Text),
        ("pastProjects", Texts),
        ("postalCode", Text),
        ("preferredDataLocation", Text),
        ("preferredName", Text),
        ("print", Other),
        ("provisionedPlans", Texts),
        ("responsibilities", Texts),
        ("schools", Texts),
        ("securityIdentifier", Text),
        ("serviceProvisioningErrors", Texts),
        ("signInSessionsValidFromDateTime", Moment),
        ("skills", Texts),
        ("state", Text),
        ("streetAddress", Text),
    ],
    searched: &[
        "displayName",
        "givenName",
        "mail",
        "otherMails",
        "proxyAddresses",
        "surname",
        "userPrincipalName",
    ],
};

/// A group.
pub(super) static GROUP: Shape = Shape {
    name: "group",
    properties: &[
        ("id", Text),
        ("displayName", Text),
        ("description", Text),
        ("mail", Text),
        ("mailNickname", Text),
        ("mailEnabled", Flag),
        ("securityEnabled", Flag),
        ("groupTypes", Texts),
        ("membershipRule", Text),
        ("membershipRuleProcessingState", Text),
        ("onPremisesSyncEnabled", Flag),
        ("isAssignableToRole", Flag),
        ("createdDateTime", Moment),
        ("deletedDateTime", Moment),
        ("visibility", Text),
        ("proxyAddresses", Texts),
        ("accessType", Other),
        ("allowExternalSenders", Flag),
        ("assignedLabels", Texts),
        ("assignedLicenses", Texts),
        ("autoSubscribeNewMembers", Flag),
        ("classification", Text),
        ("expirationDateTime", Moment),
        ("hasMembersWithLicenseErrors", Flag),
        ("hideFromAddressLists", Flag),
        ("hideFromOutlookClients", Flag),
        ("infoCatalogs", Texts),
        ("isArchived", Flag),
        ("isFavorite", Flag),
        ("licenseProcessingState", Other),
        ("onPremisesExtensionAttributes", Other),
        ("unseenConversationsCount", Other),
        ("unseenCount", Other),
        ("unseenMessagesCount", Other),
        ("welcomeMessageEnabled", Flag),
        ("isManagementRestricted", Flag),
        ("isSubscribedByMail", Flag),
        ("onPremisesDomainName", Text),
        ("onPremisesLastSyncDateTime", Moment),
        ("onPremisesNetBiosName", Text),
        ("onPremisesProvisioningErrors", Texts),
        ("onPremisesSamAccountName", Text),
        ("onPremisesSecurityIdentifier", Text),
        ("organizationId", Text),
        ("preferredDataLocation", Text),
        ("preferredLanguage", Text),
        ("renewedDateTime", Moment),
        ("resourceBehaviorOptions", Texts),
        ("resourceProvisioningOptions", Texts),
        ("securityIdentifier", Text),
        ("serviceProvisioningErrors", Texts),
        ("theme", Text),
        ("uniqueName", Text),
    ],
    searched: &["description", "displayName", "mail", "mailNickname"],
};

/// Any object in a mixed list.
pub(super) static OBJECT: Shape = Shape {
    name: "directoryObject",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("displayName", Text),
        ("description", Text),
        ("mail", Text),
        ("mailNickname", Text),
        ("userPrincipalName", Text),
        ("userType", Text),
        ("accountEnabled", Flag),
        ("securityEnabled", Flag),
        ("mailEnabled", Flag),
        ("groupTypes", Texts),
        ("roleTemplateId", Text),
        ("appId", Text),
    ],
    searched: &["displayName"],
};

/// A directory role that is activated.
pub(super) static ROLE: Shape = Shape {
    name: "directoryRole",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("description", Text),
        ("displayName", Text),
        ("roleTemplateId", Text),
    ],
    searched: &[],
};

/// An application in the tenant.
pub(super) static SERVICE_PRINCIPAL: Shape = Shape {
    name: "servicePrincipal",
    properties: &[
        ("id", Text),
        ("deletedDateTime", Moment),
        ("displayName", Text),
        ("appId", Text),
        ("accountEnabled", Flag),
        ("servicePrincipalType", Text),
    ],
    searched: &["displayName"],
};
