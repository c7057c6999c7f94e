//! The older way to look identities up: "Identities - Read Identities" of the Azure DevOps REST
//! reference. More than one can be found under one name.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::reply::Reply;
use crate::world::{Group, Member, Subject, World};
use orgctl_model::ids::{Descriptor, StorageKey};
use orgctl_model::live::UserType;

use crate::devops::Call;
use crate::devops::organization::connection::legacy_descriptor;
use crate::devops::protocol::error::refused;

/// `GET _apis/identities`
pub(crate) fn read(call: &Call<'_>) -> Reply {
    let given = |name| call.request.query(name).filter(|text| !text.is_empty());
    call.shared.read(|world| {
        let found = if let Some(names) =
            given("subjectDescriptors").or_else(|| given("descriptors"))
        {
            by_descriptor(world, names)
        } else if let Some(ids) = given("identityIds") {
            let keys = ids.split(',').filter_map(|id| id.parse().ok());
            keys.collect()
        } else if let Some(value) = given("filterValue") {
            match by_name(world, given("searchFilter").unwrap_or("General"), value) {
                Ok(found) => found,
                Err(refusal) => return refusal,
            }
        } else {
            let message = "One of descriptors, subjectDescriptors, identityIds and searchFilter \
                           must be set.";
            return refused(StatusCode::BAD_REQUEST, message);
        };
        let written = |key: StorageKey| Some(written(world, key, world.subject_at(key)?));
        let value: Vec<Value> = found.into_iter().filter_map(written).collect();
        let body = json!({ "count": value.len(), "value": value });
        Reply::json(StatusCode::OK, &body)
    })
}

fn by_descriptor(world: &World, names: &str) -> Vec<StorageKey> {
    let called = |name: &str| world.subject(&Descriptor::new(name.trim()));
    names
        .split(',')
        .filter_map(|name| called(name).map(|(key, _)| key))
        .collect()
}

fn by_name(world: &World, filter: &str, value: &str) -> Result<Vec<StorageKey>, Reply> {
    let folded = value.to_lowercase();
    let narrowed = |text: fn(&Member) -> Option<&str>| {
        let fits = |key: &StorageKey| {
            let text = world.member(*key).and_then(text);
            text.is_some_and(|text| text.to_lowercase() == folded)
        };
        let mut found = world.members_at(value);
        found.retain(fits);
        found
    };
    match filter.to_ascii_lowercase().as_str() {
        "general" => {
            let mut found = world.members_at(value);
            found.extend(world.groups_at(value));
            Ok(found)
        }
        "accountname" => Ok(narrowed(|member| Some(&member.principal_name))),
        "displayname" => Ok(narrowed(|member| Some(&member.display_name))),
        "mailaddress" => Ok(narrowed(|member| member.mail.as_deref())),
        _ => {
            let message = format!("The search filter '{filter}' is not known.");
            Err(refused(StatusCode::BAD_REQUEST, &message))
        }
    }
}

fn written(world: &World, key: StorageKey, subject: Subject<'_>) -> Value {
    match subject {
        Subject::Member(member) => user(key, member),
        Subject::Group(group) => self::group(world, key, group),
    }
}

fn text(value: &str) -> Value {
    json!({ "$type": "System.String", "$value": value })
}

fn user(key: StorageKey, member: &Member) -> Value {
    let domain = member.tenant.map(|tenant| tenant.to_string());
    let domain = domain.unwrap_or_else(|| "Windows Live ID".to_owned());
    let puid = match &member.personal {
        Some(personal) if member.tenant.is_none() => personal.puid.clone(),
        Some(_) | None => "aad:".to_owned(),
    };
    let mut properties = Map::new();
    let mut put = |name: &str, value: &str| properties.insert(name.to_owned(), text(value));
    put("SchemaClassName", "User");
    put("Domain", &domain);
    put("Account", &member.principal_name);
    put("Mail", member.mail.as_deref().unwrap_or_default());
    put("PUID", &puid);
    if let Some(id) = member.object_id {
        let name = "http://schemas.microsoft.com/identity/claims/objectidentifier";
        put(name, &id.to_string());
    }
    if let Some(alias) = &member.directory_alias {
        put("DirectoryAlias", alias);
    }
    let kind = match member.user_type {
        Some(UserType::Member) => 0,
        Some(UserType::Guest) => 1,
        None => 255,
    };
    let mut body = json!({
        "id": key,
        "descriptor": legacy_descriptor(member),
        "subjectDescriptor": member.descriptor,
        "providerDisplayName": member.display_name,
        "members": [],
        "memberOf": [],
        "memberIds": [],
        "properties": properties,
        "resourceVersion": 2,
        "metaTypeId": kind,
    });
    // Absent from who is not active, never false.
    if member.is_active()
        && let Some(body) = body.as_object_mut()
    {
        body.insert("isActive".to_owned(), Value::Bool(true));
    }
    body
}

fn group(world: &World, key: StorageKey, group: &Group) -> Value {
    let name = world.group_name(group);
    json!({
        "id": key,
        "descriptor": format!("Microsoft.TeamFoundation.Identity;{key}"),
        "subjectDescriptor": group.descriptor,
        "providerDisplayName": name,
        "isActive": !group.deleted,
        "isContainer": true,
        "members": [],
        "memberOf": [],
        "memberIds": [],
        "properties": {
            "SchemaClassName": text("Group"),
            "Description": text(&group.description),
            "Account": text(&group.display_name),
        },
        "resourceVersion": 2,
        "metaTypeId": 255,
    })
}
