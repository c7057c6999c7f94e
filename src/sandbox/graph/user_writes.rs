//! Making, changing, deleting and restoring users.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::model::ids::ObjectId;
use crate::model::live::UserType;
use crate::sandbox::reply::Reply;
use crate::sandbox::world::{NewUser, UserChange};

use super::error::Refusal;
use super::user_json::{Fields, TEXTS, property, unknown};
use super::users::{find, one};
use super::{Answer, Call};

type Body = Map<String, Value>;

fn body(call: &Call<'_>) -> Result<Body, Refusal> {
    if call.request.content_type() != "application/json" {
        return Err(Refusal::bad(
            "Write requests must declare their Content-Type as JSON.",
        ));
    }
    Ok(serde_json::from_slice(&call.request.body)?)
}

/// The value of a property, of the type that it must have.
fn typed<T: DeserializeOwned>(name: &str, value: &Value) -> Result<T, Refusal> {
    serde_json::from_value(value.clone()).map_err(|_| {
        Refusal::bad_value(format!(
            "Invalid value specified for property '{name}' of resource 'User'."
        ))
    })
}

fn required<T: DeserializeOwned>(body: &Body, name: &str) -> Result<T, Refusal> {
    let value = body.get(name).filter(|value| !value.is_null());
    let value = value.ok_or_else(|| {
        Refusal::bad_value(format!(
            "A value is required for property '{name}' of resource 'User'."
        ))
    })?;
    typed(name, value)
}

/// A password, which is taken and kept nowhere.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordProfile {
    password: Option<String>,
    #[serde(rename = "forceChangePasswordNextSignIn")]
    _force_change: Option<bool>,
    #[serde(rename = "forceChangePasswordNextSignInWithMfa")]
    _force_change_with_mfa: Option<bool>,
    // Makes it an object: a list of the values in order would do otherwise.
    #[serde(flatten)]
    _others: Map<String, Value>,
}

fn check_password(value: &Value) -> Result<(), Refusal> {
    let profile: PasswordProfile = typed("passwordProfile", value)?;
    if profile.password.is_some_and(|password| password.is_empty()) {
        return Err(Refusal::bad_value(
            "The specified password does not comply with password complexity requirements.",
        ));
    }
    Ok(())
}

// The longest values, in characters, by the reference of the user resource.
const MAX_NICKNAME_CHARS: usize = 64;
const MAX_DISPLAY_NAME_CHARS: usize = 256;

/// A text that is there and not too long.
fn within(name: &str, max_chars: usize, value: &Value) -> Result<String, Refusal> {
    let text: String = typed(name, value)?;
    if text.is_empty() || text.chars().count() > max_chars {
        return Err(Refusal::bad_value(format!(
            "Invalid value specified for property '{name}' of resource 'User'."
        )));
    }
    Ok(text)
}

fn user_type(value: &Value) -> Result<UserType, Refusal> {
    let name: String = typed("userType", value)?;
    match name.to_lowercase().as_str() {
        "member" => Ok(UserType::Member),
        "guest" => Ok(UserType::Guest),
        _ => Err(Refusal::bad_value(
            "Invalid value specified for property 'userType' of resource 'User'.",
        )),
    }
}

/// `POST /users`
pub(super) fn create(call: &Call<'_>) -> Answer {
    let body = body(call)?;
    let enabled = required(&body, "accountEnabled")?;
    let display_name = required(&body, "displayName")?;
    let user_principal_name: String = required(&body, "userPrincipalName")?;
    required::<String>(&body, "mailNickname")?;
    let profile: Body = required(&body, "passwordProfile")?;
    required::<String>(&profile, "password")?;
    let change = read_change(&body)?;
    let details: BTreeMap<String, String> = change
        .details
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let new = NewUser {
        user_principal_name,
        display_name,
        enabled,
        user_type: change.user_type.unwrap_or_default(),
        mail: change.mail.filter(|mail| !mail.is_empty()),
        details,
    };
    let fields = Fields::selected(None)?;
    call.shared.write(|world| {
        let id = world.create_user(new)?;
        one(call, world, id, &fields, StatusCode::CREATED)
    })
}

/// `PATCH /users/{id | userPrincipalName}`
pub(super) fn update(call: &Call<'_>, name: &str) -> Answer {
    let change = read_change(&body(call)?)?;
    call.shared.write(|world| {
        let (id, _) = find(world, name)?;
        world.change_user(id, change)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

fn read_change(body: &Body) -> Result<UserChange, Refusal> {
    let mut change = UserChange::default();
    for (name, value) in body {
        match name.as_str() {
            "userPrincipalName" => change.user_principal_name = Some(typed(name, value)?),
            "displayName" => {
                change.display_name = Some(within(name, MAX_DISPLAY_NAME_CHARS, value)?);
            }
            "accountEnabled" => change.enabled = Some(typed(name, value)?),
            "userType" => change.user_type = Some(user_type(value)?),
            "mail" => {
                let mail: Option<String> = typed(name, value)?;
                change.mail = Some(mail.unwrap_or_default());
            }
            "otherMails" => change.other_mails = Some(typed(name, value)?),
            "passwordProfile" => check_password(value)?,
            "businessPhones" => drop(typed::<Vec<String>>(name, value)?),
            annotation if annotation.starts_with('@') => {}
            "mailNickname" => {
                let nickname = within(name, MAX_NICKNAME_CHARS, value)?;
                change.details.insert(name.clone(), Some(nickname));
            }
            text if TEXTS.contains(&text) => {
                change.details.insert(text.to_owned(), typed(text, value)?);
            }
            other => {
                return Err(match property(other) {
                    Some(known) => Refusal::bad_value(format!(
                        "Property '{known}' is read-only and cannot be set."
                    )),
                    None => unknown(other),
                });
            }
        }
    }
    Ok(change)
}

/// `DELETE /users/{id | userPrincipalName}`
pub(super) fn delete(call: &Call<'_>, name: &str) -> Answer {
    call.shared.write(|world| {
        let (id, _) = find(world, name)?;
        world.delete_user(id)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

fn object_id(name: &str) -> Result<ObjectId, Refusal> {
    name.parse().map_err(|_| Refusal::missing(name))
}

/// `POST /directory/deletedItems/{id}/restore`
pub(super) fn restore(call: &Call<'_>, name: &str) -> Answer {
    let id = object_id(name)?;
    call.shared.write(|world| world.restore_user(id))?;
    let body = json!({
        "@odata.context": call.context("directoryObjects/$entity"),
        "@odata.type": "#microsoft.graph.user",
        "id": id,
    });
    Ok(Reply::json(StatusCode::OK, &body))
}

/// `DELETE /directory/deletedItems/{id}`
pub(super) fn purge(call: &Call<'_>, name: &str) -> Answer {
    let id = object_id(name)?;
    call.shared.write(|world| world.purge_user(id))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
