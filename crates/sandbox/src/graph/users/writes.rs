//! Making, changing, deleting and restoring users.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::reply::Reply;
use crate::world::{NewUser, UserChange, World};
use orgctl_model::ids::ObjectId;
use orgctl_model::live::UserType;

use super::json::{Fields, TEXTS};
use super::read::{find, one};
use crate::graph::caller::denied;
use crate::graph::error::Refusal;
use crate::graph::permissions::WRITE_USERS;
use crate::graph::shape::USER;
use crate::graph::{Answer, Call};

type Body = Map<String, Value>;

const USER_TYPE: &str = "User";

/// The value of a property, of the type that it must have.
pub(crate) fn typed<T: DeserializeOwned>(
    kind: &str,
    name: &str,
    value: &Value,
) -> Result<T, Refusal> {
    serde_json::from_value(value.clone()).map_err(|_| {
        Refusal::bad_value(format!(
            "Invalid value specified for property '{name}' of resource '{kind}'."
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
    typed(USER_TYPE, name, value)
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
    let profile: PasswordProfile = typed(USER_TYPE, "passwordProfile", value)?;
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
    let text: String = typed(USER_TYPE, name, value)?;
    if text.is_empty() || text.chars().count() > max_chars {
        return Err(Refusal::bad_value(format!(
            "Invalid value specified for property '{name}' of resource 'User'."
        )));
    }
    Ok(text)
}

fn user_type(value: &Value) -> Result<UserType, Refusal> {
    let name: String = typed(USER_TYPE, "userType", value)?;
    match name.to_lowercase().as_str() {
        "member" => Ok(UserType::Member),
        "guest" => Ok(UserType::Guest),
        _ => Err(Refusal::bad_value(
            "Invalid value specified for property 'userType' of resource 'User'.",
        )),
    }
}

/// `POST /users`
pub(crate) fn create(call: &Call<'_>) -> Answer {
    let body: Body = call.body()?;
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
pub(crate) fn update(call: &Call<'_>) -> Answer {
    let body: Body = call.body()?;
    check_permissions(call, &body)?;
    let change = read_change(&body)?;
    call.shared.write(|world| {
        let (id, _) = find(world, call.key(0))?;
        refuse_administrator(call, world, id, &body)?;
        world.change_user(id, change)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

fn read_change(body: &Body) -> Result<UserChange, Refusal> {
    let mut change = UserChange::default();
    for (name, value) in body {
        match name.as_str() {
            "userPrincipalName" => {
                change.user_principal_name = Some(typed(USER_TYPE, name, value)?);
            }
            "displayName" => {
                change.display_name = Some(within(name, MAX_DISPLAY_NAME_CHARS, value)?);
            }
            "accountEnabled" => change.enabled = Some(typed(USER_TYPE, name, value)?),
            "userType" => change.user_type = Some(user_type(value)?),
            "mail" => {
                let mail: Option<String> = typed(USER_TYPE, name, value)?;
                change.mail = Some(mail.unwrap_or_default());
            }
            "otherMails" => change.other_mails = Some(typed(USER_TYPE, name, value)?),
            "passwordProfile" => check_password(value)?,
            "businessPhones" => {
                let phones: Vec<String> = typed(USER_TYPE, name, value)?;
                if phones.len() > 1 {
                    return Err(Refusal::bad_value(
                        "Property 'businessPhones' can hold one value only.",
                    ));
                }
                change.details.insert(name.clone(), phones.first().cloned());
            }
            annotation if annotation.contains('@') => {}
            "mailNickname" => {
                let nickname = within(name, MAX_NICKNAME_CHARS, value)?;
                change.details.insert(name.clone(), Some(nickname));
            }
            text if TEXTS.contains(&text) => {
                change
                    .details
                    .insert(text.to_owned(), typed(USER_TYPE, text, value)?);
            }
            other => {
                let (known, _) = USER.known(other)?;
                let text = format!("Property '{known}' is read-only and cannot be set.");
                return Err(Refusal::bad_value(text));
            }
        }
    }
    Ok(change)
}

/// Each property has its own smallest permission.
fn check_permissions(call: &Call<'_>, body: &Body) -> Result<(), Refusal> {
    let alone = call.settings.enabling_needs_one_permission;
    for name in body.keys().filter(|name| !name.contains('@')) {
        if call.caller.may(WRITE_USERS) {
            break;
        }
        let least: &[&str] = match name.as_str() {
            "accountEnabled" => &["User.EnableDisableAccount.All"],
            "otherMails" => &["User-Mail.ReadWrite.All"],
            "businessPhones" | "mobilePhone" => &["User-Phone.ReadWrite.All"],
            "passwordProfile" => &["User-PasswordProfile.ReadWrite.All"],
            "identities" => &["User.ManageIdentities.All"],
            _ => WRITE_USERS,
        };
        call.caller.needs(least)?;
        if name == "accountEnabled" && !alone {
            call.caller.needs(&["User.Read.All"])?;
        }
    }
    Ok(())
}

/// Properties through which an account could be taken over.
const SENSITIVE: [&str; 5] = [
    "accountEnabled",
    "businessPhones",
    "mobilePhone",
    "otherMails",
    "passwordProfile",
];

/// An application without a role of its own does not touch those who have one.
fn refuse_administrator(
    call: &Call<'_>,
    world: &World,
    id: ObjectId,
    body: &Body,
) -> Result<(), Refusal> {
    let sensitive = body.keys().any(|name| SENSITIVE.contains(&name.as_str()));
    let Some(acting) = call.caller.acting().filter(|_| sensitive) else {
        return Ok(());
    };
    if !world.roles_of(id).is_empty() && world.roles_of(acting).is_empty() {
        return Err(denied());
    }
    Ok(())
}

/// `DELETE /users/{id | userPrincipalName}`
pub(crate) fn delete(call: &Call<'_>) -> Answer {
    call.shared.write(|world| {
        let (id, _) = find(world, call.key(0))?;
        let acting = call.caller.acting();
        let weak = acting.is_some_and(|acting| world.roles_of(acting).is_empty());
        if weak && !world.roles_of(id).is_empty() {
            return Err(denied());
        }
        world.delete_user(id)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}
