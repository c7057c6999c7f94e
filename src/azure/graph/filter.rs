//! Filters that find users by address, and whether they or full pages cost fewer requests. Pure.

use std::collections::BTreeSet;

use crate::azure::transport::encode::{encode, quote};
use crate::model::ids::ObjectId;
use crate::model::person::Email;

use super::batch;
use super::wire::USER_FIELDS;

/// The most users that Graph puts on a page; see "List users" in its reference.
pub(crate) const PAGE_USERS_MAX: u64 = 999;

/// The most values or clauses in one filter without the advanced query mode, whose index lags
/// behind; see "Use the $filter query parameter" in the Graph documentation.
pub(crate) const CLAUSES_MAX: usize = 15;

/// The longest value that a filter compares in that mode, in characters.
const VALUE_CHARS_MAX: usize = 120;

/// How to read the users with certain addresses in the fewest requests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Every user of the tenant, page by page.
    Pages,
    /// These queries, in batches.
    Queries(Vec<String>),
}

/// Picks the cheaper way. Users that both find are the same.
pub(crate) fn cheaper_way(users: u64, addresses: &BTreeSet<&Email>) -> Way {
    let fits = |address: &&Email| address.as_str().chars().count() <= VALUE_CHARS_MAX;
    if !addresses.iter().all(fits) {
        return Way::Pages;
    }
    let queries = queries(addresses);
    let pages = users.div_ceil(PAGE_USERS_MAX).max(1);
    let batches = queries.len().div_ceil(batch::ITEMS_MAX);
    // One request either way: a page is one query for the service to run, a batch up to twenty.
    if u64::try_from(batches).is_ok_and(|batches| batches < pages) {
        Way::Queries(queries)
    } else {
        Way::Pages
    }
}

/// The way to one user, below the version.
pub(crate) fn by_id(id: ObjectId) -> String {
    format!("/users/{id}?$select={USER_FIELDS}")
}

/// The first page of all users.
pub(crate) fn all_users() -> String {
    format!("/v1.0/users?$select={USER_FIELDS}&$top={PAGE_USERS_MAX}")
}

/// Queries that together find whoever has one of these addresses.
pub(crate) fn queries(addresses: &BTreeSet<&Email>) -> Vec<String> {
    let addresses: Vec<&Email> = addresses.iter().copied().collect();
    let filters = addresses.chunks(CLAUSES_MAX).flat_map(|chunk| {
        let quoted: Vec<String> = chunk.iter().map(|email| quote(email.as_str())).collect();
        let list = quoted.join(",");
        let others: Vec<String> = quoted
            .iter()
            .map(|value| format!("otherMails/any(m:m eq {value})"))
            .collect();
        [
            format!("userPrincipalName in ({list})"),
            format!("mail in ({list})"),
            others.join(" or "),
        ]
    });
    filters.map(|filter| query(&filter)).collect()
}

fn query(filter: &str) -> String {
    format!(
        "/users?$select={USER_FIELDS}&$top={PAGE_USERS_MAX}&$filter={}",
        encode(filter)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(count: usize) -> Vec<Email> {
        (0..count)
            .map(|n| Email::from_service(&format!("p{n}@contoso.com")))
            .collect()
    }

    fn way(users: u64, people: &[Email]) -> Way {
        cheaper_way(users, &people.iter().collect())
    }

    #[test]
    fn no_filter_has_too_many_clauses() {
        let people = people(31);
        let queries = queries(&people.iter().collect());
        assert_eq!(queries.len(), 9, "three chunks, three properties each");
        for query in &queries {
            let values = query.matches("%40contoso.com").count();
            assert!(values <= CLAUSES_MAX, "{query}");
        }
    }

    #[test]
    fn few_among_many_are_looked_up_and_many_are_paged() {
        assert!(matches!(way(50_000, &people(100)), Way::Queries(_)));
        assert_eq!(way(500, &people(100)), Way::Pages);
        assert_eq!(way(50_000, &people(50_000)), Way::Pages);
        // 6 batches of 20 queries find 600 addresses; 6 pages hold 5,994 users.
        assert_eq!(way(5_994, &people(600)), Way::Pages);
        assert!(matches!(way(5_995, &people(600)), Way::Queries(_)));
        assert_eq!(way(5_000, &[]), Way::Queries(Vec::new()));
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let address = Email::from_service("o'brien@x.y");
        let queries = queries(&BTreeSet::from([&address])).concat();
        let quoted = encode("'o''brien@x.y'");
        assert_eq!(queries.matches(&quoted).count(), 3, "{queries}");
        assert!(!queries.contains('\''), "{queries}");
    }

    #[test]
    fn an_address_too_long_for_a_filter_takes_pages() {
        let long = Email::from_service(&format!("{}@contoso.com", "a".repeat(120)));
        assert_eq!(way(50_000, &[long]), Way::Pages);
    }
}
