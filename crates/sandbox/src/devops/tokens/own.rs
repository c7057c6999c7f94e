//! The caller's own personal access tokens: "Pats" of the Azure DevOps REST reference. A person
//! signed in with Microsoft Entra ID only: neither another such token nor an application opens it.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{MemberKind, NewToken, Stamp, Token, World};

use crate::devops::Call;
use crate::devops::protocol::credentials::{self, Credential};
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;

/// Answers a person who signed in with the directory.
pub(crate) fn personal(call: &Call<'_>, answer: impl FnOnce(&Call<'_>) -> Reply) -> Reply {
    let person = |world: &World| {
        let caller = world.caller();
        caller.is_some_and(|(_, caller)| caller.kind == MemberKind::Person)
    };
    if call.credential == Credential::Directory && call.shared.read(person) {
        return answer(call);
    }
    credentials::refusal(call.shared, call.request)
}

fn written(world: &World, id: Uuid, token: &Token) -> Value {
    let accounts = (!token.everywhere).then(|| [world.organization().id]);
    json!({
        "displayName": token.display_name,
        "validTo": token.valid_to.devops().to_string(),
        "scope": token.scope,
        "targetAccounts": accounts,
        "validFrom": token.valid_from.devops().to_string(),
        "authorizationId": id,
        "token": null,
    })
}

fn answer(token: &Value, error: &str) -> Reply {
    let body = json!({ "patToken": token, "patTokenError": error });
    Reply::json(StatusCode::OK, &body)
}

fn own(world: &World, id: Option<Uuid>) -> Option<(Uuid, &Token)> {
    let id = id?;
    let token = world.token(id)?;
    let own = token.user == world.organization().caller && token.public_key.is_none();
    own.then_some((id, token))
}

fn missing() -> Reply {
    refused(StatusCode::NOT_FOUND, "The authorization was not found.")
}

fn asked(call: &Call<'_>) -> Option<Uuid> {
    let given = call.request.query("authorizationId")?;
    given.parse().ok()
}

/// `GET _apis/tokens/pats`, and one with `?authorizationId=`.
pub(crate) fn read(call: &Call<'_>) -> Reply {
    if call.request.query("authorizationId").is_some() {
        return call.shared.read(|world| match own(world, asked(call)) {
            Some((id, token)) => answer(&written(world, id, token), "none"),
            None => missing(),
        });
    }
    let filter = call
        .request
        .query("displayFilterOption")
        .unwrap_or("active");
    let filter = filter.to_ascii_lowercase();
    let size = call.request.query("$top").and_then(|top| top.parse().ok());
    let size = size.unwrap_or(usize::MAX);
    let token = call.request.query("continuationToken").unwrap_or_default();
    let after = token.parse().ok();
    call.shared.read(|world| {
        let now = world.now();
        let shown = |token: &Token| match filter.as_str() {
            "revoked" => !token.valid,
            "expired" => token.valid_to < now,
            "all" => true,
            _ => token.valid && token.valid_to >= now,
        };
        let caller = world.organization().caller;
        let tokens = world.tokens_of(caller, false, after);
        let mut tokens = tokens.filter(|(_, token)| shown(token));
        let page: Vec<(Uuid, &Token)> = tokens.by_ref().take(size).collect();
        let more = tokens.next().is_some();
        let last = page.last().filter(|_| more).map(|(id, _)| id.to_string());
        let rows = page.iter().map(|(id, token)| written(world, *id, token));
        let body = json!({
            "continuationToken": last.unwrap_or_default(),
            "patTokens": rows.collect::<Vec<Value>>(),
        });
        Reply::json(StatusCode::OK, &body)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    scope: String,
    valid_to: Option<String>,
    #[serde(default)]
    all_orgs: bool,
    authorization_id: Option<Uuid>,
}

fn body(call: &Call<'_>) -> Result<(NewToken, Option<Uuid>), Reply> {
    if let Some(refusal) = needs_json(call.request) {
        return Err(refusal);
    }
    let asked: Asked = serde_json::from_slice(&call.request.body)
        .map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))?;
    let new = NewToken {
        display_name: asked.display_name,
        scope: asked.scope,
        valid_to: asked.valid_to.as_deref().and_then(Stamp::parsed),
        everywhere: asked.all_orgs,
    };
    Ok((new, asked.authorization_id))
}

/// `POST _apis/tokens/pats`: the one answer that holds the secret.
pub(crate) fn create(call: &Call<'_>) -> Reply {
    let (new, _) = match body(call) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    call.shared.write(|world| match world.create_token(&new) {
        Ok(id) => {
            let Some(token) = world.token(id) else {
                return missing();
            };
            let mut token = written(world, id, token);
            if let Some(secret) = token.get_mut("token") {
                *secret = Value::from(format!("good-nowhere-{}", id.simple()));
            }
            answer(&token, "none")
        }
        Err(refusal) => answer(&Value::Null, refusal.into()),
    })
}

/// `PUT _apis/tokens/pats`
pub(crate) fn update(call: &Call<'_>) -> Reply {
    let (new, id) = match body(call) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    call.shared.write(|world| {
        let Some((id, current)) = own(world, id) else {
            return missing();
        };
        let kept =
            |given: &str, current: &str| if given.is_empty() { current } else { given }.to_owned();
        let new = NewToken {
            display_name: kept(&new.display_name, &current.display_name),
            scope: kept(&new.scope, &current.scope),
            ..new.clone()
        };
        match world.change_token(id, &new) {
            Ok(()) => match world.token(id) {
                Some(token) => answer(&written(world, id, token), "none"),
                None => missing(),
            },
            Err(refusal) => answer(&Value::Null, refusal.into()),
        }
    })
}

/// `DELETE _apis/tokens/pats?authorizationId=`
pub(crate) fn revoke(call: &Call<'_>) -> Reply {
    call.shared.write(|world| match own(world, asked(call)) {
        Some((id, _)) => {
            world.revoke(&[id], false);
            Reply::empty(StatusCode::NO_CONTENT)
        }
        None => missing(),
    })
}
