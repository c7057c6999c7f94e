//! Who may bring organizations into a tenant. Azure DevOps shows a tenant's policies only through
//! an organization that is in it, so one is looked up first. Neither route is in a reference:
//! public tools (AdoPS, `Get-ADOPSTenantPolicy`) read the policy so, and the list is what the
//! portal downloads.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::azure::port::ApiError;
use crate::azure::transport::client::Client;
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::request::{Expect, Request};
use crate::azure::transport::text::{Text, or_default};
use crate::model::ids::{ObjectId, OrganizationName, TenantId};
use crate::model::preflight::CreationPolicy;

use super::wire;

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
) -> Result<Option<CreationPolicy>, ApiError> {
    let Some(through) = some_organization(client, tenant).await? else {
        return Ok(None);
    };
    let path = in_organization(&through, "_apis/TenantPolicy/Policies");
    let path = format!("{path}/{POLICY}?api-version={}", wire::PREVIEW);
    let answer = client.read(&Request::get(Host::Identities, path)).await?;
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

async fn some_organization(
    client: &Client,
    tenant: TenantId,
) -> Result<Option<OrganizationName>, ApiError> {
    let version = wire::PREVIEW;
    let path =
        format!("/_apis/EnterpriseCatalog/Organizations?tenantId={tenant}&api-version={version}");
    let request = Request {
        expect: Expect::Text,
        ..Request::get(Host::Entitlements, path)
    };
    let answer = client.read(&request).await?;
    let mut rows = answer.text()?.lines();
    let column = rows.next().map(cells).and_then(|head| {
        let is_name = |cell: &String| cell.eq_ignore_ascii_case("Organization Name");
        head.iter().position(is_name)
    });
    let column = column.ok_or_else(|| answer.unexpected("the list has no names".to_owned()))?;
    let name = |row: &str| cells(row).into_iter().nth(column);
    let is_name = |name: &String| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !name.is_empty() && name.chars().all(fits)
    };
    let found = rows.filter_map(name).find(is_name);
    Ok(found.map(OrganizationName::new))
}

/// The cells of a line of CSV, without the blanks that the service puts behind each comma.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match (c, cells.last_mut()) {
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => cells.push(String::new()),
            (_, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_cells_whatever_stands_in_them() {
        let cells = cells("1, contoso , \"a, b\",, ana@contoso.com");
        assert_eq!(cells, ["1", "contoso", "a, b", "", "ana@contoso.com"]);
    }

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
