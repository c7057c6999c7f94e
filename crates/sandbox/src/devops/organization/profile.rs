//! What is asked without naming an organization: who the caller is, the caller's organizations, and
//! the organizations of a tenant.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{World, derived_guid};
use orgctl_model::ids::{StorageKey, TenantId};

use crate::devops::Call;
use crate::devops::protocol::credentials::{self, Credential};
use crate::devops::protocol::error::refused;

/// A person's id in every organization. Never the storage key.
fn public_alias(key: StorageKey) -> Uuid {
    derived_guid(&["profile", &key.to_string()])
}

/// `GET _apis/profile/profiles/{id}`; `me` is the caller.
pub(crate) fn profile(call: &Call<'_>, id: &str) -> Reply {
    call.shared.read(|world| {
        let caller = world.caller();
        let caller = caller.filter(|(key, _)| {
            id.eq_ignore_ascii_case("me") || id.parse() == Ok(public_alias(*key))
        });
        let Some((key, member)) = caller else {
            return refused(StatusCode::NOT_FOUND, "The profile does not exist.");
        };
        let alias = public_alias(key);
        let body = json!({
            "displayName": member.display_name,
            "publicAlias": alias,
            "emailAddress": member.mail.as_ref().unwrap_or(&member.principal_name),
            "coreRevision": 1,
            "timeStamp": world.now().devops().to_string(),
            "id": alias,
            "revision": 1,
        });
        Reply::json(StatusCode::OK, &body)
    })
}

/// `GET _apis/accounts?memberId=|ownerId=`
pub(crate) fn accounts(call: &Call<'_>) -> Reply {
    let given = |name| {
        call.request
            .query(name)
            .and_then(|id| id.parse::<Uuid>().ok())
    };
    let (member, owner) = (given("memberId"), given("ownerId"));
    if member.is_none() && owner.is_none() {
        let message = "One of memberId and ownerId must be set.";
        return refused(StatusCode::BAD_REQUEST, message);
    }
    call.shared.read(|world| {
        let organization = world.organization();
        let caller = public_alias(organization.caller);
        let is_member = member.is_none_or(|member| member == caller);
        let is_owner = owner.is_none_or(|owner| world.owner().map(public_alias) == Some(owner));
        let name = &organization.name;
        let account = json!({
            "accountId": organization.id,
            "accountUri": call.shared.link_for(call.request, &format!("vssps.dev.azure.com/{name}/")),
            "accountName": name,
            "properties": {},
        });
        let value: Vec<Value> = (is_member && is_owner)
            .then_some(account)
            .into_iter()
            .collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

/// `GET _apis/EnterpriseCatalog/Organizations?tenantId=`: CSV, for who signed in with the directory
/// and holds the tenant's role. Everybody else gets the page that asks to sign in.
pub(crate) fn catalog(call: &Call<'_>) -> Reply {
    let tenant: Option<TenantId> = call
        .request
        .query("tenantId")
        .and_then(|id| id.parse().ok());
    let Some(tenant) = tenant else {
        return refused(StatusCode::BAD_REQUEST, "The tenantId must be set.");
    };
    let may =
        |world: &World| !world.contents().no_tenant_role && tenant == world.directory().tenant;
    if call.credential != Credential::Directory || !call.shared.read(may) {
        return credentials::refusal(call.shared, call.request);
    }
    let text = call.shared.read(|world| {
        let mut lines = vec![CATALOG_HEADER.to_owned()];
        let organization = world.organization();
        if organization.tenant == Some(tenant) {
            let owner = world.owner().and_then(|key| world.member(key));
            let owner = owner.map_or("", |owner| &owner.principal_name);
            let id = organization.id.guid();
            lines.push(line(id, organization.name.as_str(), owner, ("", "")));
        }
        for other in &world.contents().other_organizations {
            let trouble = other.trouble.as_ref();
            let trouble = trouble.map_or(("", ""), |why| (&*why.exception, &*why.message));
            lines.push(line(other.id, &other.name, &other.owner, trouble));
        }
        lines.join("\r\n")
    });
    let body = [b"\xEF\xBB\xBF", text.as_bytes(), b"\r\n"].concat();
    Reply::bytes(StatusCode::OK, "text/csv", body)
}

/// As the service writes it, spaces included.
const CATALOG_HEADER: &str =
    "Organization Id, Organization Name, Url, Owner, Exception Type, Error Message";

fn line(id: Uuid, name: &str, owner: &str, (exception, message): (&str, &str)) -> String {
    let url = format!("https://dev.azure.com/{name}/");
    let cells = [&*id.to_string(), name, &*url, owner, exception, message];
    cells.map(cell).join(", ")
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
