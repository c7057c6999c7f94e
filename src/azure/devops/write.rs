//! Writes to Azure DevOps that go one by one: removals, the connection, mappings.

use serde::Serialize;
use uuid::Uuid;

use crate::azure::port::{ApiError, ApiErrorKind, Outcome};
use crate::azure::transport::client::{Client, Failure};
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::model::ids::{
    Descriptor, ObjectId, OrganizationName, RemoteId, RequestId, StorageKey, TenantId,
};
use crate::model::live::Connection;

use super::{probe, read, wire};

/// The content type of a list of operations.
pub(super) const PATCH_TYPE: &str = "application/json-patch+json; charset=utf-8";

/// The version of the undocumented route by which the portal connects a directory.
const CONNECT_VERSION: &str = "5.0-preview.1";

/// "Replace", in the numeric form in which that route is known to take it.
const REPLACE: u8 = 2;

/// Takes a user out of the organization.
pub(crate) async fn remove_member(
    client: &Client,
    organization: &OrganizationName,
    member: StorageKey,
) -> Outcome {
    let path = in_organization(organization, "_apis/userentitlements");
    let path = format!("{path}/{member}?api-version={}", wire::ENTITLEMENTS);
    let remote_id = RemoteId::StorageKey(member);
    match client
        .send(&Request::delete(Host::Entitlements, path))
        .await
    {
        Ok(answer) => Outcome::Done {
            remote_id,
            request_id: answer.request_id(),
        },
        Err(failure) => failure.into_outcome(remote_id),
    }
}

#[derive(Serialize)]
struct NumberedOperation<'a> {
    from: &'a str,
    op: u8,
    path: &'a str,
    value: String,
}

/// Connects the organization to a tenant or, without one, disconnects it. Microsoft has not
/// documented the route, so what it answers is not read: the headers of the organization tell.
pub(crate) async fn connect(
    client: &Client,
    organization: &OrganizationName,
    tenant: Option<TenantId>,
) -> Outcome {
    let guid = tenant.map_or(Uuid::nil(), TenantId::guid);
    let remote_id = RemoteId::TenantId(TenantId::new(guid));
    let request = match connection_request(organization, guid) {
        Ok(request) => request,
        Err(error) => return Outcome::Failed(unwritable(Host::Identities, &error)),
    };
    let failure = match client.send(&request).await {
        Ok(answer) => {
            return Outcome::Done {
                remote_id,
                request_id: answer.request_id(),
            };
        }
        Err(failure) if !failure.may_be_done => return Outcome::Failed(*failure.error),
        Err(failure) => failure,
    };
    let wanted = tenant.map_or(Connection::Personal, Connection::Tenant);
    match probe::connection(client, organization).await {
        Ok(connection) if connection == wanted => Outcome::Done {
            remote_id,
            request_id: failure.error.request_id,
        },
        Ok(_) | Err(_) => Outcome::Unsure(*failure.error),
    }
}

fn connection_request(
    organization: &OrganizationName,
    tenant: Uuid,
) -> Result<Request, serde_json::Error> {
    let path = in_organization(organization, "_apis/Organization/Organizations/Me");
    let path = format!("{path}?api-version={CONNECT_VERSION}");
    let operations = [NumberedOperation {
        from: "",
        op: REPLACE,
        path: "/TenantId",
        value: tenant.to_string(),
    }];
    let request = patch(Host::Identities, path, &operations)?;
    Ok(Request {
        expect: Expect::Nothing,
        ..request
    })
}

/// A list of operations, as Azure DevOps takes them.
pub(super) fn patch(
    host: Host,
    path: String,
    operations: &impl Serialize,
) -> Result<Request, serde_json::Error> {
    Ok(Request {
        body: Some((PATCH_TYPE, serde_json::to_vec(operations)?)),
        ..Request::with_json(Method::Patch, host, path, &())?
    })
}

/// A member and the directory identity it becomes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping<'a> {
    /// The member.
    pub(crate) member: StorageKey,
    /// What Azure DevOps calls the member, where that is known.
    pub(crate) descriptor: Option<&'a Descriptor>,
    /// The directory identity.
    pub(crate) identity: ObjectId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OriginIdUpdate {
    origin_id: ObjectId,
}

/// Maps a member to a directory identity; see "Users - Update" in the reference of the Graph API of
/// Azure DevOps. A refusal may mean that it is so already, and so may a lost answer.
pub(crate) async fn map(
    client: &Client,
    organization: &OrganizationName,
    mapping: Mapping<'_>,
) -> Outcome {
    let remote_id = RemoteId::StorageKey(mapping.member);
    let mut sent = send_mapping(client, organization, mapping).await;
    if mapping.descriptor.is_some()
        && let Err(failure) = &sent
        && failure.error.kind == ApiErrorKind::NotFound
    {
        // Descriptors change when an organization is connected; this one may be of before.
        let mapping = Mapping {
            descriptor: None,
            ..mapping
        };
        sent = send_mapping(client, organization, mapping).await;
    }
    let failure = match sent {
        Ok(request_id) => {
            return Outcome::Done {
                remote_id,
                request_id,
            };
        }
        Err(failure) => failure,
    };
    let may_be_so = match failure.error.kind {
        ApiErrorKind::Refused
        | ApiErrorKind::NotFound
        | ApiErrorKind::Service
        | ApiErrorKind::Unexpected => true,
        ApiErrorKind::Unreachable => failure.may_be_done,
        ApiErrorKind::Authentication | ApiErrorKind::Forbidden | ApiErrorKind::Throttled => false,
    };
    if may_be_so && is_mapped(client, organization, mapping).await {
        return if failure.may_be_done {
            Outcome::Done {
                remote_id,
                request_id: failure.error.request_id,
            }
        } else {
            Outcome::AlreadySo { remote_id }
        };
    }
    if failure.may_be_done {
        Outcome::Unsure(*failure.error)
    } else {
        Outcome::Failed(*failure.error)
    }
}

async fn send_mapping(
    client: &Client,
    organization: &OrganizationName,
    mapping: Mapping<'_>,
) -> Result<Option<RequestId>, Failure> {
    let descriptor = match mapping.descriptor {
        Some(descriptor) => descriptor.clone(),
        None => read::descriptor(client, organization, mapping.member)
            .await
            .map_err(Failure::undone)?,
    };
    let path = read::user_path(organization, &descriptor);
    let body = OriginIdUpdate {
        origin_id: mapping.identity,
    };
    let request = Request::with_json(Method::Patch, Host::Identities, path, &body)
        .map_err(|error| Failure::undone(unwritable(Host::Identities, &error)))?;
    let request = Request {
        expect: Expect::Nothing,
        repeat: Repeat::Never,
        ..request
    };
    Ok(client.send(&request).await?.request_id())
}

/// Whether the member is that identity now. Asked by storage key, for the descriptor changes.
async fn is_mapped(client: &Client, organization: &OrganizationName, mapping: Mapping<'_>) -> bool {
    let Ok(descriptor) = read::descriptor(client, organization, mapping.member).await else {
        return false;
    };
    let identity = read::identity(client, organization, &descriptor).await;
    identity == Ok(Some(mapping.identity))
}

/// The error for content that cannot be written as JSON.
pub(super) fn unwritable(host: Host, error: &serde_json::Error) -> ApiError {
    ApiError {
        kind: ApiErrorKind::Unexpected,
        method: Method::Patch.as_str(),
        url: format!("https://{}", host.name()),
        status: None,
        code: None,
        message: format!("the request cannot be written: {error}"),
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connecting_is_one_numeric_operation() {
        let guid: Uuid = "aaaabbbb-0000-cccc-1111-dddd2222eeee".parse().unwrap();
        let request = connection_request(&OrganizationName::new("contoso"), guid).unwrap();
        let (kind, body) = request.body.unwrap();
        assert!(kind.starts_with("application/json-patch+json"));
        assert_eq!(
            String::from_utf8(body).unwrap(),
            format!(r#"[{{"from":"","op":2,"path":"/TenantId","value":"{guid}"}}]"#)
        );
    }
}
