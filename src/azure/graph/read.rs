//! Reads of the directory: the users whose address is of interest, in the fewest requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::port::{ApiError, Call, CallError};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::host::Host;
use crate::azure::transport::page::{PAGES_MAX, endless, next_path};
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::model::ids::ObjectId;
use crate::model::live::{DirectoryUser, InvitationStatus, UserType};
use crate::model::person::Email;

use super::batch::{self, Item};
use super::filter::{self, Way};
use super::wire::{Page, User};

/// Sent with a count, which is an advanced query.
const CONSISTENCY: (&str, &str) = ("consistencylevel", "eventual");

/// A listing whose page token has grown old starts again, this often.
const RESTARTS_MAX: u32 = 2;

type Users = BTreeMap<ObjectId, DirectoryUser>;

/// How many users the tenant has.
pub(crate) async fn user_count(client: &Client) -> Result<u64, CallError> {
    let request = Request {
        headers: vec![CONSISTENCY, ("accept", "text/plain")],
        expect: Expect::Text,
        ..Request::get(Call::CountUsers, "/v1.0/users/$count".to_owned())
    };
    let answer = client.read(&request).await?;
    let count = answer.text()?.trim().parse();
    count.map_err(|_| answer.unexpected("the answer is no count".to_owned()))
}

/// The users with one of these addresses as principal name, mail or further mail.
pub(crate) async fn users(
    client: &Client,
    count: u64,
    addresses: &BTreeSet<&Email>,
) -> Result<Users, CallError> {
    let mut users = match filter::cheaper_way(count, addresses) {
        Way::Pages => all_users(client, addresses).await?,
        Way::Queries(queries) => queried_users(client, &queries).await?,
    };
    users.retain(|_, user| is_wanted(user, addresses));
    Ok(users)
}

/// Those of these users that are there. Lists can miss for a while whom the directory has, so who is
/// missing in one is asked for before they count as gone.
pub(crate) async fn users_by_id(client: &Client, ids: &[ObjectId]) -> Result<Users, CallError> {
    let mut users = Users::new();
    for chunk in ids.chunks(batch::ITEMS_MAX) {
        let paths: Vec<String> = chunk.iter().map(|id| filter::by_id(*id)).collect();
        let items: Vec<Item<'_>> = paths
            .iter()
            .enumerate()
            .map(|(id, path)| Item::get(id, path))
            .collect();
        let answers = batch::send(client, &items, Repeat::Freely).await?;
        for item in &items {
            let missing = || lost_item(item);
            let answer = answers.get(&item.id).ok_or_else(missing)?;
            if answer.is_good() {
                let user: User<'_> = answer.json().ok_or_else(missing)?;
                users.extend(directory_user(&user));
            } else if answer.status != 404 {
                let path = item.url.split('?').next().unwrap_or_default();
                return Err(answer.error(Call::Users, item.method, path).0);
            }
        }
    }
    Ok(users)
}

async fn all_users(client: &Client, addresses: &BTreeSet<&Email>) -> Result<Users, CallError> {
    let mut restarts = 0;
    loop {
        let mut users = Users::new();
        let mut take = |user: &User<'_>| keep(&mut users, user, addresses);
        match pages(client, filter::all_users(), &mut take).await {
            Ok(()) => return Ok(users),
            Err(error) if is_expired(&error) && restarts < RESTARTS_MAX => restarts += 1,
            Err(error) => return Err(error),
        }
    }
}

fn is_expired(error: &CallError) -> bool {
    error.code() == Some("Directory_ExpiredPageToken")
}

async fn queried_users(client: &Client, queries: &[String]) -> Result<Users, CallError> {
    let mut users = Users::new();
    let mut rest = Vec::new();
    for chunk in queries.chunks(batch::ITEMS_MAX) {
        let items: Vec<Item<'_>> = chunk
            .iter()
            .enumerate()
            .map(|(id, query)| Item::get(id, query))
            .collect();
        let answers = batch::send(client, &items, Repeat::Freely).await?;
        for item in &items {
            let missing = || lost_item(item);
            let answer = answers.get(&item.id).ok_or_else(missing)?;
            if !answer.is_good() {
                let path = item.url.split('?').next().unwrap_or_default();
                return Err(answer.error(Call::Users, item.method, path).0);
            }
            let page: Page<'_, User<'_>> = answer.json().ok_or_else(missing)?;
            users.extend(page.value.iter().filter_map(directory_user));
            rest.extend(page.next_link.get().map(str::to_owned));
        }
    }
    for link in rest {
        let path = following(client, &link)?;
        let mut take = |user: &User<'_>| users.extend(directory_user(user));
        pages(client, path, &mut take).await?;
    }
    Ok(users)
}

/// Hands every user of a list over, page by page.
pub(super) async fn pages(
    client: &Client,
    first: String,
    take: &mut (dyn FnMut(&User<'_>) + Send),
) -> Result<(), CallError> {
    let mut next = first.clone();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Call::Users, next)).await?;
        let page: Page<'_, User<'_>> = answer.json()?;
        page.value.iter().for_each(&mut *take);
        match page.next_link.get() {
            Some(link) => next = next_of(client, &answer, link)?,
            None => return Ok(()),
        }
    }
    Err(endless(Call::Users, &first))
}

fn next_of(client: &Client, answer: &Answer, link: &str) -> Result<String, CallError> {
    let endpoint = client.channel().endpoint();
    next_path(Host::Graph, endpoint, link).map_err(|message| answer.unexpected(message))
}

fn following(client: &Client, link: &str) -> Result<String, CallError> {
    let endpoint = client.channel().endpoint();
    next_path(Host::Graph, endpoint, link).map_err(in_batch)
}

fn lost_item(item: &Item<'_>) -> CallError {
    in_batch(format!(
        "request {} of the batch has no readable answer",
        item.id
    ))
}

fn in_batch(message: String) -> CallError {
    let url = format!("https://{}/v1.0/$batch", Host::Graph.name());
    ApiError::unexpected(Call::Batch, Method::Post.into_str(), url, message).into()
}

/// Keeps a user if it is wanted: of a large tenant, most are not, and none of those is copied.
fn keep(users: &mut Users, user: &User<'_>, addresses: &BTreeSet<&Email>) {
    let is_of_interest = |text: &str| addresses.contains(&Email::from_service(text));
    let mut texts = [&user.user_principal_name, &user.mail]
        .into_iter()
        .chain(&user.other_mails);
    if texts.any(|text| text.get().is_some_and(is_of_interest)) {
        users.extend(directory_user(user));
    }
}

/// Whether a user has one of these addresses.
pub(super) fn is_wanted(user: &DirectoryUser, addresses: &BTreeSet<&Email>) -> bool {
    user.addresses().any(|address| addresses.contains(address))
}

/// A directory user from the wire; none for what has no id or name.
pub(super) fn directory_user(user: &User<'_>) -> Option<(ObjectId, DirectoryUser)> {
    let id = user.id.as_str().parse().ok()?;
    let name = user.user_principal_name.get()?;
    let others = user.other_mails.iter();
    // Prose in the documentation spells the states with a blank, answers do not.
    let state = user.external_user_state.as_str().replace(' ', "");
    let user = DirectoryUser {
        user_principal_name: Email::from_service(name),
        display_name: user.display_name.as_str().to_owned(),
        mail: user.mail.get().map(Email::from_service),
        other_mails: others
            .filter_map(|mail| mail.get().map(Email::from_service))
            .collect(),
        user_type: if user.user_type.is("Guest") {
            UserType::Guest
        } else {
            UserType::Member
        },
        enabled: user.account_enabled.unwrap_or(true),
        synced: user.on_premises_sync_enabled.unwrap_or(false),
        created: user.created_date_time.get().map(str::to_owned),
        invitation: if state.eq_ignore_ascii_case("PendingAcceptance") {
            Some(InvitationStatus::Pending)
        } else if state.eq_ignore_ascii_case("Accepted") {
            Some(InvitationStatus::Accepted)
        } else {
            None
        },
    };
    Some((id, user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_guest_is_read() {
        let json = r#"{"id":"6d1c0000-0000-4000-8000-000000000001",
            "userPrincipalName":"Ana.lee_fabrikam.com#EXT#@contoso.onmicrosoft.com",
            "displayName":"Ana",
            "mail":"Ana.Lee@fabrikam.com","otherMails":["a@x.y",null],"userType":"Guest",
            "accountEnabled":null,"externalUserState":"Pending Acceptance","more":{}}"#;
        let wire: User<'_> = serde_json::from_str(json).unwrap();
        let (_, user) = directory_user(&wire).unwrap();
        assert_eq!(user.user_type, UserType::Guest);
        assert_eq!(user.invitation, Some(InvitationStatus::Pending));
        assert!(user.enabled);
        assert_eq!(user.mail, Some(Email::from_service("ana.lee@fabrikam.com")));
        assert_eq!(
            user.other_mails,
            BTreeSet::from([Email::from_service("a@x.y")])
        );
    }
}
