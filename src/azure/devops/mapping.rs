//! Mappings: a member of the organization becomes an identity of the directory; see "Users -
//! Update" in the reference of the Graph API of Azure DevOps.

use serde::Serialize;
use tokio::time::sleep;

use crate::apply::port::{ApiErrorKind, Call, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::failure::Failure;
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::azure::transport::side_by_side::all_at_once;
use crate::model::ids::{Descriptor, ObjectId, OrganizationName, RemoteId, RequestId, StorageKey};

use super::identities::{Looks, look};
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

/// Maps members to directory identities; the outcomes are in the order given. Who is in doubt is
/// looked at together with others who are.
pub(crate) async fn map_all(
    client: &Client,
    organization: &OrganizationName,
    mappings: &[Mapping<'_>],
) -> Vec<Outcome> {
    let way = Way {
        client,
        organization,
        looks: &Looks::new(client.backoff_first()),
    };
    let mapped = mappings.iter().map(|mapping| map(way, *mapping));
    all_at_once(mapped.collect()).await
}

/// How the organization is reached.
#[derive(Clone, Copy)]
struct Way<'a> {
    client: &'a Client,
    organization: &'a OrganizationName,
    looks: &'a Looks,
}

/// Maps a member to a directory identity. A refusal may mean that it is so already, and so may a
/// lost answer: the member is looked up before anything is sent again.
async fn map(way: Way<'_>, mapping: Mapping<'_>) -> Outcome {
    let remote_id = RemoteId::StorageKey(mapping.member);
    let mut waits = Waits::new(way.client.backoff_first());
    let mut is_in_doubt = false;
    let (mut attempts, mut looks) = (0, 0);
    loop {
        let failure = match try_once(way, mapping, attempts + looks == 0).await {
            Tried::Done(request_id) => {
                return Outcome::Done {
                    remote_id,
                    request_id,
                };
            }
            Tried::AlreadySo if is_in_doubt => {
                return Outcome::Done {
                    remote_id,
                    request_id: None,
                };
            }
            Tried::AlreadySo => return Outcome::AlreadySo { remote_id },
            Tried::Failed(failure) => failure,
        };
        is_in_doubt |= failure.may_be_done;
        attempts += u32::from(failure.may_be_done);
        let is_mapped = if may_be_so(&failure) {
            is_mapped(way, mapping).await
        } else {
            None
        };
        // Descriptors change when an organization is connected, and this one may be of before; or
        // Azure DevOps has not heard yet of an identity that is new in the directory.
        let is_missing = failure.error.kind() == ApiErrorKind::NotFound;
        looks += u32::from(is_missing);
        match is_mapped {
            Some(true) if is_in_doubt => {
                return Outcome::Done {
                    remote_id,
                    request_id: failure.error.request_id().cloned(),
                };
            }
            Some(true) => return Outcome::AlreadySo { remote_id },
            Some(false) if attempts < ATTEMPTS_MAX && failure.may_be_done => {}
            Some(false) | None if looks < LOOKS_MAX && is_missing => {}
            Some(false) | None if failure.may_be_done => return Outcome::unsure(*failure.error),
            Some(false) | None => return Outcome::failed(*failure.error),
        }
        sleep(waits.next_wait()).await;
    }
}

/// What came of one attempt.
enum Tried {
    Done(Option<RequestId>),
    /// Nothing was sent.
    AlreadySo,
    Failed(Failure),
}

/// Sends a mapping for a member: under the name that is known, or under the one of now. After a first
/// attempt the member is looked at before: what that attempt did may show only now.
async fn try_once(way: Way<'_>, mapping: Mapping<'_>, is_first: bool) -> Tried {
    let Way {
        client,
        organization,
        looks,
    } = way;
    let found = match mapping.descriptor {
        Some(descriptor) if is_first => Ok((descriptor.clone(), None)),
        Some(_) | None if is_first => {
            let descriptor = read::descriptor(client, organization, mapping.member).await;
            descriptor.map(|descriptor| (descriptor, None))
        }
        Some(_) | None => look(client, organization, looks, mapping.member).await,
    };
    let descriptor = match found {
        Ok((_, Some(now))) if now == mapping.identity => return Tried::AlreadySo,
        Ok((descriptor, _)) => descriptor,
        Err(error) => return Tried::Failed(Failure::undone(error)),
    };
    match send(client, organization, &descriptor, mapping.identity).await {
        Ok(request_id) => Tried::Done(request_id),
        Err(failure) => Tried::Failed(failure),
    }
}

/// Whether it may be so although the request did not succeed.
fn may_be_so(failure: &Failure) -> bool {
    match failure.error.kind() {
        ApiErrorKind::Refused
        | ApiErrorKind::NotFound
        | ApiErrorKind::Service
        | ApiErrorKind::Unexpected => true,
        ApiErrorKind::Unreachable => failure.may_be_done,
        ApiErrorKind::Authentication
        | ApiErrorKind::Forbidden
        | ApiErrorKind::Throttled
        | ApiErrorKind::Untrusted => false,
    }
}

async fn send(
    client: &Client,
    organization: &OrganizationName,
    descriptor: &Descriptor,
    identity: ObjectId,
) -> Result<Option<RequestId>, Failure> {
    let path = read::user_path(organization, descriptor);
    let body = OriginIdUpdate {
        origin_id: identity,
    };
    let request =
        Request::with_json(Method::Patch, Call::MapMember, path, &body).map_err(Failure::undone)?;
    let request = Request {
        expect: Expect::Nothing,
        repeat: Repeat::Never,
        ..request
    };
    Ok(client.send(&request).await?.request_id())
}

/// Whether the member is that identity now; none when that cannot be read.
async fn is_mapped(way: Way<'_>, mapping: Mapping<'_>) -> Option<bool> {
    let found = look(way.client, way.organization, way.looks, mapping.member).await;
    let (_, identity) = found.ok()?;
    Some(identity == Some(mapping.identity))
}
