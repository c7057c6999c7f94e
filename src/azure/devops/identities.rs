//! What users are called now, and which directory identity each is: of many in one request, by
//! "Identities - Read Identities" in the REST reference of Azure DevOps.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::coalesce::Coalesce;
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::request::{Method, Request};
use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::{Descriptor, ObjectId, OrganizationName, StorageKey, TenantId};

use super::read;
use super::wire::{self, Property};

/// Ids in one request: the path stays well below the 16 KiB that the service takes.
const IDS_MAX: usize = 100;

/// What a user is called now, and which directory identity it is.
pub(crate) type Named = (Descriptor, Option<ObjectId>);

/// Users who are to be looked at, of whom many are looked at together.
pub(crate) type Looks = Coalesce<StorageKey, Option<Named>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    subject_descriptor: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    properties: Properties<'a>,
}

#[derive(Default, Deserialize)]
struct Properties<'a> {
    /// A tenant, or `Windows Live ID`.
    #[serde(rename = "Domain", borrow, default, deserialize_with = "or_default")]
    domain: Property<'a>,
    #[serde(
        rename = "http://schemas.microsoft.com/identity/claims/objectidentifier",
        borrow,
        default,
        deserialize_with = "or_default"
    )]
    object_id: Property<'a>,
}

/// Looks at a user, together with others who are looked at now. Asked by storage key, for the
/// descriptor changes.
///
/// # Errors
/// [`CallError`], as well when there is nobody under that key.
pub(crate) async fn look(
    client: &Client,
    organization: &OrganizationName,
    looks: &Looks,
    member: StorageKey,
) -> Result<Named, CallError> {
    let read = |keys: Vec<StorageKey>| async move { named(client, organization, &keys).await };
    let found = looks.ask(member, read).await?;
    found.ok_or_else(|| {
        let host = Host::of(Call::Identities).name();
        let url = format!("https://{host}/{organization}/_apis/identities");
        let message = format!("there is no user {member}");
        CallError::Api(ApiError {
            kind: ApiErrorKind::NotFound,
            ..ApiError::unexpected(Call::Identities, Method::Get.into_str(), url, message)
        })
    })
}

/// Those of these users that are there. One alone is read as the graph has it, which says more when
/// it says no.
async fn named(
    client: &Client,
    organization: &OrganizationName,
    members: &[StorageKey],
) -> Result<BTreeMap<StorageKey, Option<Named>>, CallError> {
    if let [member] = members {
        let descriptor = read::descriptor(client, organization, *member).await?;
        let identity = read::identity(client, organization, &descriptor).await?;
        return Ok(BTreeMap::from([(*member, Some((descriptor, identity)))]));
    }
    let mut found = BTreeMap::new();
    for chunk in members.chunks(IDS_MAX) {
        let ids: Vec<String> = chunk.iter().map(ToString::to_string).collect();
        let path = in_organization(organization, "_apis/identities");
        let path = format!(
            "{path}?identityIds={}&queryMembership=None&api-version={}",
            ids.join(","),
            wire::IDENTITIES
        );
        let answer = client.read(&Request::get(Call::Identities, path)).await?;
        // Whoever is not there is `null` in the list, or not in it.
        let list: wire::List<Option<Identity<'_>>> = answer.json()?;
        found.extend(list.value.iter().flatten().filter_map(user));
    }
    Ok(found)
}

fn user(identity: &Identity<'_>) -> Option<(StorageKey, Option<Named>)> {
    let key = identity.id.as_str().parse().ok()?;
    let descriptor = identity.subject_descriptor.get().map(Descriptor::new)?;
    let properties = &identity.properties;
    let tenant: Option<TenantId> = properties.domain.value.as_str().parse().ok();
    let id: Option<ObjectId> = properties.object_id.value.as_str().parse().ok();
    // Who is of no tenant has no directory identity, whatever else is said.
    let id = id.filter(|id| tenant.is_some() && !id.is_nil());
    Some((key, Some((descriptor, id))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Named> {
        user(&serde_json::from_str(json).unwrap()).and_then(|(_, named)| named)
    }

    #[test]
    fn an_identity_tells_the_name_of_now_and_the_directory_user() {
        let json = |domain: &str, id: &str| {
            format!(
                r#"{{"id":"22222222-1111-6111-8111-000000000001","subjectDescriptor":"aad.x",
                "properties":{{"Domain":{{"$type":"System.String","$value":"{domain}"}},
                "http://schemas.microsoft.com/identity/claims/objectidentifier":
                {{"$type":"System.String","$value":"{id}"}}}}}}"#
            )
        };
        let (tenant, id) = (
            "aaaabbbb-0000-cccc-1111-dddd2222eeee",
            "66666666-5555-4555-8555-000000000005",
        );
        let (descriptor, identity) = read(&json(tenant, id)).unwrap();
        assert_eq!(descriptor.as_str(), "aad.x");
        assert_eq!(identity.unwrap().to_string(), id);
        let (_, identity) = read(&json("Windows Live ID", id)).unwrap();
        assert_eq!(identity, None, "of no tenant");
        let nil = "00000000-0000-0000-0000-000000000000";
        assert_eq!(read(&json(tenant, nil)).unwrap().1, None);
        let bare = r#"{"id":"22222222-1111-6111-8111-000000000001","subjectDescriptor":"msa.x"}"#;
        assert_eq!(read(bare).unwrap().1, None);
        assert_eq!(read(r#"{"id":"x","subjectDescriptor":"msa.x"}"#), None);
    }
}
