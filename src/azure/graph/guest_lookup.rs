//! Whether somebody whose invitation is in doubt has come of it. Of many in one batch, and by two ways:
//! by address, which goes by an index that learns of new users late, and by the principal name that
//! the service gives to a guest, which does not.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::apply::port::{ApiErrorKind, Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::coalesce::Coalesce;
use crate::azure::transport::encode::encode;
use crate::azure::transport::request::{Repeat, Request};
use crate::model::ids::ObjectId;
use crate::model::person::Email;

use super::batch::{self, Item, ItemAnswer};
use super::filter;
use super::read::directory_user;
use super::wire::{Organization, Page, USER_FIELDS, User};

/// What a look has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Whoever has the address.
    Somebody(ObjectId),
    /// Nobody has it, by either way.
    Nobody,
    /// One of the ways was not open.
    #[default]
    Unclear,
}

/// Guests who are to be looked for, of whom many are looked for together.
#[derive(Debug)]
pub(crate) struct Looks<'a> {
    by_address: Coalesce<&'a Email, Seen>,
    both_ways: Coalesce<&'a Email, Seen>,
}

impl Looks<'_> {
    /// Collects for so long before each look.
    pub(crate) const fn new(window: Duration) -> Self {
        Self {
            by_address: Coalesce::new(window),
            both_ways: Coalesce::new(window),
        }
    }
}

/// The domain that a tenant was made with, in which guests get their principal names. Read once.
pub(crate) type InitialDomain = OnceCell<String>;

/// Looks for somebody by address, together with others who are looked for now. Whom that does not
/// find may be there all the same.
pub(crate) async fn look<'a>(
    client: &Client,
    looks: &Looks<'a>,
    address: &'a Email,
) -> Result<Option<ObjectId>, CallError> {
    let find = |addresses: Vec<&'a Email>| async move { find(client, None, &addresses).await };
    match looks.by_address.ask(address, find).await? {
        Seen::Somebody(user) => Ok(Some(user)),
        Seen::Nobody | Seen::Unclear => Ok(None),
    }
}

/// Looks for somebody both ways, together with others: what this does not find is not there.
pub(crate) async fn look_closely<'a>(
    client: &Client,
    domain: &InitialDomain,
    looks: &Looks<'a>,
    address: &'a Email,
) -> Result<Seen, CallError> {
    let find = |addresses: Vec<&'a Email>| async move {
        let domain = domain.get_or_try_init(|| initial_domain(client)).await?;
        find(client, Some(domain), &addresses).await
    };
    looks.both_ways.ask(address, find).await
}

async fn find<'a>(
    client: &Client,
    domain: Option<&str>,
    addresses: &[&'a Email],
) -> Result<BTreeMap<&'a Email, Seen>, CallError> {
    let mut found = BTreeMap::new();
    for chunk in addresses.chunks(filter::CLAUSES_MAX) {
        found.extend(find_chunk(client, domain, chunk).await?);
    }
    Ok(found)
}

/// Three queries and a name for each of fifteen people at most: never more than a batch holds.
async fn find_chunk<'a>(
    client: &Client,
    domain: Option<&str>,
    addresses: &[&'a Email],
) -> Result<BTreeMap<&'a Email, Seen>, CallError> {
    let queries = filter::queries(&addresses.iter().copied().collect());
    let guest_names = addresses
        .iter()
        .filter_map(|address| Some(by_name(address, domain?)));
    let urls: Vec<String> = queries.iter().cloned().chain(guest_names).collect();
    let items = urls.iter().enumerate().map(|(id, url)| Item::get(id, url));
    let items: Vec<Item<'_>> = items.collect();
    let answers = batch::send(client, &items, Repeat::Freely).await?;
    let answer = |id: usize| answers.get(&id.to_string());
    let mut by_address = Some(Vec::new());
    for id in 0..queries.len() {
        let users = answer(id).and_then(users_on_page);
        by_address = by_address.zip(users).map(|(mut all, users)| {
            all.extend(users);
            all
        });
    }
    let all = by_address.as_deref();
    let seen = addresses.iter().enumerate().map(|(n, address)| {
        let by_name = answer(queries.len() + n);
        (*address, seen(address, all, by_name))
    });
    Ok(seen.collect())
}

type Known = (ObjectId, BTreeSet<Email>);

fn seen(address: &Email, by_address: Option<&[Known]>, named: Option<&ItemAnswer>) -> Seen {
    let has_it = |(_, addresses): &&Known| addresses.contains(address);
    let by_name = named.filter(|answer| answer.is_good()).and_then(known);
    let listed = by_address.unwrap_or_default().iter();
    if let Some((id, _)) = listed.chain(&by_name).find(has_it) {
        return Seen::Somebody(*id);
    }
    // The name may be another one's, and be taken by somebody without the address.
    let is_clear = by_name.is_some() || named.is_some_and(|answer| answer.status == 404);
    if by_address.is_some() && is_clear {
        Seen::Nobody
    } else {
        Seen::Unclear
    }
}

fn users_on_page(answer: &ItemAnswer) -> Option<Vec<Known>> {
    let page: Page<'_, User<'_>> = Some(answer).filter(|it| it.is_good())?.json()?;
    // A list that goes on is about somebody else's address as well, and does not say enough.
    let is_whole = page.next_link.get().is_none();
    is_whole.then(|| page.value.iter().filter_map(addresses_of).collect())
}

fn known(answer: &ItemAnswer) -> Option<Known> {
    addresses_of(&answer.json()?)
}

fn addresses_of(user: &User<'_>) -> Option<Known> {
    let (id, user) = directory_user(user)?;
    Some((id, user.addresses().cloned().collect()))
}

/// A guest's principal name: the address with `_` for `@`, and a mark; see "Properties of a Microsoft
/// Entra B2B collaboration user".
fn by_name(address: &Email, domain: &str) -> String {
    let flat = address.as_str().replace('@', "_");
    let name = encode(&format!("{flat}#EXT#@{domain}")).replace("%40", "@");
    format!("/users/{name}?$select={USER_FIELDS}")
}

async fn initial_domain(client: &Client) -> Result<String, CallError> {
    let path = "/v1.0/organization?$select=verifiedDomains".to_owned();
    let answer = client.read(&Request::get(Call::Tenant, path)).await?;
    let page: Page<'_, Organization<'_>> = answer.json()?;
    let mut domains = page
        .value
        .iter()
        .flat_map(|tenant| &tenant.verified_domains);
    let initial = domains.find(|domain| domain.is_initial == Some(true));
    let name = initial.and_then(|domain| domain.name.get());
    name.map(str::to_lowercase).ok_or_else(|| {
        let message = "the answer does not name the domain that guests are named in";
        answer.error(ApiErrorKind::Unexpected, None, message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_named_by_the_address_and_the_domain_of_the_tenant() {
        let path = by_name(
            &Email::from_service("Ana.Lee+x@Fabrikam.com"),
            "contoso.onmicrosoft.com",
        );
        let (name, _) = path.split_once('?').unwrap();
        let expected = "/users/ana.lee%2Bx_fabrikam.com%23EXT%23@contoso.onmicrosoft.com";
        assert_eq!(name, expected);
    }

    #[test]
    fn only_who_is_missed_by_both_ways_is_nobody() {
        let noor = Email::from_service("noor@fabrikam.com");
        let id: ObjectId = "66666666-5555-4555-8555-000000000006".parse().unwrap();
        let listed = [(id, BTreeSet::from([noor.clone()]))];
        let answer = |status, body: &str| batch::tests::answer(status, body);
        let (missing, broken) = (answer(404, "{}"), answer(503, "{}"));
        assert_eq!(
            seen(&noor, Some(&listed), Some(&broken)),
            Seen::Somebody(id)
        );
        assert_eq!(seen(&noor, Some(&[]), Some(&missing)), Seen::Nobody);
        assert_eq!(seen(&noor, Some(&[]), Some(&broken)), Seen::Unclear);
        assert_eq!(seen(&noor, Some(&[]), None), Seen::Unclear);
        assert_eq!(seen(&noor, None, Some(&missing)), Seen::Unclear);
        let user = |mail: &str| {
            let name = "noor_fabrikam.com#EXT#@contoso.onmicrosoft.com";
            let body = format!(r#"{{"id":"{id}","userPrincipalName":"{name}","mail":"{mail}"}}"#);
            answer(200, &body)
        };
        let late_in_the_index = seen(&noor, Some(&[]), Some(&user("noor@fabrikam.com")));
        assert_eq!(late_in_the_index, Seen::Somebody(id));
        let another = seen(&noor, Some(&[]), Some(&user("noor@fabrikam.org")));
        assert_eq!(another, Seen::Nobody);
    }
}
