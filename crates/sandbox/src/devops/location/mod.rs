//! Where things are: the resource areas of an organization and the location map of each host. Ids
//! and versions are those that the service publishes to its own clients.

mod map;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::reply::Reply;

use super::Call;
use super::protocol::error::refused;
use super::subjects::lookup;
use crate::hosts::{AUDIT, CORE, ENTITLEMENTS, IDENTITY, PROFILE};
use map::locations;

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
const AREAS: [(&str, &str, &str); 19] = [
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
        "EnterpriseCatalog",
        "c001321e-8a1c-44ad-93a4-8f0bc137ef77",
        ENTITLEMENTS,
    ),
    (
        "HostAcquisition",
        "8e128563-b59c-4a70-964c-a3bd7412183d",
        ENTITLEMENTS,
    ),
    ("audit", "94ff054d-5ee1-413d-9341-3f4a7827de2e", AUDIT),
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

/// `OPTIONS _apis`; with `allHostTypes` what all hosts register.
pub(super) fn map(call: &Call<'_>) -> Reply {
    let all = call.request.query("allHostTypes");
    let all = all.is_some_and(|all| all.eq_ignore_ascii_case("true"));
    let host = call.request.host.as_str();
    let resolving: &[_] = if lookup::resolves(call) {
        &map::RESOLVING
    } else {
        &[]
    };
    let hosts: [(&str, &[_]); 6] = [
        (CORE, &map::OF_CORE),
        (IDENTITY, &map::OF_IDENTITY),
        (IDENTITY, resolving),
        (ENTITLEMENTS, &map::OF_ENTITLEMENTS),
        (AUDIT, &map::OF_AUDIT),
        (PROFILE, &map::OF_PROFILE),
    ];
    let own = hosts.into_iter().filter(|(name, _)| all || *name == host);
    let own = own.flat_map(|(_, rows)| locations(rows));
    let everywhere = locations(&map::EVERYWHERE);
    listed(everywhere.chain(own).collect())
}

/// `GET _apis/ServiceDefinitions/LocationService2/{identifier}`: where identities are.
pub(super) fn identity_service(call: &Call<'_>, id: &str) -> Reply {
    let organization = call.shared.read(|world| world.organization().name.clone());
    let location = call
        .shared
        .link_for(call.request, &format!("{IDENTITY}/{organization}/"));
    let body = json!({
        "serviceType": "LocationService2",
        "identifier": id,
        "displayName": "SPS Location Service",
        "locationMappings": [
            { "accessMappingMoniker": "HostGuidAccessMapping", "location": location },
        ],
    });
    Reply::json(StatusCode::OK, &body)
}
