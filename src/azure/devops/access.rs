//! Access levels, set in bulk; see "User Entitlements - Update User Entitlements" in the REST
//! reference of Azure DevOps.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::time::sleep;

use crate::azure::port::Outcome;
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::{Client, Failure};
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::request::{Method, Repeat, Request, unwritable};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::model::ids::{OrganizationName, StorageKey};
use crate::model::live::Member;

use super::bulk_result::{Stand, done, review};
use super::level_change::{LevelChange, Whose};
use super::write::patch;
use super::{read, wire};

/// Operations in one request. The most that the service takes is not documented; fifty are answered
/// well within the time of a request.
const OPERATIONS_MAX: usize = 50;

/// How often the list is read before a change that it does not show counts as not made. With a
/// second before the first time this is seven seconds.
const LOOKS_MAX: u32 = 3;

/// How often a stranger is added again. With a second before the first time this is a quarter of a
/// minute; who may not invite gets the same answer, and waits in vain no longer than that.
const NEWS_ROUNDS_MAX: u32 = 4;

/// Sets access levels; the outcomes are in the order given.
pub(crate) async fn set_levels(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
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
    changes: &[LevelChange],
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
    changes: &[LevelChange],
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
    changes: &[LevelChange],
    stands: &mut [Stand],
) {
    let open = |wanted: Repeat| {
        let numbered = changes.iter().zip(stands.iter()).enumerate();
        let open = numbered.filter(|(_, (_, stand))| matches!(stand, Stand::Open));
        open.filter(|(_, (change, _))| change.repeat() == wanted)
            .map(|(n, (change, _))| (n, *change))
            .collect::<Vec<_>>()
    };
    let groups = [
        (Repeat::Never, open(Repeat::Never)),
        (Repeat::Freely, open(Repeat::Freely)),
    ];
    for (repeat, group) in groups {
        for chunk in group.chunks(OPERATIONS_MAX) {
            let numbers: Vec<usize> = chunk.iter().map(|(n, _)| *n).collect();
            let chunk: Vec<LevelChange> = chunk.iter().map(|(_, change)| *change).collect();
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

async fn send_chunk(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
    repeat: Repeat,
) -> Result<Answer, Failure> {
    let operations: Vec<Value> = changes.iter().map(LevelChange::operation).collect();
    let path = in_organization(organization, "_apis/userentitlements");
    let path = format!(
        "{path}?doNotSendInviteForNewUsers=true&api-version={}",
        wire::ENTITLEMENTS
    );
    let request = patch(Host::Entitlements, path, &operations)
        .map_err(|error| Failure::undone(unwritable(Method::Patch, Host::Entitlements, &error)))?;
    client.send(&Request { repeat, ..request }).await
}

/// Settles what is in doubt by reading the whole list: again where it does not show a change, for
/// one that was carried out may show late.
async fn settle(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
    stands: &mut [Stand],
) {
    let is_doubtful = |stand: &Stand| matches!(stand, Stand::Doubtful { .. });
    let mut wait = client.backoff_first();
    for look in 1..=LOOKS_MAX {
        if !stands.iter().any(is_doubtful) {
            return;
        }
        // A change that goes on after its answer needs a moment.
        sleep(wait).await;
        wait = wait.saturating_mul(2);
        if let Ok(members) = read::members(client, organization).await {
            take_in(&members, changes, stands, look == LOOKS_MAX);
        }
    }
}

/// Compares what is in doubt with the list. Only after the last look is somebody who is not in it
/// added again.
fn take_in(
    members: &BTreeMap<StorageKey, Member>,
    changes: &[LevelChange],
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
            Some((key, member)) if change.level.is_met_by(member.access) => {
                *stand = Stand::Settled(done(*key, error.request_id.clone()));
            }
            None if is_last && *may_repeat && change.repeat() == Repeat::Never => {
                *stand = Stand::Open;
            }
            Some(_) | None => {}
        }
    }
}
