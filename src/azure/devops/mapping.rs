//! Mappings: a member of the organization becomes an identity of the directory; see "Users -
//! Update" in the reference of the Graph API of Azure DevOps.

use serde::Serialize;
use tokio::time::sleep;

use crate::azure::port::{ApiErrorKind, Outcome};
use crate::azure::transport::client::{Client, Failure};
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Expect, Method, Repeat, Request, unwritable};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::model::ids::{Descriptor, ObjectId, OrganizationName, RemoteId, RequestId, StorageKey};

use super::read;

/// How often a member and its identity are looked for. With a second before the first repetition
/// this is a quarter of a minute, in which most news from the directory arrive.
const LOOKS_MAX: u32 = 5;

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

/// Maps a member to a directory identity. A refusal may mean that it is so already, and so may a
/// lost answer: the member is looked up before anything is sent again.
pub(crate) async fn map(
    client: &Client,
    organization: &OrganizationName,
    mut mapping: Mapping<'_>,
) -> Outcome {
    let remote_id = RemoteId::StorageKey(mapping.member);
    let mut waits = Waits::new(client.backoff_first());
    let mut is_in_doubt = false;
    let (mut attempts, mut looks) = (0, 0);
    loop {
        let failure = match send(client, organization, mapping).await {
            Ok(request_id) => {
                return Outcome::Done {
                    remote_id,
                    request_id,
                };
            }
            Err(failure) => failure,
        };
        is_in_doubt |= failure.may_be_done;
        attempts += u32::from(failure.may_be_done);
        let is_mapped = if may_be_so(&failure) {
            is_mapped(client, organization, mapping).await
        } else {
            None
        };
        // Descriptors change when an organization is connected, and this one may be of before; or
        // Azure DevOps has not heard yet of an identity that is new in the directory.
        let is_missing = failure.error.kind == ApiErrorKind::NotFound;
        looks += u32::from(is_missing);
        match is_mapped {
            Some(true) if is_in_doubt => {
                return Outcome::Done {
                    remote_id,
                    request_id: failure.error.request_id,
                };
            }
            Some(true) => return Outcome::AlreadySo { remote_id },
            Some(false) if attempts < ATTEMPTS_MAX && failure.may_be_done => {}
            Some(false) | None if looks < LOOKS_MAX && is_missing => {}
            Some(false) | None if failure.may_be_done => return Outcome::Unsure(*failure.error),
            Some(false) | None => return Outcome::Failed(*failure.error),
        }
        mapping.descriptor = None;
        sleep(waits.next_wait()).await;
    }
}

/// Whether it may be so although the request did not succeed.
fn may_be_so(failure: &Failure) -> bool {
    match failure.error.kind {
        ApiErrorKind::Refused
        | ApiErrorKind::NotFound
        | ApiErrorKind::Service
        | ApiErrorKind::Unexpected => true,
        ApiErrorKind::Unreachable => failure.may_be_done,
        ApiErrorKind::Authentication | ApiErrorKind::Forbidden | ApiErrorKind::Throttled => false,
    }
}

async fn send(
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
        .map_err(|error| Failure::undone(unwritable(Method::Patch, Host::Identities, &error)))?;
    let request = Request {
        expect: Expect::Nothing,
        repeat: Repeat::Never,
        ..request
    };
    Ok(client.send(&request).await?.request_id())
}

/// Whether the member is that identity now; none when that cannot be read. Asked by storage key,
/// for the descriptor changes.
async fn is_mapped(
    client: &Client,
    organization: &OrganizationName,
    mapping: Mapping<'_>,
) -> Option<bool> {
    let descriptor = read::descriptor(client, organization, mapping.member).await;
    let identity = read::identity(client, organization, &descriptor.ok()?).await;
    Some(identity.ok()? == Some(mapping.identity))
}
