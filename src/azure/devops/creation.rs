//! Who may bring organizations into a tenant. Azure DevOps shows a tenant's policies only through
//! an organization that is in it, so one is looked up first. The route is in no reference: public
//! tools (`AdoPS`, `Get-ADOPSTenantPolicy`) read the policy so.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::apply::port::{Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::request::Request;
use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::{ObjectId, OrganizationName, TenantId};
use crate::model::preflight::CreationPolicy;

use super::{catalog, wire};

const POLICY: &str = "TenantPolicy.OrganizationCreationRestriction";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy<'a> {
    #[serde(borrow, default)]
    value: Text<'a>,
    #[serde(borrow, default)]
    effective_value: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    #[serde(default)]
    allowed_users_and_group_object_ids: Value,
}

/// The policy, where some organization of the tenant lets it be seen; none where there is no
/// organization to ask through.
pub(crate) async fn policy(
    client: &Client,
    tenant: TenantId,
) -> Result<Option<CreationPolicy>, CallError> {
    let Some(through) = some_organization(client, tenant).await? else {
        return Ok(None);
    };
    let path = in_organization(&through, "_apis/TenantPolicy/Policies");
    let path = format!("{path}/{POLICY}?api-version={}", wire::PREVIEW);
    let answer = client
        .read(&Request::get(Call::CreationPolicy, path))
        .await?;
    let policy: Policy<'_> = answer.json()?;
    let is_on = policy.effective_value.get().or(policy.value.get());
    let is_on = is_on.ok_or_else(|| answer.unexpected("the policy has no value".to_owned()))?;
    Ok(Some(CreationPolicy {
        restricted: is_on.eq_ignore_ascii_case("true"),
        allowed: ids(&policy.properties.allowed_users_and_group_object_ids),
        through,
    }))
}

/// The ids of a list, which may be text that holds a list.
fn ids(value: &Value) -> BTreeSet<ObjectId> {
    match value {
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::String(text) => text
            .split(|c: char| !c.is_ascii_hexdigit() && c != '-')
            .filter_map(|id| id.parse().ok())
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => BTreeSet::new(),
    }
}

/// One that answers: where reading an organization failed, asking through it would fail too.
async fn some_organization(
    client: &Client,
    tenant: TenantId,
) -> Result<Option<OrganizationName>, CallError> {
    let all = catalog::organizations(client, tenant).await?;
    let found = all.read().find(|backed| !backed.name.is_empty());
    Ok(found.map(|backed| OrganizationName::new(&backed.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_from_a_list_and_from_its_text() {
        let id = "66666666-5555-4555-8555-000000000009";
        let list = serde_json::json!([id, id, null, 7]);
        let text = Value::from(format!("[\"{id}\"]"));
        let expected: BTreeSet<ObjectId> = [id.parse().unwrap()].into();
        assert_eq!(ids(&list), expected);
        assert_eq!(ids(&text), expected);
        assert_eq!(ids(&Value::Null), BTreeSet::new());
    }
}
