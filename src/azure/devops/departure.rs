//! What goes with a tenant that is left: its groups, and the rules on them. And who owns the
//! organization, which matters while no tenant backs it.
//!
//! Lists, like every read; but read only when a tenant is to be left. Groups and rules are those of
//! "Groups - List" and "Group Entitlements - List" in the REST reference. The owner is in no
//! reference: GitHub's migration tool asks the portal's own data provider for it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::azure::port::{ApiError, ApiErrorKind};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::page::{PAGES_MAX, endless};
use crate::azure::transport::request::{Method, Repeat, Request, unwritable};
use crate::model::access::EffectiveLevel;
use crate::model::ids::{Descriptor, OrganizationName, StorageKey};
use crate::model::live::{DirectoryGroup, Member};
use crate::model::person::Email;

use super::people::effective;
use super::read::next_page;
use super::wire;

/// The version in which public tools ask the portal's data providers.
const PROVIDERS_VERSION: &str = "5.0-preview.1";

/// The provider that tells the owner.
const OVERVIEW: &str = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider";

/// What a service says that does not tell. Only then is it not known; trouble is an error.
const fn is_no_answer(kind: ApiErrorKind) -> bool {
    match kind {
        ApiErrorKind::NotFound
        | ApiErrorKind::Forbidden
        | ApiErrorKind::Refused
        | ApiErrorKind::Unexpected => true,
        ApiErrorKind::Authentication
        | ApiErrorKind::Throttled
        | ApiErrorKind::Service
        | ApiErrorKind::Unreachable
        | ApiErrorKind::Untrusted => false,
    }
}

fn unless_told<T>(result: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match result {
        Ok(told) => Ok(Some(told)),
        Err(error) if is_no_answer(error.kind) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the organization has of its tenant, by what Azure DevOps calls it.
type Groups = BTreeMap<Descriptor, DirectoryGroup>;

/// What goes with a tenant, and who owns the organization without it; nothing is asked for unless the
/// tenant is to be left.
pub(crate) async fn read(
    client: &Client,
    organization: &OrganizationName,
    leaves: bool,
) -> Result<(Owner, Option<Groups>), ApiError> {
    if !leaves {
        return Ok((Owner::default(), None));
    }
    tokio::try_join!(owner(client, organization), groups(client, organization))
}

/// The groups of the tenant that the organization knows, each with the rule on it; none where the
/// service does not tell.
async fn groups(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Option<Groups>, ApiError> {
    let (listed, rules) = tokio::try_join!(
        async { unless_told(listed(client, organization).await) },
        async { unless_told(rules(client, organization).await) },
    )?;
    let Some(mut groups) = listed else {
        return Ok(None);
    };
    for (descriptor, level) in rules.unwrap_or_default() {
        if let Some(group) = groups.get_mut(&descriptor) {
            group.rule = Some(level);
        }
    }
    Ok(Some(groups))
}

async fn listed(client: &Client, organization: &OrganizationName) -> Result<Groups, ApiError> {
    let path = in_organization(organization, "_apis/graph/groups");
    let first = format!("{path}?subjectTypes=aadgp&api-version={}", wire::PREVIEW);
    let mut groups = BTreeMap::new();
    let mut next = first.clone();
    let mut token_before = String::new();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Host::Identities, next)).await?;
        let page: wire::List<wire::Group<'_>> = answer.json()?;
        let of_tenant = page.value.iter().filter(|group| group.origin.is("aad"));
        groups.extend(of_tenant.filter_map(|group| {
            let descriptor = Descriptor::new(group.descriptor.get()?);
            let display_name = group.display_name.as_str().to_owned();
            let rule = None;
            Some((descriptor, DirectoryGroup { display_name, rule }))
        }));
        let token = answer.header("x-ms-continuationtoken").unwrap_or_default();
        if token.is_empty() {
            return Ok(groups);
        }
        next = next_page(&answer, &first, &token_before, token)?;
        token.clone_into(&mut token_before);
    }
    Err(endless(Host::Identities, &first))
}

/// Every group rule, by what its group is called.
async fn rules(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Vec<(Descriptor, EffectiveLevel)>, ApiError> {
    let path = in_organization(organization, "_apis/groupentitlements");
    let path = format!("{path}?api-version={}", wire::ENTITLEMENTS);
    let answer = client.read(&Request::get(Host::Entitlements, path)).await?;
    let list: wire::List<wire::GroupRule<'_>> = answer.json()?;
    let rule = |rule: &wire::GroupRule<'_>| {
        let descriptor = Descriptor::new(rule.group.descriptor.get()?);
        Some((descriptor, effective(&rule.license_rule)))
    };
    Ok(list.value.iter().filter_map(rule).collect())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Query<'a> {
    contribution_ids: [&'a str; 1],
    data_provider_context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    source_page: SourcePage<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourcePage<'a> {
    route_values: RouteValues<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RouteValues<'a> {
    admin_pivot: &'a str,
}

/// Who owns the organization, as the service names them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    id: Option<StorageKey>,
    address: Option<Email>,
}

impl Owner {
    /// The user who that is: by id or, since nothing says what sort of id it is, by address.
    pub(crate) fn among(&self, members: &BTreeMap<StorageKey, Member>) -> Option<StorageKey> {
        let by_id = self.id.filter(|id| members.contains_key(id));
        let address = self.address.as_ref();
        let named = |member: &Member| {
            address == Some(&member.principal_name)
                || (member.mail.is_some() && address == member.mail.as_ref())
        };
        let by_address = || {
            let mut named = members.iter().filter(|(_, member)| named(member));
            named.next().map(|(key, _)| *key)
        };
        by_id.or_else(by_address)
    }
}

/// Who owns the organization; nobody where the service does not tell.
async fn owner(client: &Client, organization: &OrganizationName) -> Result<Owner, ApiError> {
    let path = in_organization(organization, "_apis/Contribution/HierarchyQuery");
    let path = format!("{path}?api-version={PROVIDERS_VERSION}");
    let query = Query {
        contribution_ids: [OVERVIEW],
        data_provider_context: Context {
            properties: Properties {
                source_page: SourcePage {
                    route_values: RouteValues {
                        admin_pivot: "organizationOverview",
                    },
                },
            },
        },
    };
    let request = Request::with_json(Method::Post, Host::DevOps, path, &query)
        .map_err(|error| unwritable(Method::Post, Host::DevOps, &error))?;
    // It is a query, although it is posted.
    let request = Request {
        repeat: Repeat::Freely,
        ..request
    };
    let Some(answer) = unless_told(client.read(&request).await)? else {
        return Ok(Owner::default());
    };
    // A provider that fails says so inside a success.
    let Ok(body) = answer.json::<wire::Providers<'_>>() else {
        return Ok(Owner::default());
    };
    let found = body.data_providers.overview.current_owner;
    Ok(Owner {
        id: found.id.as_str().parse().ok(),
        address: found.email.get().map(Email::from_service),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members() -> BTreeMap<StorageKey, Member> {
        let member = |name: &str, mail: &str| {
            serde_json::from_str::<Member>(&format!(
                r#"{{"principal_name":"{name}","display_name":"x","mail":"{mail}","access":"basic"}}"#
            ))
            .unwrap()
        };
        let key = |number: u128| StorageKey::new(uuid::Uuid::from_u128(number));
        BTreeMap::from([
            (key(1), member("ana@contoso.com", "ana@contoso.com")),
            (key(2), member("lee@outlook.com", "lee@mail.example")),
        ])
    }

    #[test]
    fn the_owner_is_found_by_id_or_else_by_address() {
        let owner = |id: Option<u128>, address: &str| Owner {
            id: id.map(|number| StorageKey::new(uuid::Uuid::from_u128(number))),
            address: (!address.is_empty()).then(|| Email::from_service(address)),
        };
        let found = |owner: Owner| owner.among(&members()).map(|key| key.guid().as_u128());
        assert_eq!(found(owner(Some(2), "ana@contoso.com")), Some(2));
        assert_eq!(found(owner(Some(9), "Ana@contoso.com")), Some(1));
        assert_eq!(found(owner(None, "lee@mail.example")), Some(2));
        assert_eq!(found(owner(Some(9), "somebody@contoso.com")), None);
        assert_eq!(found(owner(None, "")), None);
    }
}
