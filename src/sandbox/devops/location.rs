//! Where things are: the resource areas of an organization and the location map of each host. Ids
//! and versions are those that the service publishes to its own clients.

use axum::http::StatusCode;
use serde::Serialize;

use crate::sandbox::reply::Reply;

use super::error::refused;
use super::{CORE, Call, ENTITLEMENTS, IDENTITY};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<T> {
    count: usize,
    value: Vec<T>,
}

fn listed<T: Serialize>(value: Vec<T>) -> Reply {
    let count = value.len();
    Reply::json(StatusCode::OK, &Listed { count, value })
}

/// Area, its id, its host.
const AREAS: [(&str, &str, &str); 16] = [
    ("core", "79134c72-4a58-4b42-976c-04e7115f32bf", CORE),
    ("Graph", "bb1e7ec9-e901-4b68-999a-de7012b920f8", IDENTITY),
    (
        "MemberEntitlementManagement",
        "68ddce18-2501-45f1-a17b-7931a9922690",
        ENTITLEMENTS,
    ),
    (
        "MEMInternal",
        "6d1800d2-db34-4956-88b4-fad14617d011",
        ENTITLEMENTS,
    ),
    ("IMS", "8a3d49b8-91f0-46ef-b33d-dda338c25db3", IDENTITY),
    ("Identity", "fc3682be-3d6c-427a-87c8-e527b16a1d05", IDENTITY),
    ("Account", "0d55247a-1c47-4462-9b1f-5e2125590ee6", IDENTITY),
    (
        "TokenAdmin",
        "af68438b-ed04-4407-9eb6-f1dbae3f922e",
        IDENTITY,
    ),
    ("Tokens", "55967393-20ef-45c6-a96c-b5d5d5986a9a", IDENTITY),
    (
        "TenantPolicy",
        "207403f3-b4ce-459a-b6cd-8042d9d309f0",
        IDENTITY,
    ),
    (
        "Licensing",
        "c73a23a1-59bb-458c-8ce3-02c83215e015",
        IDENTITY,
    ),
    (
        "OrganizationSettings",
        "358aec7a-9414-4096-8b6a-4505d8c6a68b",
        CORE,
    ),
    (
        "UserMapping",
        "c8c8ffd0-2ecf-484a-b7e8-a226955ee7c8",
        IDENTITY,
    ),
    (
        "UserAccountMapping",
        "b2f5faa8-caaf-436f-b40c-fc45778e174d",
        IDENTITY,
    ),
    (
        "Invitation",
        "287a6d53-7dc8-4618-8d57-6945b848a4ad",
        IDENTITY,
    ),
    (
        "SPS Location Service",
        "951917ac-a960-4999-8464-e3f0aa25b381",
        IDENTITY,
    ),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Area {
    id: &'static str,
    name: &'static str,
    location_url: String,
}

fn area_of(call: &Call<'_>, (name, id, host): (&'static str, &'static str, &str)) -> Area {
    let organization = call.shared.read(|world| world.organization().name.clone());
    Area {
        id,
        name,
        location_url: call
            .shared
            .link_for(call.request, &format!("{host}/{organization}/")),
    }
}

/// `GET _apis/resourceAreas`
pub(super) fn areas(call: &Call<'_>) -> Reply {
    listed(AREAS.iter().map(|area| area_of(call, *area)).collect())
}

/// `GET _apis/resourceAreas/{areaId}`
pub(super) fn area(call: &Call<'_>, id: &str) -> Reply {
    match AREAS.iter().find(|area| area.1.eq_ignore_ascii_case(id)) {
        Some(area) => Reply::json(StatusCode::OK, &area_of(call, *area)),
        None => refused(StatusCode::NOT_FOUND, "There is no such resource area."),
    }
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    id: &'static str,
    area: &'static str,
    resource_name: &'static str,
    route_template: &'static str,
    resource_version: u32,
    min_version: &'static str,
    max_version: &'static str,
    released_version: &'static str,
}

const fn location(
    id: &'static str,
    (area, resource_name): (&'static str, &'static str),
    route_template: &'static str,
    resource_version: u32,
    (min_version, released_version): (&'static str, &'static str),
) -> Location {
    Location {
        id,
        area,
        resource_name,
        route_template,
        resource_version,
        min_version,
        max_version: "7.2",
        released_version,
    }
}

const MEM: &str = "MemberEntitlementManagement";

const EVERYWHERE: [Location; 2] = [
    location(
        "00d9565f-ed9c-4a06-9a50-00e7896ccab4",
        ("Location", "ConnectionData"),
        "_apis/{resource}",
        1,
        ("1.0", "0.0"),
    ),
    location(
        "e81700f7-3be2-46de-8624-2eb35882fcaa",
        ("Location", "ResourceAreas"),
        "_apis/{resource}/{areaId}",
        1,
        ("3.2", "0.0"),
    ),
];

const OF_CORE: [Location; 1] = [location(
    "6ca3d180-f1de-4f0e-bfe4-e3fff6cfc58c",
    ("OrganizationSettings", "DisconnectedUser"),
    "_apis/{area}/{resource}",
    1,
    ("5.1", "0.0"),
)];

const fn graph(id: &'static str, name: &'static str, template: &'static str) -> Location {
    location(id, ("Graph", name), template, 1, ("3.1", "0.0"))
}

const OF_IDENTITY: [Location; 5] = [
    graph(
        "005e26ec-6b77-4e4f-a986-b3827bf241f5",
        "Users",
        "_apis/{area}/{resource}/{userDescriptor}",
    ),
    graph(
        "048aee0a-7072-4cde-ab73-7af77b1e0b4e",
        "Descriptors",
        "_apis/{area}/{resource}/{storageKey}",
    ),
    graph(
        "eb85f8cc-f0f6-4264-a5b1-ffe2e4d4801f",
        "StorageKeys",
        "_apis/{area}/{resource}/{subjectDescriptor}",
    ),
    graph(
        "4dd4d168-11f2-48c4-83e8-756fa0de027c",
        "SubjectLookup",
        "_apis/{area}/{resource}",
    ),
    graph(
        "1ffe5c94-1144-4191-907b-d0211cad36a8",
        "MembershipStates",
        "_apis/{area}/{resource}/{subjectDescriptor}",
    ),
];

const OF_ENTITLEMENTS: [Location; 3] = [
    location(
        "8480c6eb-ce60-47e9-88df-eca3c801638b",
        (MEM, "UserEntitlements"),
        "_apis/{resource}/{userId}",
        5,
        ("4.1", "7.1"),
    ),
    location(
        "387f832c-dbf2-4643-88e9-c1aa94dbb737",
        (MEM, "UserEntitlements"),
        "_apis/{resource}/{userDescriptor}",
        5,
        ("4.1", "7.1"),
    ),
    location(
        "5ae55b13-c9dd-49d1-957e-6e76c152e3d9",
        (MEM, "UserEntitlementSummary"),
        "_apis/{resource}",
        2,
        ("4.1", "7.1"),
    ),
];

/// `OPTIONS _apis`
pub(super) fn map(host: &str) -> Reply {
    let own: &[Location] = match host {
        IDENTITY => &OF_IDENTITY,
        ENTITLEMENTS => &OF_ENTITLEMENTS,
        _ => &OF_CORE,
    };
    listed(EVERYWHERE.iter().chain(own).copied().collect())
}
