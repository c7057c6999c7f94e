//! Policies of the organization, by the routes that public tools read and write them by. They are in
//! no reference of Microsoft's: see `ADOScanner` and `ADOPS`, both public.

use std::collections::BTreeMap;

use serde::Deserialize;
use tokio::time::sleep;

use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::request::{Expect, Repeat, Request};
use crate::azure::transport::retry::Waits;
use crate::azure::transport::text::Text;
use crate::model::ids::{OrganizationName, RemoteId};
use crate::model::policy::Policy;

use super::wire;
use super::write::{NumberedOperation, REPLACE, patch};

/// The version under which those tools call the routes.
const VERSION: &str = "5.0-preview.1";

/// A policy in a list, which has been seen flat and with each in a `policy` of its own.
#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow, flatten)]
    flat: Switch<'a>,
    #[serde(borrow, default)]
    policy: Option<Switch<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Switch<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(default)]
    value: Option<bool>,
    #[serde(default)]
    effective_value: Option<bool>,
}

/// The policies that the service tells. An empty list usually means that the caller may not see
/// them, so whatever is missing is not known, and never off.
pub(crate) async fn policies(
    client: &Client,
    organization: &OrganizationName,
) -> Result<BTreeMap<Policy, bool>, CallError> {
    let path = in_organization(organization, "_apis/OrganizationPolicy/Policies");
    let path = format!("{path}?api-version={VERSION}");
    let answer = match client.read(&Request::get(Call::ReadPolicies, path)).await {
        Ok(answer) => answer,
        Err(error) => {
            return match error.kind() {
                ApiErrorKind::NotFound | ApiErrorKind::Forbidden | ApiErrorKind::Refused => {
                    Ok(BTreeMap::new())
                }
                ApiErrorKind::Authentication
                | ApiErrorKind::Throttled
                | ApiErrorKind::Service
                | ApiErrorKind::Unreachable
                | ApiErrorKind::Untrusted
                | ApiErrorKind::Unexpected => Err(error),
            };
        }
    };
    let page: wire::List<Listed<'_>> = answer.json()?;
    Ok(page
        .value
        .iter()
        .filter_map(|listed| {
            let policy = listed.policy.as_ref().unwrap_or(&listed.flat);
            let known = Policy::of_service(policy.name.as_str())?;
            Some((known, policy.effective_value.or(policy.value)?))
        })
        .collect())
}

/// How often a policy is looked at after a change of it. With a second before the second look this is
/// a quarter of a minute: for a moment the service may still show what was there before.
const LOOKS_MAX: u32 = 5;

/// Switches a policy, and reads it until it shows: the answer has no content.
pub(crate) async fn set(
    client: &Client,
    organization: &OrganizationName,
    policy: Policy,
    enabled: bool,
) -> Outcome {
    let remote_id = RemoteId::Policy(policy);
    let request = match request(organization, policy, enabled) {
        Ok(request) => request,
        Err(error) => return Outcome::failed(error),
    };
    let (request_id, error) = match client.send(&request).await {
        Ok(answer) => (answer.request_id(), None),
        Err(failure) if !failure.may_be_done => return Outcome::failed(*failure.error),
        Err(failure) => (failure.error.request_id().cloned(), Some(*failure.error)),
    };
    match (
        look_until(client, organization, policy, enabled).await,
        error,
    ) {
        (Ok(true), _) => Outcome::Done {
            remote_id,
            request_id,
        },
        (Ok(false), None) => {
            let message = format!("the service took the change, and {policy} stands as before");
            Outcome::failed(ApiError {
                request_id,
                ..request.unanswered(ApiErrorKind::Unexpected, message)
            })
        }
        (_, Some(error)) | (Err(error), None) => Outcome::unsure(error),
    }
}

/// Whether a policy shows as it was set, by the last look at the latest.
async fn look_until(
    client: &Client,
    organization: &OrganizationName,
    policy: Policy,
    enabled: bool,
) -> Result<bool, CallError> {
    let mut waits = Waits::new(client.backoff_first());
    for _ in 1..LOOKS_MAX {
        if policies(client, organization).await?.get(&policy) == Some(&enabled) {
            return Ok(true);
        }
        sleep(waits.next_wait()).await;
    }
    let last = policies(client, organization).await?;
    Ok(last.get(&policy) == Some(&enabled))
}

fn request(
    organization: &OrganizationName,
    policy: Policy,
    enabled: bool,
) -> Result<Request, CallError> {
    let path = in_organization(organization, "_apis/OrganizationPolicy/Policies");
    let name = policy.service_name();
    let path = format!("{path}/{name}?api-version={VERSION}");
    let operations = [NumberedOperation {
        from: "",
        op: REPLACE,
        path: "/Value",
        value: enabled.to_string(),
    }];
    let request = patch(Call::SetPolicy, path, &operations)?;
    Ok(Request {
        expect: Expect::Nothing,
        // Switching it twice does no harm.
        repeat: Repeat::Freely,
        ..request
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_one_numeric_operation_with_a_text() {
        let organization = OrganizationName::new("contoso");
        let request = request(&organization, Policy::SshAccess, false).unwrap();
        assert_eq!(
            request.path,
            "/contoso/_apis/OrganizationPolicy/Policies/Policy.DisallowSecureShell\
             ?api-version=5.0-preview.1"
        );
        let (_, body) = request.body.unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"[{"from":"","op":2,"path":"/Value","value":"false"}]"#
        );
    }
}
