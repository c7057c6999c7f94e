//! Deleted users, who can be restored for thirty days: the list of them, and the way back. See
//! "List deletedItems" and "Restore deleted item" in the Graph reference.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::sleep;

use crate::apply::port::{ApiErrorKind, Call, CallError, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::optional::optional;
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::azure::transport::retry::{ATTEMPTS_MAX, Waits};
use crate::model::ids::{ObjectId, RemoteId};
use crate::model::live::{DeletedUser, DirectoryUser};
use crate::model::person::Email;
use crate::model::preflight::Readable;

use super::filter::PAGE_USERS_MAX;
use super::read::{directory_user, is_wanted, pages, users_by_id};
use super::wire::{USER_FIELDS, User};

/// The deleted users with one of those of these addresses that none of `users` has, and those of `gone`,
/// where the caller may read them. Nothing is asked where there is nobody to look for. Otherwise the list
/// is read whole: the name of a deleted user is not the one that a condition could ask for.
pub(crate) async fn users(
    client: &Client,
    addresses: &BTreeSet<&Email>,
    gone: &BTreeSet<ObjectId>,
    users: &BTreeMap<ObjectId, DirectoryUser>,
) -> Result<Readable<BTreeMap<ObjectId, DeletedUser>>, CallError> {
    let taken: BTreeSet<&Email> = users.values().flat_map(DirectoryUser::addresses).collect();
    let free: BTreeSet<&Email> = addresses.difference(&taken).copied().collect();
    if free.is_empty() && gone.is_empty() {
        return Ok(Readable::NotAsked);
    }
    optional(read_all(client, &free, gone).await)
}

async fn read_all(
    client: &Client,
    addresses: &BTreeSet<&Email>,
    gone: &BTreeSet<ObjectId>,
) -> Result<BTreeMap<ObjectId, DeletedUser>, CallError> {
    let first = format!(
        "/v1.0/directory/deletedItems/microsoft.graph.user?$select={USER_FIELDS},deletedDateTime\
         &$top={PAGE_USERS_MAX}"
    );
    let mut deleted = BTreeMap::new();
    let mut take = |user: &User<'_>| {
        let found = deleted_user(user);
        let found =
            found.filter(|(id, found)| gone.contains(id) || is_wanted(&found.user, addresses));
        deleted.extend(found);
    };
    pages(client, first, &mut take).await?;
    Ok(deleted)
}

fn deleted_user(wire: &User<'_>) -> Option<(ObjectId, DeletedUser)> {
    let (id, user) = directory_user(wire)?;
    let name = name_before(id, wire.user_principal_name.as_str());
    let user = DirectoryUser {
        user_principal_name: Email::from_service(name),
        ..user
    };
    let deleted = wire.deleted_date_time.as_str().to_owned();
    Some((id, DeletedUser { deleted, user }))
}

/// The service puts the id in front of the name, so that the name is free for others.
fn name_before(id: ObjectId, name: &str) -> &str {
    let mark = id.guid().simple().to_string();
    match name.split_at_checked(mark.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(&mark) => rest,
        Some(_) | None => name,
    }
}

/// Brings a deleted user back. After a lost answer, and when there is nobody to bring back, the user
/// is looked for among those who are not deleted.
pub(crate) async fn restore(client: &Client, id: ObjectId) -> Outcome {
    let path = format!("/v1.0/directory/deletedItems/{id}/restore");
    let request = Request {
        method: Method::Post,
        expect: Expect::Nothing,
        repeat: Repeat::Never,
        ..Request::get(Call::RestoreUser, path)
    };
    let remote_id = RemoteId::ObjectId(id);
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
            Err(failure) => failure,
        };
        let is_gone = failure.error.kind() == ApiErrorKind::NotFound;
        if !failure.may_be_done && !is_gone {
            return Outcome::failed(*failure.error);
        }
        let there = users_by_id(client, &[id]).await;
        match there.map(|users| users.contains_key(&id)) {
            Ok(true) if is_gone && attempt == 1 => return Outcome::AlreadySo { remote_id },
            Ok(true) => {
                return Outcome::Done {
                    remote_id,
                    request_id: failure.error.request_id().cloned(),
                };
            }
            Ok(false) if is_gone && attempt == 1 => return Outcome::failed(*failure.error),
            Ok(false) if attempt < ATTEMPTS_MAX => {}
            Ok(false) | Err(_) => return Outcome::unsure(*failure.error),
        }
        attempt += 1;
        sleep(waits.next_wait()).await;
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

    #[test]
    fn the_name_is_the_one_from_before_the_deletion() {
        let id: ObjectId = "6d1c0000-0000-4000-8000-00000000000A".parse().unwrap();
        let marked = "6D1C000000004000800000000000000aLee@contoso.com";
        assert_eq!(name_before(id, marked), "Lee@contoso.com");
        assert_eq!(name_before(id, "lee@contoso.com"), "lee@contoso.com");
        assert_eq!(name_before(id, "é"), "é");
    }
}
