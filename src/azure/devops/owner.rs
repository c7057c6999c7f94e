//! Who owns the organization. No reference has it: this is the provider behind the portal's page
//! "Overview", which GitHub's migration tool (github/gh-gei, `AdoApi.GetOrgOwner`) reads too.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::apply::port::{ApiErrorKind, Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::request::{Method, Repeat, Request};
use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::{OrganizationName, StorageKey};
use crate::model::live::Member;
use crate::model::person::Email;

/// The version in which public tools ask.
const VERSION: &str = "5.0-preview.1";

const PROVIDER: &str = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provided<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    data_providers: Providers<'a>,
}

#[derive(Default, Deserialize)]
struct Providers<'a> {
    // The name of PROVIDER.
    #[serde(
        rename = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider",
        borrow,
        default,
        deserialize_with = "or_default"
    )]
    overview: Overview<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Overview<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    current_owner: Option<WireOwner<'a>>,
    #[serde(borrow, default)]
    exception_type: Text<'a>,
}

#[derive(Deserialize)]
struct WireOwner<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    email: Text<'a>,
}

/// Who owns the organization, as the provider names them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    id: Option<StorageKey>,
    address: Option<Email>,
}

impl Owner {
    /// The user who that is: by id or, since nothing says what sort of id it is, by address.
    pub(crate) fn among(&self, members: &BTreeMap<StorageKey, Member>) -> Option<StorageKey> {
        let by_id = self.id.filter(|id| members.contains_key(id));
        let address = self.address.as_ref();
        let is_named = |member: &Member| {
            address == Some(&member.principal_name)
                || (address.is_some() && address == member.mail.as_ref())
        };
        by_id.or_else(|| {
            let mut named = members.iter().filter(|(_, member)| is_named(member));
            named.next().map(|(key, _)| *key)
        })
    }
}

/// Who owns the organization. A provider that fails says so inside a success.
pub(crate) async fn owner(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Owner, CallError> {
    let path = in_organization(organization, "_apis/Contribution/HierarchyQuery");
    let path = format!("{path}?api-version={VERSION}");
    let page = json!({ "routeValues": { "adminPivot": "organizationOverview" } });
    let query = json!({
        "contributionIds": [PROVIDER],
        "dataProviderContext": { "properties": { "sourcePage": page } },
    });
    let request = Request::with_json(Method::Post, Call::Owner, path, &query)?;
    let request = Request {
        repeat: Repeat::Freely,
        ..request
    };
    let answer = client.read(&request).await?;
    let provided: Provided<'_> = answer.json()?;
    let Overview {
        current_owner,
        exception_type,
    } = provided.data_providers.overview;
    let owner = current_owner.map(|owner| Owner {
        id: owner.id.as_str().parse().ok(),
        address: owner.email.get().map(Email::from_service),
    });
    owner.ok_or_else(|| {
        let code = exception_type.get().map(str::to_owned);
        let message = "the answer names no owner".to_owned();
        answer.error(ApiErrorKind::Unexpected, code, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_found_by_id_or_else_by_address() {
        let key = |number| StorageKey::new(uuid::Uuid::from_u128(number));
        let member = |name: &str| {
            let json = format!(
                r#"{{"principal_name":"{name}","display_name":"x","mail":"m.{name}",
                "access":"basic"}}"#
            );
            serde_json::from_str::<Member>(&json).unwrap()
        };
        let members = BTreeMap::from([(key(1), member("ana@x.y")), (key(2), member("lee@x.y"))]);
        let found = |id: u128, address: &str| {
            let owner = Owner {
                id: Some(key(id)),
                address: (!address.is_empty()).then(|| Email::from_service(address)),
            };
            owner.among(&members)
        };
        assert_eq!(found(2, "ana@x.y"), Some(key(2)));
        assert_eq!(found(9, "Ana@x.y"), Some(key(1)));
        assert_eq!(found(9, "m.lee@x.y"), Some(key(2)));
        assert_eq!(found(9, "zoe@x.y"), None);
        assert_eq!(found(9, ""), None);
    }
}
