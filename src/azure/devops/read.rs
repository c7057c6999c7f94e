//! Reads of Azure DevOps: lists, page by page, never one request a person.

use std::collections::BTreeMap;

use tokio::time::sleep;

use crate::apply::port::{ApiErrorKind, Call, CallError};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::page::{PAGES_MAX, endless};
use crate::azure::transport::request::Request;
use crate::model::ids::{Descriptor, ObjectId, OrganizationId, OrganizationName, StorageKey};
use crate::model::live::{Caller, CallerKind, Member};
use crate::model::person::Email;

use super::applications::{self, Applications};
use super::people::{self, Disconnected, ListedUser};
use super::wire;

/// Who asks, and which organization answers.
pub(crate) struct Asked {
    /// The organization.
    pub(crate) organization: OrganizationId,
    /// Who asks.
    pub(crate) caller: Caller,
    /// What Azure DevOps calls them today; empty where it did not say.
    pub(crate) descriptor: String,
}

/// Who asks, and which organization answers.
pub(crate) async fn connection_data(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Asked, CallError> {
    let path = in_organization(organization, "_apis/connectionData");
    let path = format!("{path}?api-version={}", wire::PREVIEW);
    let answer = client
        .read(&Request::get(Call::ConnectionData, path))
        .await?;
    let data: wire::ConnectionData<'_> = answer.json()?;
    let missing = |what: &str| answer.unexpected(format!("the answer has no {what}"));
    let id = data.instance_id.as_str().parse();
    let user = &data.authenticated_user;
    let key = user.id.as_str().parse();
    // A directory user's descriptor ends in `\{sign-in name}`, a personal account's in `@Live.com`.
    let in_descriptor = user.descriptor.as_str().rsplit_once('\\').map(|(_, n)| n);
    let name = user.properties.account.value.get().or(in_descriptor);
    let descriptor = user.subject_descriptor.as_str();
    let kind = if people::is_no_persons(descriptor) {
        CallerKind::Application
    } else {
        CallerKind::Person
    };
    Ok(Asked {
        organization: id.map_err(|_| missing("organization id"))?,
        caller: Caller {
            storage_key: key.map_err(|_| missing("id of the caller"))?,
            principal_name: Email::from_service(name.unwrap_or_default()),
            kind,
        },
        descriptor: descriptor.to_owned(),
    })
}

/// The organization's list of users.
pub(crate) async fn users(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Vec<ListedUser>, CallError> {
    let path = in_organization(organization, "_apis/graph/users");
    let first = format!("{path}?subjectTypes=aad,msa&api-version={}", wire::PREVIEW);
    let mut users = Vec::new();
    graph_list(client, &first, |_, user| {
        users.extend(ListedUser::from_wire(user));
        Ok(())
    })
    .await?;
    Ok(users)
}

/// The organization's list of applications.
pub(crate) async fn applications(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Applications, CallError> {
    let path = in_organization(organization, "_apis/graph/serviceprincipals");
    let first = format!("{path}?api-version={}", wire::PREVIEW);
    let mut all = Applications::new();
    graph_list(client, &first, |answer, user| {
        let application = applications::listed(user).map_err(|why| answer.unexpected(why))?;
        all.extend(application);
        Ok(())
    })
    .await?;
    Ok(all)
}

/// Reads a list of the organization's graph to its end.
async fn graph_list(
    client: &Client,
    first: &str,
    mut take: impl FnMut(&Answer, &wire::User<'_>) -> Result<(), CallError> + Send,
) -> Result<(), CallError> {
    let mut next = first.to_owned();
    let mut token_before = String::new();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Call::Subjects, next)).await?;
        let page: wire::List<wire::User<'_>> = answer.json()?;
        page.value.iter().try_for_each(|user| take(&answer, user))?;
        // The absence of the header is the only sign of the end.
        let token = answer.header("x-ms-continuationtoken").unwrap_or_default();
        if token.is_empty() {
            return Ok(());
        }
        next = next_page(&answer, first, &token_before, token)?;
        token.clone_into(&mut token_before);
    }
    Err(endless(Call::Subjects, first))
}

/// Which parts of an entitlement are read besides the access level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum With {
    /// None.
    Nothing,
    /// Membership of projects.
    Projects,
}

/// How often a list is read whose pages do not add up. With a second before the second time this is
/// a quarter of a minute.
const READINGS_MAX: u32 = 5;

/// Everybody with an entitlement.
#[derive(Default)]
pub(crate) struct Entitled {
    /// People.
    pub(crate) members: BTreeMap<StorageKey, Member>,
    /// Applications of a tenant, which the service lists among people.
    pub(crate) applications: Applications,
}

/// Everybody with an entitlement. Pages may come from replicas of which one
/// knows already whom we have just taken out and another does not; then the list is read again.
pub(crate) async fn members(
    client: &Client,
    organization: &OrganizationName,
    with: With,
) -> Result<Entitled, CallError> {
    let mut wait = client.backoff_first();
    let mut reading = 1;
    loop {
        match members_once(client, organization, with).await? {
            Ok(entitled) => return Ok(entitled),
            Err(short) if reading == READINGS_MAX => return Err(short),
            Err(_) => {}
        }
        reading += 1;
        sleep(wait).await;
        wait = wait.saturating_mul(2);
    }
}

/// Everybody, or why the pages do not add up.
async fn members_once(
    client: &Client,
    organization: &OrganizationName,
    with: With,
) -> Result<Result<Entitled, CallError>, CallError> {
    let path = in_organization(organization, "_apis/userentitlements");
    let select = match with {
        With::Nothing => "",
        With::Projects => "select=projects&",
    };
    let first = format!("{path}?{select}api-version={}", wire::ENTITLEMENTS);
    let mut entitled = Entitled::default();
    let mut listed: u64 = 0;
    let mut next = first.clone();
    let mut token_before = String::new();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Call::Members, next)).await?;
        let page: wire::Entitlements<'_> = answer.json()?;
        let items = page.items.or(page.members);
        let items = items.ok_or_else(|| answer.unexpected("the answer has no list".to_owned()))?;
        listed += u64::try_from(items.len()).unwrap_or(u64::MAX);
        for item in &items {
            match people::member(item).map_err(|why| answer.unexpected(why))? {
                Some((key, member)) => {
                    entitled.members.insert(key, member);
                }
                None => entitled.applications.extend(applications::entitled(item)),
            }
        }
        let Some(token) = page.continuation_token.get() else {
            return Ok(match page.total_count {
                Some(total) if listed < total => Err(answer.unexpected(format!(
                    "the list ends after {listed} of {total} entitlements"
                ))),
                Some(_) | None => Ok(entitled),
            });
        };
        next = next_page(&answer, &first, &token_before, token)?;
        token.clone_into(&mut token_before);
    }
    Err(endless(Call::Members, &first))
}

/// The users that lost their sign-in; none where the service does not tell. The route is not
/// documented, so whatever it says but a list is no answer.
pub(crate) async fn disconnected(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Option<Disconnected>, CallError> {
    let path = in_organization(organization, "_apis/OrganizationSettings/DisconnectedUser");
    let path = format!("{path}?api-version={}", wire::PREVIEW);
    let answer = match client
        .read(&Request::get(Call::DisconnectedUsers, path))
        .await
    {
        Ok(answer) => answer,
        Err(error) => {
            return match error.kind() {
                ApiErrorKind::NotFound
                | ApiErrorKind::Forbidden
                | ApiErrorKind::Refused
                | ApiErrorKind::Unexpected => Ok(None),
                ApiErrorKind::Authentication
                | ApiErrorKind::Throttled
                | ApiErrorKind::Service
                | ApiErrorKind::Unreachable
                | ApiErrorKind::Untrusted => Err(error),
            };
        }
    };
    let Ok(list) = answer.json::<wire::DisconnectedUsers<'_>>() else {
        return Ok(None);
    };
    let mut disconnected = Disconnected::default();
    for user in &list.users {
        match (user.descriptor.get(), user.preferred_email_address.get()) {
            (Some(descriptor), _) => {
                disconnected.descriptors.insert(descriptor.to_owned());
            }
            (None, Some(address)) => {
                disconnected.addresses.insert(Email::from_service(address));
            }
            (None, None) => {}
        }
    }
    Ok(Some(disconnected))
}

/// What Azure DevOps calls a user now.
pub(crate) async fn descriptor(
    client: &Client,
    organization: &OrganizationName,
    member: StorageKey,
) -> Result<Descriptor, CallError> {
    let path = in_organization(organization, "_apis/graph/descriptors");
    let path = format!("{path}/{member}?api-version={}", wire::PREVIEW);
    let answer = client.read(&Request::get(Call::Descriptor, path)).await?;
    let value: wire::Value<'_> = answer.json()?;
    let descriptor = value.value.get().map(Descriptor::new);
    descriptor.ok_or_else(|| answer.unexpected("the answer has no descriptor".to_owned()))
}

/// The directory identity that a user is now.
pub(crate) async fn identity(
    client: &Client,
    organization: &OrganizationName,
    descriptor: &Descriptor,
) -> Result<Option<ObjectId>, CallError> {
    let path = user_path(organization, descriptor);
    let answer = client.read(&Request::get(Call::Subjects, path)).await?;
    let user: wire::User<'_> = answer.json()?;
    Ok(people::object_id(&user))
}

/// The path of one user.
pub(crate) fn user_path(organization: &OrganizationName, descriptor: &Descriptor) -> String {
    let path = in_organization(organization, "_apis/graph/users");
    let descriptor = encode(descriptor.as_str());
    format!("{path}/{descriptor}?api-version={}", wire::PREVIEW)
}

/// The same list with a continuation token, strictly encoded: the service answers 500 otherwise.
pub(super) fn next_page(
    answer: &Answer,
    first: &str,
    token_before: &str,
    token: &str,
) -> Result<String, CallError> {
    if token == token_before {
        return Err(answer.unexpected("the list goes in circles".to_owned()));
    }
    Ok(format!("{first}&continuationToken={}", encode(token)))
}
