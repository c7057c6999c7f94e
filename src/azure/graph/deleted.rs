//! Deleted users, who can be restored for thirty days: the list of them, and the way back. See
//! "List deletedItems" and "Restore deleted item" in the Graph reference.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::sleep;

use crate::azure::port::{ApiError, ApiErrorKind, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::model::ids::{ObjectId, RemoteId};
use crate::model::live::{DeletedUser, DirectoryUser};
use crate::model::person::Email;

use super::filter::PAGE_USERS_MAX;
use super::read::{directory_user, is_wanted, pages, users_by_id};
use super::wire::{USER_FIELDS, User};

/// How often a restoration is sent whose answer is lost.
const ATTEMPTS_MAX: u32 = 3;

/// The deleted users with one of those of these addresses that none of `users` has. Nothing is asked
/// where there is no such address. Otherwise the list is read whole: the name of a deleted user is
/// not the one that a condition could ask for.
pub(crate) async fn users(
    client: &Client,
    addresses: &BTreeSet<&Email>,
    users: &BTreeMap<ObjectId, DirectoryUser>,
) -> Result<BTreeMap<ObjectId, DeletedUser>, ApiError> {
    let taken: BTreeSet<&Email> = users.values().flat_map(DirectoryUser::addresses).collect();
    let free: BTreeSet<&Email> = addresses.difference(&taken).copied().collect();
    if free.is_empty() {
        return Ok(BTreeMap::new());
    }
    let first = format!(
        "/v1.0/directory/deletedItems/microsoft.graph.user?$select={USER_FIELDS},deletedDateTime\
         &$top={PAGE_USERS_MAX}"
    );
    let mut deleted = BTreeMap::new();
    let mut take = |user: &User<'_>| {
        let found = deleted_user(user);
        deleted.extend(found.filter(|(_, found)| is_wanted(&found.user, &free)));
    };
    pages(client, first, &mut take).await?;
    Ok(deleted)
}

/// A deleted user under the name of before: the service puts the id in front of it, so that the name
/// is free for others.
fn deleted_user(wire: &User<'_>) -> Option<(ObjectId, DeletedUser)> {
    let (id, mut user) = directory_user(wire)?;
    let mark = id.guid().simple().to_string();
    if let Some(name) = user.user_principal_name.as_str().strip_prefix(&mark) {
        user.user_principal_name = Email::from_service(name);
    }
    let deleted = wire.deleted_date_time.as_str().to_owned();
    Some((id, DeletedUser { deleted, user }))
}

/// Brings a deleted user back. After a lost answer, and when there is nobody to bring back, the user
/// is looked for among those who are not deleted.
pub(crate) async fn restore(client: &Client, id: ObjectId) -> Outcome {
    let path = format!("/v1.0/directory/deletedItems/{id}/restore");
    let request = Request {
        method: Method::Post,
        expect: Expect::Nothing,
        repeat: Repeat::Never,
        ..Request::get(Host::Graph, path)
    };
    let remote_id = RemoteId::ObjectId(id);
    let mut wait = client.backoff_first();
    let mut attempt = 1;
    loop {
        let failure = match client.send(&request).await {
            Ok(answer) => {
                return Outcome::Done {
                    remote_id,
                    request_id: answer.request_id(),
                };
            }
            Err(failure) => failure,
        };
        let is_gone = failure.error.kind == ApiErrorKind::NotFound;
        if !failure.may_be_done && !is_gone {
            return Outcome::Failed(*failure.error);
        }
        let there = users_by_id(client, &[id]).await;
        match there.map(|users| users.contains_key(&id)) {
            Ok(true) if is_gone && attempt == 1 => return Outcome::AlreadySo { remote_id },
            Ok(true) => {
                return Outcome::Done {
                    remote_id,
                    request_id: failure.error.request_id,
                };
            }
            Ok(false) if is_gone => return Outcome::Failed(*failure.error),
            Ok(false) if attempt < ATTEMPTS_MAX => {}
            Ok(false) | Err(_) => return Outcome::Unsure(*failure.error),
        }
        attempt += 1;
        sleep(wait).await;
        wait = wait.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deleted_user_has_the_name_of_before() {
        let json = r#"{"id":"6d1c0000-0000-4000-8000-000000000001",
            "userPrincipalName":"6d1c0000000040008000000000000001Sam@contoso.com",
            "displayName":"Sam","userType":"Member","deletedDateTime":"2026-11-01T00:00:00Z"}"#;
        let wire: User<'_> = serde_json::from_str(json).unwrap();
        let (_, deleted) = deleted_user(&wire).unwrap();
        let name = Email::from_service("sam@contoso.com");
        assert_eq!(deleted.user.user_principal_name, name);
        assert_eq!(deleted.deleted, "2026-11-01T00:00:00Z");
    }
}
