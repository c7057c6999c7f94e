//! Other people's personal access tokens and SSH keys: "Token Administration" of the Azure DevOps REST
//! reference. Only names, ids and ends are read; the service does not give the secrets out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::apply::port::{ApiErrorKind, Call, CallError, Outcome};
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::page::{PAGES_MAX, endless};
use crate::azure::transport::request::{Expect, Method, Repeat, Request};
use crate::azure::transport::side_by_side::side_by_side;
use crate::azure::transport::text::Text;
use crate::model::credential::{Credential, Credentials, Held};
use crate::model::ids::{AuthorizationId, Descriptor, OrganizationName, RemoteId, StorageKey};

use super::read::next_page;
use super::wire;

/// Tokens on a page. Few people have more than a handful; one page is then all that is asked for.
const PAGE: u32 = 100;

/// People asked about at a time. The service has no list of everybody's.
const READS_AT_ONCE: usize = 8;

/// Which of the two the service's `isPublic` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    /// Personal access tokens.
    Token,
    /// SSH keys.
    SshKey,
}

impl CredentialKind {
    const fn is_public(self) -> bool {
        match self {
            Self::Token => false,
            Self::SshKey => true,
        }
    }
}

/// A page of somebody's tokens. Without a list it is no answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    #[serde(borrow)]
    value: Vec<SessionToken<'a>>,
    #[serde(borrow, default)]
    continuation_token: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionToken<'a> {
    #[serde(borrow, default)]
    authorization_id: Text<'a>,
    #[serde(borrow, default)]
    display_name: Text<'a>,
    #[serde(borrow, default)]
    valid_to: Text<'a>,
    #[serde(default)]
    is_valid: Option<bool>,
}

/// Credentials of one user that are to be revoked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Revocation<'a> {
    /// Whose.
    pub(crate) member: StorageKey,
    /// Which.
    pub(crate) credentials: &'a [Credential],
    /// Of which kind.
    pub(crate) kind: CredentialKind,
}

/// What the users have: two requests a person, because the service has no other way. A caller who may
/// not ask is refused for everybody, so the first refusal ends it.
pub(crate) async fn credentials(
    client: &Client,
    organization: &OrganizationName,
    users: &BTreeMap<StorageKey, Descriptor>,
) -> Result<Credentials, CallError> {
    let mut held = BTreeMap::new();
    let users: Vec<_> = users.iter().collect();
    for few in users.chunks(READS_AT_ONCE) {
        let asked = few
            .iter()
            .map(|(key, user)| async move { (**key, of_one(client, organization, user).await) })
            .collect();
        for (key, answer) in side_by_side(READS_AT_ONCE, asked).await {
            match answer {
                Ok(one) if one.is_empty() => {}
                Ok(one) => {
                    held.insert(key, one);
                }
                Err(error) => return unreadable(error),
            }
        }
    }
    Ok(Credentials::Known(held))
}

/// Who may not ask is told so in three ways, by the documentation of the route.
fn unreadable(error: CallError) -> Result<Credentials, CallError> {
    match error.kind() {
        ApiErrorKind::Forbidden | ApiErrorKind::NotFound | ApiErrorKind::Authentication => {
            Ok(Credentials::Unreadable(error.message().to_owned()))
        }
        ApiErrorKind::Refused
        | ApiErrorKind::Throttled
        | ApiErrorKind::Service
        | ApiErrorKind::Unreachable
        | ApiErrorKind::Untrusted
        | ApiErrorKind::Unexpected => Err(error),
    }
}

async fn of_one(
    client: &Client,
    organization: &OrganizationName,
    user: &Descriptor,
) -> Result<Held, CallError> {
    let (tokens, ssh_keys) = tokio::try_join!(
        list(client, organization, user, CredentialKind::Token),
        list(client, organization, user, CredentialKind::SshKey),
    )?;
    Ok(Held { tokens, ssh_keys })
}

async fn list(
    client: &Client,
    organization: &OrganizationName,
    user: &Descriptor,
    kind: CredentialKind,
) -> Result<Vec<Credential>, CallError> {
    let path = in_organization(organization, "_apis/tokenadmin/personalaccesstokens");
    let first = format!(
        "{path}/{}?pageSize={PAGE}&isPublic={}&api-version={}",
        encode(user.as_str()),
        kind.is_public(),
        wire::PREVIEW
    );
    let mut credentials = Vec::new();
    let mut next = first.clone();
    let mut token_before = String::new();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Call::Credentials, next)).await?;
        let page: Page<'_> = answer.json()?;
        credentials.extend(page.value.iter().filter_map(credential));
        let Some(token) = page.continuation_token.get() else {
            credentials.sort_unstable();
            return Ok(credentials);
        };
        next = next_page(&answer, &first, &token_before, token)?;
        token.clone_into(&mut token_before);
    }
    Err(endless(Call::Credentials, &first))
}

/// One that is of use; one that has ended or was revoked already is not.
fn credential(token: &SessionToken<'_>) -> Option<Credential> {
    if token.is_valid == Some(false) {
        return None;
    }
    let id: AuthorizationId = token.authorization_id.as_str().parse().ok()?;
    // The dates may have no zone, so the day is all that can be relied on. Year 1 means none.
    let day = token.valid_to.as_str().get(..10);
    Some(Credential {
        name: token.display_name.as_str().to_owned(),
        id,
        valid_to: day
            .filter(|day| !day.starts_with("0001"))
            .map(str::to_owned),
    })
}

#[derive(Serialize)]
struct Revoked {
    #[serde(rename = "authorizationId")]
    authorization_id: AuthorizationId,
}

/// Revokes what one user has of one kind. Revoking twice does no harm, so it may be repeated.
pub(crate) async fn revoke(
    client: &Client,
    organization: &OrganizationName,
    revocation: &Revocation<'_>,
) -> Outcome {
    let remote_id = RemoteId::StorageKey(revocation.member);
    let path = in_organization(organization, "_apis/tokenadmin/revocations");
    let is_public = revocation.kind.is_public();
    let path = format!("{path}?isPublic={is_public}&api-version={}", wire::PREVIEW);
    let body: Vec<Revoked> = revocation
        .credentials
        .iter()
        .map(|one| Revoked {
            authorization_id: one.id,
        })
        .collect();
    let request = match Request::with_json(Method::Post, Call::RevokeCredentials, path, &body) {
        Ok(request) => Request {
            expect: Expect::Nothing,
            repeat: Repeat::Freely,
            ..request
        },
        Err(error) => return Outcome::failed(error),
    };
    match client.send(&request).await {
        Ok(answer) => Outcome::Done {
            remote_id,
            request_id: answer.request_id(),
        },
        Err(failure) if failure.may_be_done => Outcome::unsure(*failure.error),
        Err(failure) => Outcome::failed(*failure.error),
    }
}
