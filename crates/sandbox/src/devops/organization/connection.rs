//! The organization itself: which tenant backs it, who asks, who is left disconnected, and the
//! route that changes the tenant.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::reply::Reply;
use crate::shared::Shared;
use crate::world::{ConnectRefusal, Member, World};
use orgctl_model::ids::{StorageKey, TenantId};

use crate::devops::Call;
use crate::devops::protocol::credentials::{BASIC_CHALLENGE, NO_TENANT, bearer_challenge};
use crate::devops::protocol::error::refused;

/// The service that owns an organization's collection.
const SERVICE_OWNER: &str = "00025394-6065-48ca-87d9-7f5672854ef7";

/// The one way in that is told.
const PUBLIC_ACCESS: &str = "PublicAccessMapping";

/// `HEAD /{org}`: names the tenant to anybody.
pub(crate) fn probe(shared: &Shared, signed_in: bool) -> Reply {
    let tenant = shared.read(World::shown_tenant);
    let status = if signed_in {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    };
    let name = shared.read(|world| world.organization().name.clone());
    let shown = tenant.unwrap_or(NO_TENANT);
    Reply::empty(status)
        .header("www-authenticate", bearer_challenge(tenant))
        .header("www-authenticate", BASIC_CHALLENGE)
        .header("x-vss-resourcetenant", shown.to_string())
        .header(
            "x-vss-authorizationendpoint",
            format!("https://vssps.dev.azure.com/{name}/"),
        )
        .header(
            "x-tfs-fedauthrealm",
            "https://spsprodsandbox.vssps.visualstudio.com/",
        )
        .header(
            "x-tfs-fedauthissuer",
            format!("https://dev.azure.com/{name}/"),
        )
}

/// `GET _apis/connectionData`: who asks.
pub(crate) fn data(call: &Call<'_>) -> Reply {
    let options = call.request.query("connectOptions").unwrap_or_default();
    let whole = !matches!(options.to_ascii_lowercase().as_str(), "" | "0" | "none");
    call.shared.read(|world| {
        let Some((key, member)) = world.caller() else {
            return refused(StatusCode::NOT_FOUND, "The caller is not a user any more.");
        };
        let user = asking_user(key, member);
        let mut location = json!({
            "serviceOwner": SERVICE_OWNER,
            "defaultAccessMappingMoniker": PUBLIC_ACCESS,
            "lastChangeId": 1,
            "lastChangeId64": 1,
        });
        if let Some(location) = location.as_object_mut().filter(|_| whole) {
            let name = &world.organization().name;
            let point = call.shared.link(&format!("{}/{name}/", call.request.host));
            let mapping = json!({
                "displayName": "Public Access Mapping",
                "moniker": PUBLIC_ACCESS,
                "accessPoint": point,
                "serviceOwner": SERVICE_OWNER,
            });
            location.insert("accessMappings".to_owned(), json!([mapping]));
            location.insert("serviceDefinitions".to_owned(), json!([]));
        }
        let body = json!({
            "authenticatedUser": user,
            "authorizedUser": user,
            "instanceId": world.organization().id,
            "deploymentId": "44444444-3333-4333-8333-00000000d0d0",
            "deploymentType": "hosted",
            "locationServiceData": location,
        });
        Reply::json(StatusCode::OK, &body)
    })
}

/// What the service called an identity before there were subject descriptors.
pub(crate) fn legacy_descriptor(member: &Member) -> String {
    let account = &member.principal_name;
    let claims = "Microsoft.IdentityModel.Claims.ClaimsIdentity";
    match (member.tenant, &member.personal) {
        (Some(tenant), _) => format!("{claims};{tenant}\\{account}"),
        (None, Some(personal)) => format!("{claims};{}@Live.com", personal.puid),
        (None, None) => format!("{claims};{account}"),
    }
}

fn asking_user(key: StorageKey, member: &Member) -> serde_json::Value {
    let account = &member.principal_name;
    json!({
        "id": key,
        "descriptor": legacy_descriptor(member),
        "subjectDescriptor": member.descriptor,
        "providerDisplayName": member.display_name,
        "isActive": true,
        "properties": { "Account": { "$type": "System.String", "$value": account } },
        "resourceVersion": 2,
        "metaTypeId": 0,
    })
}

#[derive(Serialize)]
struct DisconnectedUsers<'a> {
    /// `null` when there are none.
    users: Option<Vec<DisconnectedUser<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DisconnectedUser<'a> {
    descriptor: &'a str,
    display_name: &'a str,
    preferred_email_address: &'a str,
}

/// `GET _apis/OrganizationSettings/DisconnectedUser`.
pub(crate) fn disconnected_users(call: &Call<'_>) -> Reply {
    call.shared.read(|world| {
        let members = world.members_after(None).map(|(_, member)| member);
        let cut_off = members.filter(|member| member.disconnected && member.is_active());
        let users: Vec<_> = cut_off
            .map(|member| DisconnectedUser {
                descriptor: member.descriptor.as_str(),
                display_name: &member.display_name,
                preferred_email_address: member.mail.as_ref().unwrap_or(&member.principal_name),
            })
            .collect();
        let users = (!users.is_empty()).then_some(users);
        Reply::json(StatusCode::OK, &DisconnectedUsers { users })
    })
}

#[derive(Deserialize)]
struct TenantPatch {
    op: Operation,
    path: String,
    value: TenantId,
}

/// The name of a json-patch operation, or its number in the service's own enumeration.
#[derive(Deserialize)]
#[serde(untagged)]
enum Operation {
    Name(String),
    Number(u8),
}

impl Operation {
    fn is_replace(&self) -> bool {
        match self {
            Self::Name(name) => name.eq_ignore_ascii_case("replace"),
            Self::Number(number) => *number == 2,
        }
    }
}

/// `PATCH _apis/Organization/Organizations/Me`: connects and disconnects.
pub(crate) fn change_tenant(call: &Call<'_>) -> Reply {
    if let Some(refusal) = crate::devops::protocol::media::needs_json_patch(call.request) {
        return refusal;
    }
    let patch: Vec<TenantPatch> = match serde_json::from_slice(&call.request.body) {
        Ok(patch) => patch,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let [change] = patch.as_slice() else {
        return refused(
            StatusCode::BAD_REQUEST,
            "Exactly one operation is expected.",
        );
    };
    if !change.op.is_replace() || !change.path.eq_ignore_ascii_case("/TenantId") {
        let message = "Only /TenantId can be replaced.";
        return refused(StatusCode::BAD_REQUEST, message);
    }
    call.shared
        .write(|world| match world.connect(change.value) {
            Ok(()) => {
                let organization = world.organization();
                let body = json!({
                    "id": organization.id,
                    "name": organization.name,
                    "type": "organization",
                    "tenantId": organization.tenant.unwrap_or(NO_TENANT),
                    "lastUpdated": world.now().devops().to_string(),
                });
                Reply::json(StatusCode::OK, &body)
            }
            Err(refusal) => refused(connect_status(&refusal), &refusal.to_string()),
        })
}

pub(crate) const fn connect_status(refusal: &ConnectRefusal) -> StatusCode {
    match refusal {
        ConnectRefusal::NoAccount { .. }
        | ConnectRefusal::CallerNotMember { .. }
        | ConnectRefusal::Restricted(_) => StatusCode::FORBIDDEN,
        ConnectRefusal::SharedName(_)
        | ConnectRefusal::ConnectedElsewhere(_)
        | ConnectRefusal::OwnerNotPersonal => StatusCode::BAD_REQUEST,
        ConnectRefusal::Spoilt => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
