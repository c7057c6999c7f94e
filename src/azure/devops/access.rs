//! Access levels and membership of projects, set in bulk; see "User Entitlements - Update User
//! Entitlements" in the REST reference of Azure DevOps.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::time::sleep;

use crate::apply::port::{Call, Outcome};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::failure::Failure;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::request::{Repeat, Request};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::model::ids::{OrganizationName, StorageKey};
use crate::model::live::Member;

use super::access_change::{AccessChange, Whose};
use super::bulk_result::{Stand, done, review};
use super::read::{self, With};
use super::wire;
use super::write::patch;

/// Operations in one request. The most that the service takes is not documented; fifty are answered
/// well within the time of a request.
const OPERATIONS_MAX: usize = 50;

/// How often the list is read before a change that it does not show counts as not made. With a
/// second before the first time this is seven seconds.
const LOOKS_MAX: u32 = 3;

/// How often a stranger is added again. With a second before the first time this is a quarter of a
/// minute; who may not invite gets the same answer, and waits in vain no longer than that.
const NEWS_ROUNDS_MAX: u32 = 4;

/// Sets access; the outcomes are in the order given.
pub(crate) async fn set(
    client: &Client,
    organization: &OrganizationName,
    changes: &[AccessChange],
) -> Vec<Outcome> {
    let mut stands = vec![Stand::Open; changes.len()];
    send_all(client, organization, changes, &mut stands).await;
    wait_for_news(client, organization, changes, &mut stands).await;
    stands.into_iter().map(Stand::into_outcome).collect()
}

/// Sends what is open. Whoever is not in the organization although nothing was refused is added
/// again.
async fn send_all(
    client: &Client,
    organization: &OrganizationName,
    changes: &[AccessChange],
    stands: &mut [Stand],
) {
    let mut waits = Waits::new(client.backoff_first());
    for attempt in 0..ATTEMPTS_MAX {
        if !stands.iter().any(|stand| matches!(stand, Stand::Open)) {
            return;
        }
        if attempt > 0 {
            sleep(waits.next_wait()).await;
        }
        send(client, organization, changes, stands).await;
        settle(client, organization, changes, stands).await;
    }
}

/// Adds again whom Azure DevOps took for a stranger: it may not have heard yet of an identity that
/// is new in the directory.
async fn wait_for_news(
    client: &Client,
    organization: &OrganizationName,
    changes: &[AccessChange],
    stands: &mut [Stand],
) {
    let mut wait = client.backoff_first();
    for _ in 0..NEWS_ROUNDS_MAX {
        let mut strangers = 0;
        for (change, stand) in changes.iter().zip(stands.iter_mut()) {
            if matches!(change.whose, Whose::New(_)) && stand.is_stranger() {
                *stand = Stand::Open;
                strangers += 1;
            }
        }
        if strangers == 0 {
            return;
        }
        sleep(wait).await;
        wait = wait.saturating_mul(2);
        send_all(client, organization, changes, stands).await;
    }
}

async fn send(
    client: &Client,
    organization: &OrganizationName,
    changes: &[AccessChange],
    stands: &mut [Stand],
) {
    for repeat in [Repeat::Never, Repeat::Freely] {
        for (numbers, chunk) in chunks(changes, stands, repeat) {
            let reviewed = match send_chunk(client, organization, &chunk, repeat).await {
                Ok(answer) => review(&chunk, &answer),
                Err(failure) => vec![Stand::from_failure(&failure); chunk.len()],
            };
            for (number, stand) in numbers.into_iter().zip(reviewed) {
                if let Some(slot) = stands.get_mut(number) {
                    *slot = stand;
                }
            }
        }
    }
}

/// Changes that go out together, each with its place among all.
type Chunk<'a> = (Vec<usize>, Vec<&'a AccessChange>);

/// What is open, in as few requests as the operations fit into. A change is never torn apart.
fn chunks<'a>(changes: &'a [AccessChange], stands: &[Stand], wanted: Repeat) -> Vec<Chunk<'a>> {
    let mut chunks: Vec<Chunk<'a>> = Vec::new();
    let mut room = 0;
    for (number, (change, stand)) in changes.iter().zip(stands).enumerate() {
        if !matches!(stand, Stand::Open) || change.repeat() != wanted {
            continue;
        }
        match chunks.last_mut() {
            Some((numbers, chunk)) if change.size() <= room => {
                numbers.push(number);
                chunk.push(change);
                room -= change.size();
            }
            Some(_) | None => {
                chunks.push((vec![number], vec![change]));
                room = OPERATIONS_MAX.saturating_sub(change.size());
            }
        }
    }
    chunks
}

async fn send_chunk(
    client: &Client,
    organization: &OrganizationName,
    changes: &[&AccessChange],
    repeat: Repeat,
) -> Result<Answer, Failure> {
    let operations = changes.iter().flat_map(|change| change.operations());
    let operations: Vec<Value> = operations.collect();
    let path = in_organization(organization, "_apis/userentitlements");
    let path = format!(
        "{path}?doNotSendInviteForNewUsers=true&api-version={}",
        wire::ENTITLEMENTS
    );
    let request = patch(Call::SetAccess, path, &operations).map_err(Failure::undone)?;
    client.send(&Request { repeat, ..request }).await
}

/// Settles what is in doubt by reading the whole list: again where it does not show a change, for
/// one that was carried out may show late.
async fn settle(
    client: &Client,
    organization: &OrganizationName,
    changes: &[AccessChange],
    stands: &mut [Stand],
) {
    let is_doubtful = |stand: &Stand| matches!(stand, Stand::Doubtful { .. });
    let with = if changes.iter().any(|change| !change.projects.is_empty()) {
        With::Projects
    } else {
        With::Nothing
    };
    let mut wait = client.backoff_first();
    for look in 1..=LOOKS_MAX {
        if !stands.iter().any(is_doubtful) {
            return;
        }
        // A change that goes on after its answer needs a moment.
        sleep(wait).await;
        wait = wait.saturating_mul(2);
        if let Ok(entitled) = read::members(client, organization, with).await {
            take_in(&entitled.members, changes, stands, look == LOOKS_MAX);
        }
    }
}

/// Compares what is in doubt with the list. Only after the last look is somebody who is not in it
/// added again.
fn take_in(
    members: &BTreeMap<StorageKey, Member>,
    changes: &[AccessChange],
    stands: &mut [Stand],
    is_last: bool,
) {
    for (change, stand) in changes.iter().zip(stands) {
        let Stand::Doubtful { error, may_repeat } = &*stand else {
            continue;
        };
        let found = match change.whose {
            Whose::Existing(key) => members.get_key_value(&key),
            Whose::New(id) => members.iter().find(|(_, m)| m.object_id == Some(id)),
        };
        match found {
            Some((key, member)) if change.is_met_by(member) => {
                *stand = Stand::Settled(done(*key, error.request_id().cloned()));
            }
            None if is_last && *may_repeat && change.repeat() == Repeat::Never => {
                *stand = Stand::Open;
            }
            Some(_) | None => {}
        }
    }
}
