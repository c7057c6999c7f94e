//! Writes to Azure DevOps that go one by one: removals and the connection.

use serde::Serialize;
use tokio::time::sleep;
use uuid::Uuid;

use crate::apply::port::{Call, CallError, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::request::{Expect, Method, Request};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::model::ids::{OrganizationName, RemoteId, StorageKey, TenantId};
use crate::model::live::Connection;

use super::{probe, wire};

/// The content type of a list of operations.
pub(super) const PATCH_TYPE: &str = "application/json-patch+json; charset=utf-8";

/// The version of the undocumented route by which the portal connects a directory.
const CONNECT_VERSION: &str = "5.0-preview.1";

/// "Replace", in the numeric form in which that route is known to take it.
pub(super) const REPLACE: u8 = 2;

/// Words of a failure in the middle of leaving a tenant that Microsoft's support has to mend: the
/// service found its table of identities spoilt. Sending it again could spoil more.
const SPOILT: [&str; 2] = ["400101", "prc_UpdateIdentityIdTranslations"];

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
        .send(&Request::delete(Call::RemoveMember, path))
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
pub(super) struct NumberedOperation<'a> {
    pub(super) from: &'a str,
    pub(super) op: u8,
    pub(super) path: &'a str,
    pub(super) value: String,
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
        Err(error) => return Outcome::failed(error),
    };
    let wanted = tenant.map_or(Connection::Personal, Connection::Tenant);
    let mut waits = Waits::new(client.backoff_first());
    let mut attempt = 1;
    loop {
        let failure = match client.send(&request).await {
            Ok(answer) => {
                return Outcome::Done {
                    remote_id,
                    request_id: answer.request_id(),
                };
            }
            Err(failure) if !failure.may_be_done || is_spoilt(&failure.error) => {
                return Outcome::failed(*failure.error);
            }
            Err(failure) => failure,
        };
        match probe::connection(client, organization).await {
            Ok(connection) if connection == wanted => {
                return Outcome::Done {
                    remote_id,
                    request_id: failure.error.request_id().cloned(),
                };
            }
            // It is something else for certain, and asking for the same twice does no harm.
            Ok(Connection::Personal | Connection::Tenant(_)) if attempt < ATTEMPTS_MAX => {}
            Ok(_) | Err(_) => return Outcome::unsure(*failure.error),
        }
        attempt += 1;
        sleep(waits.next_wait()).await;
    }
}

fn is_spoilt(error: &CallError) -> bool {
    SPOILT.iter().any(|words| error.message().contains(words))
}

fn connection_request(organization: &OrganizationName, tenant: Uuid) -> Result<Request, CallError> {
    let path = in_organization(organization, "_apis/Organization/Organizations/Me");
    let path = format!("{path}?api-version={CONNECT_VERSION}");
    let operations = [NumberedOperation {
        from: "",
        op: REPLACE,
        path: "/TenantId",
        value: tenant.to_string(),
    }];
    let request = patch(Call::ChangeTenant, path, &operations)?;
    Ok(Request {
        expect: Expect::Nothing,
        ..request
    })
}

/// A list of operations, as Azure DevOps takes them.
pub(super) fn patch(
    call: Call,
    path: String,
    operations: &impl Serialize,
) -> Result<Request, CallError> {
    let mut request = Request::with_json(Method::Patch, call, path, operations)?;
    if let Some((kind, _)) = &mut request.body {
        *kind = PATCH_TYPE;
    }
    Ok(request)
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
