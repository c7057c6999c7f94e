//! What each host registers: ids, routes and versions, as the service publishes them to its own
//! clients by `OPTIONS _apis`. Some of it is registered here and, like most of the service, not
//! played.

use serde::Serialize;

/// Where one resource is.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    id: &'static str,
    area: &'static str,
    resource_name: &'static str,
    route_template: &'static str,
    resource_version: u32,
    min_version: &'static str,
    max_version: &'static str,
    released_version: &'static str,
}

/// The area that access levels are in.
const MEM: &str = "MemberEntitlementManagement";

/// Id, area and resource, route, resource version, and the versions min, max and released.
type Registered = (
    &'static str,
    (&'static str, &'static str),
    &'static str,
    u32,
    (&'static str, &'static str, &'static str),
);

const fn location((id, names, route_template, resource_version, versions): Registered) -> Location {
    Location {
        id,
        area: names.0,
        resource_name: names.1,
        route_template,
        resource_version,
        min_version: versions.0,
        max_version: versions.1,
        released_version: versions.2,
    }
}

/// The rows as locations.
pub(crate) fn locations(rows: &[Registered]) -> impl Iterator<Item = Location> {
    rows.iter().copied().map(location)
}

/// What every host registers.
#[rustfmt::skip]
pub(crate) const EVERYWHERE: [Registered; 11] = [
    ("00d9565f-ed9c-4a06-9a50-00e7896ccab4", ("Location", "ConnectionData"),
        "_apis/{resource}", 1, ("1.0", "7.2", "0.0")),
    ("18a2ad18-7571-46ae-bec7-0c7da1495885", ("Security", "AccessControlLists"),
        "_apis/{resource}/{securityNamespaceId}", 1, ("1.0", "7.2", "7.1")),
    ("ac08c8ff-4323-4b08-af90-bcd018d380ce", ("Security", "AccessControlEntries"),
        "_apis/{resource}/{securityNamespaceId}", 1, ("1.0", "7.2", "7.1")),
    ("ce7b9f95-fde9-4be8-a86d-83b366f0b87a", ("Security", "SecurityNamespaces"),
        "_apis/{resource}/{securityNamespaceId}", 1, ("1.0", "7.2", "7.1")),
    ("cf1faa59-1b63-4448-bf04-13d981a46f5d", ("Security", "PermissionEvaluationBatch"),
        "_apis/{area}/{resource}", 1, ("3.0", "7.2", "7.1")),
    ("d810a47d-f4f4-4a62-a03f-fa1860585c4c", ("Location", "ServiceDefinitions"),
        "_apis/{resource}/{serviceType}/{identifier}", 1, ("1.0", "7.2", "0.0")),
    ("dd3b8bd6-c7fc-4cbd-929a-933d9c011c9d", ("Security", "Permissions"),
        "_apis/{resource}/{securityNamespaceId}/{permissions}", 2, ("1.0", "7.2", "7.1")),
    ("e81700f7-3be2-46de-8624-2eb35882fcaa", ("Location", "ResourceAreas"),
        "_apis/{resource}/{areaId}", 1, ("3.2", "7.2", "0.0")),
    ("d0ab077b-1b97-4f78-984c-cfe2d248fc79", ("OrganizationPolicy", "Policies"),
        "_apis/{area}/{resource}/{policyName}", 1, ("5.0", "7.2", "0.0")),
    ("7ef423e0-59d8-4c00-b951-7143b18bd97b", ("OrganizationPolicy", "PoliciesBatch"),
        "_apis/{area}/{resource}", 1, ("5.0", "7.2", "0.0")),
    ("9a1b74b4-2ca8-4a9f-8470-c2f2e6fdc949", ("operations", "operations"),
        "_apis/{resource}/{operationId}", 1, ("1.0", "7.2", "7.1")),
];

/// What the host of the organization registers.
#[rustfmt::skip]
pub(crate) const OF_CORE: [Registered; 18] = [
    ("0a3ffdfc-fe94-47a6-bb27-79bf3f762eac", ("core", "projectsproperties"),
        "_apis/{resource}", 1, ("5.1", "7.2", "0.0")),
    ("294c494c-2600-4d7e-b76c-3dd50c3c95be", ("core", "members"),
        "_apis/projects/{projectId}/teams/{teamId}/{resource}", 2, ("1.0", "7.2", "7.1")),
    ("4976a71a-4487-49aa-8aab-a1eda469037a", ("core", "properties"),
        "_apis/projects/{projectId}/{resource}", 1, ("3.2", "7.2", "0.0")),
    ("54b2a2a0-859b-4d05-827c-ec4c862f641a", ("core", "avatar"),
        "_apis/projects/{projectId}/{resource}", 1, ("5.1", "7.2", "0.0")),
    ("5ead0b70-2572-4697-97e9-f341069a783a", ("core", "identityMru"),
        "_apis/{area}/{resource}/{mruName}", 1, ("1.0", "7.2", "0.0")),
    ("603fe2ac-9723-48b9-88ad-09305aa6c6e1", ("core", "projects"),
        "_apis/{resource}/{*projectId}", 4, ("1.0", "7.2", "7.1")),
    ("6488a877-4749-4954-82ea-7340d36be9f2", ("core", "projectHistory"),
        "_apis/{resource}", 2, ("1.0", "7.2", "0.0")),
    ("6f9619ff-8b86-d011-b42d-00c04fc964ff", ("core", "categorizedTeams"),
        "_apis/projects/{projectId}/{resource}/", 1, ("7.1", "7.2", "0.0")),
    ("7a4d9ee9-3433-4347-b47a-7a80f1cf307e", ("core", "teams"),
        "_apis/{resource}", 3, ("4.1", "7.2", "0.0")),
    ("8031090f-ef1d-4af6-85fc-698cd75d42bf", ("core", "projectCollections"),
        "_apis/{resource}/{collectionId}", 2, ("1.0", "7.2", "7.1")),
    ("93878975-88c5-4e6a-8abb-7ddd77a8a7d8", ("core", "processes"),
        "_apis/process/{resource}/{*processId}", 1, ("1.0", "7.2", "7.1")),
    ("b4f70219-e18b-42c5-abe3-98b07d35525e", ("core", "connectedServices"),
        "_apis/projects/{projectId}/{resource}/{name}", 1, ("1.0", "7.2", "0.0")),
    ("d30a3dd1-f8ba-442a-b86a-bd0c0c383e59", ("core", "teams"),
        "_apis/projects/{projectId}/{resource}/{*teamId}", 3, ("1.0", "7.2", "7.1")),
    ("daddc313-3dad-48f8-b317-9373e3581dde", ("core", "Exports"),
        "_apis/projectCollections/{collectionId}/{resource}/{id}", 1, ("1.0", "4.1", "0.0")),
    ("df5f298a-4e06-4815-a13e-6ce90a37efa4", ("Location", "SpsServiceDefinition"),
        "_apis/{resource}/{hostId}", 1, ("1.0", "7.2", "0.0")),
    ("ec1f4311-f2b4-4c15-b2b8-8990b80d2908", ("core", "proxies"),
        "_apis/{resource}", 2, ("1.0", "7.2", "0.0")),
    ("6ca3d180-f1de-4f0e-bfe4-e3fff6cfc58c", ("OrganizationSettings", "DisconnectedUser"),
        "_apis/{area}/{resource}", 1, ("5.1", "7.2", "0.0")),
    ("3353e165-a11e-43aa-9d88-14f2bb09b6d9", ("Contribution", "HierarchyQuery"),
        "_apis/{area}/{resource}/{scopeName}/{scopeValue}", 1, ("3.2", "7.2", "0.0")),
];

/// What the host of identities registers.
#[rustfmt::skip]
pub(crate) const OF_IDENTITY: [Registered; 17] = [
    ("005e26ec-6b77-4e4f-a986-b3827bf241f5", ("Graph", "Users"),
        "_apis/{area}/{resource}/{userDescriptor}", 1, ("3.1", "7.2", "0.0")),
    ("ebbe6af8-0b91-4c13-8cf1-777c14858188", ("Graph", "Groups"),
        "_apis/{area}/{resource}/{groupDescriptor}", 1, ("3.1", "7.2", "0.0")),
    ("3fd2e6ca-fb30-443a-b579-95b19ed0934c", ("Graph", "Memberships"),
        "_apis/{area}/{resource}/{subjectDescriptor}/{containerDescriptor}",
        1, ("3.1", "7.2", "0.0")),
    ("e34b6394-6b30-4435-94a9-409a5eef3e31", ("Graph", "MembershipsBatch"),
        "_apis/{area}/Memberships/{subjectDescriptor}", 1, ("3.1", "7.2", "0.0")),
    ("048aee0a-7072-4cde-ab73-7af77b1e0b4e", ("Graph", "Descriptors"),
        "_apis/{area}/{resource}/{storageKey}", 1, ("3.1", "7.2", "0.0")),
    ("eb85f8cc-f0f6-4264-a5b1-ffe2e4d4801f", ("Graph", "StorageKeys"),
        "_apis/{area}/{resource}/{subjectDescriptor}", 1, ("3.1", "7.2", "0.0")),
    ("4dd4d168-11f2-48c4-83e8-756fa0de027c", ("Graph", "SubjectLookup"),
        "_apis/{area}/{resource}", 1, ("3.1", "7.2", "0.0")),
    ("05942c89-006a-48ce-bb79-baeb8abf99c6", ("Graph", "SubjectQuery"),
        "_apis/{area}/{resource}", 1, ("3.1", "7.2", "0.0")),
    ("1ffe5c94-1144-4191-907b-d0211cad36a8", ("Graph", "MembershipStates"),
        "_apis/{area}/{resource}/{subjectDescriptor}", 1, ("3.1", "7.2", "0.0")),
    ("8d54bf92-8c99-47f2-9972-b21341f1722e", ("Graph", "RequestAccess"),
        "_apis/{area}/{resource}", 1, ("3.1", "7.2", "0.0")),
    ("1e377995-6fa2-4588-bd64-930186abdcfa", ("Graph", "ProviderInfo"),
        "_apis/{area}/Users/{userDescriptor}/{resource}", 1, ("3.1", "7.2", "0.0")),
    ("e1dbb0ae-49cb-4532-95a1-86cd89cfcab4", ("Graph", "ServicePrincipals"),
        "_apis/{area}/{resource}/{servicePrincipalDescriptor}", 1, ("3.1", "7.2", "0.0")),
    ("af68438b-ed04-4407-9eb6-f1dbae3f922e", ("TokenAdmin", "PersonalAccessTokens"),
        "_apis/{area}/{resource}/{subjectDescriptor}", 1, ("5.0", "7.2", "0.0")),
    ("a9c08b2c-5466-4e22-8626-1ff304ffdf0f", ("TokenAdmin", "Revocations"),
        "_apis/{area}/{resource}", 1, ("5.0", "7.2", "0.0")),
    ("ee4afb16-e7ab-4ed8-9d4b-4ef3e78f97e4", ("TokenAdmin", "RevocationRules"),
        "_apis/{area}/{resource}", 1, ("5.0", "7.2", "0.0")),
    ("55967393-20ef-45c6-a96c-b5d5d5986a9a", ("Tokens", "Pats"),
        "_apis/{area}/{resource}", 1, ("6.1", "7.2", "0.0")),
    ("28010c54-d0c0-4c89-a5b0-1c9e188b9fb7", ("IMS", "Identities"),
        "_apis/{resource}/{identityId}", 1, ("1.0", "7.2", "7.1")),
];

/// What it registers where many users can be mapped at once.
#[rustfmt::skip]
pub(crate) const RESOLVING: [Registered; 1] = [
    ("2f0cae3a-74a3-4c40-a13b-974889698e6b", ("Graph", "ResolveDisconnectedUsers"),
        "_apis/{area}/{resource}", 1, ("3.1", "7.2", "0.0")),
];

/// What the host of access levels registers.
#[rustfmt::skip]
pub(crate) const OF_ENTITLEMENTS: [Registered; 15] = [
    ("1d491a66-190b-43ae-86b8-9c2688c55186", (MEM, "ServicePrincipalEntitlements"),
        "_apis/{resource}/{servicePrincipalId}", 1, ("7.1", "7.2", "0.0")),
    ("1e8cabfb-1fda-461e-860f-eeeae54d06bb", (MEM, "MemberEntitlements"),
        "_apis/{resource}/{memberId}", 3, ("3.1", "7.2", "0.0")),
    ("2280bffa-58a2-49da-822e-0764a1bb44f7", (MEM, "GroupEntitlements"),
        "_apis/{resource}/{groupId}", 1, ("3.1", "7.2", "7.1")),
    ("387f832c-dbf2-4643-88e9-c1aa94dbb737", (MEM, "UserEntitlements"),
        "_apis/{resource}/{userDescriptor}", 5, ("4.1", "7.2", "7.1")),
    ("3f6319be-d55a-47ef-bcdd-cf1c98fc6434", ("MEMInternal", "MemberEntitlementsBatch"),
        "_apis/{resource}", 1, ("3.1", "5.1", "0.0")),
    ("45a36e53-5286-4518-aa72-2d29f7acc5d8", (MEM, "Members"),
        "_apis/GroupEntitlements/{groupId}/{resource}/{memberId}", 2, ("3.1", "7.2", "7.1")),
    ("5ae55b13-c9dd-49d1-957e-6e76c152e3d9", (MEM, "UserEntitlementSummary"),
        "_apis/{resource}", 2, ("4.1", "7.2", "7.1")),
    ("8480c6eb-ce60-47e9-88df-eca3c801638b", (MEM, "UserEntitlements"),
        "_apis/{resource}/{userId}", 5, ("4.1", "7.2", "7.1")),
    ("9bce1f43-2629-419f-8f6c-7503be58a4f3", (MEM, "GroupEntitlements"),
        "_apis/{resource}/{groupDescriptor}", 1, ("3.1", "7.2", "7.1")),
    ("aa26fb5a-205c-429e-b110-e7b9152d2037", ("MEMInternal", "RemoveExplicitAssignment"),
        "_apis/{area}/{resource}", 2, ("3.1", "7.2", "0.0")),
    ("d3f9e094-771b-42db-a97e-2ddd61c1607e", ("MEMInternal", "GetMemberEntitlementsBatch"),
        "_apis/{resource}", 2, ("3.1", "7.2", "7.1")),
    ("dd1e0955-72a8-4d73-abb4-30a8110411e0", ("MEMInternal", "GroupEntitlementUserApplication"),
        "_apis/{area}/{resource}", 1, ("3.1", "7.2", "0.0")),
    ("ddee2360-aef8-4435-b0a8-92eddbeb85b6", ("MEMInternal", "Export"),
        "_apis/{area}/{resource}", 1, ("3.1", "7.2", "0.0")),
    ("f03dbf50-80f8-41b7-8ca2-65b6a178caba", (MEM, "ServicePrincipalEntitlements"),
        "_apis/{resource}", 1, ("7.1", "7.2", "0.0")),
    ("f6a501d2-d3ca-4410-b876-5814c2688a04", ("MEMInternal", "UserManagementSummary"),
        "_apis/{area}/{resource}", 2, ("3.1", "7.2", "0.0")),
];

/// What the host of the audit log registers.
#[rustfmt::skip]
pub(crate) const OF_AUDIT: [Registered; 1] = [
    ("4e5fa14f-7097-4b73-9c85-00abc7353c61", ("audit", "AuditLog"),
        "_apis/{area}/{resource}", 1, ("5.0", "7.2", "0.0")),
];

/// What the host of people registers.
#[rustfmt::skip]
pub(crate) const OF_PROFILE: [Registered; 2] = [
    ("f83735dc-483f-4238-a291-d45f6080a9af", ("Profile", "Profiles"),
        "_apis/{area}/{resource}/{id}", 3, ("1.0", "7.2", "7.1")),
    ("229a6a53-b428-4ffb-a835-e8f36b5b4b1e", ("Account", "Accounts"),
        "_apis/{resource}", 1, ("1.0", "7.2", "7.1")),
];
