//! Other people's tokens and SSH keys: "Token Administration" of the Azure DevOps REST reference,
//! for administrators of the organization.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{Token, World, derived_guid};
use orgctl_model::ids::Descriptor;

use crate::devops::Call;
use crate::devops::protocol::denial;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::media::needs_json;
use crate::devops::subjects::wire::no_such;

/// Tokens on a page, when nobody says how many: the number in the documentation's own examples.
const USUAL_PAGE: usize = 20;

/// Answers an administrator; the documentation lists no 403 here.
pub(crate) fn administered(call: &Call<'_>, answer: impl FnOnce(&Call<'_>) -> Reply) -> Reply {
    if call.shared.read(World::caller_is_administrator) {
        return answer(call);
    }
    denial::without_forbidden(call)
}

fn asks_for_keys(call: &Call<'_>) -> bool {
    let given = call.request.query("isPublic").unwrap_or_default();
    given.eq_ignore_ascii_case("true")
}

/// `GET _apis/tokenadmin/personalaccesstokens/{subjectDescriptor}`
pub(crate) fn list(call: &Call<'_>) -> Reply {
    let name = call.request.segment(4);
    let ssh_keys = asks_for_keys(call);
    let size = call.request.query("pageSize");
    let size = size.map_or(Some(USUAL_PAGE), |size| size.parse().ok());
    let Some(size) = size.filter(|size| *size > 0) else {
        return refused(
            StatusCode::BAD_REQUEST,
            "The pageSize must be a number from 1.",
        );
    };
    let token = call.request.query("continuationToken");
    let after = match token.filter(|token| !token.is_empty()).map(Uuid::parse_str) {
        None => None,
        Some(Ok(after)) => Some(after),
        Some(Err(_)) => {
            let message = "The continuation token is invalid.";
            return refused(StatusCode::BAD_REQUEST, message);
        }
    };
    call.shared.read(|world| {
        let Some((user, _)) = world.member_called(&Descriptor::new(name)) else {
            return no_such(name);
        };
        let mut tokens = world.tokens_of(user, ssh_keys, after);
        let page: Vec<(Uuid, &Token)> = tokens.by_ref().take(size).collect();
        let more = tokens.next().is_some();
        let last = page.last().filter(|_| more).map(|(id, _)| *id);
        let value = page.iter().map(|(id, token)| session(world, *id, token));
        let body = json!({
            "value": value.collect::<Vec<Value>>(),
            "continuationToken": last,
        });
        Reply::json(StatusCode::OK, &body)
    })
}

fn session(world: &World, id: Uuid, token: &Token) -> Value {
    let organization = world.organization().id;
    let text = id.to_string();
    let accounts = if token.everywhere {
        Vec::new()
    } else {
        vec![organization]
    };
    json!({
        "clientId": Uuid::nil(),
        "accessId": derived_guid(&["access", &text]),
        "authorizationId": id,
        "hostAuthorizationId": derived_guid(&["host authorization", &text]),
        "userId": token.user,
        // These dates have no zone.
        "validFrom": token.valid_from.zoneless().to_string(),
        "validTo": token.valid_to.zoneless().to_string(),
        "displayName": token.display_name,
        "scope": token.scope,
        "targetAccounts": accounts,
        "token": null,
        "alternateToken": null,
        "isValid": token.valid,
        "isPublic": token.public_key.is_some(),
        "publicData": token.public_key,
        "source": null,
        "claims": null,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revocation {
    authorization_id: Uuid,
}

/// `POST _apis/tokenadmin/revocations`
pub(crate) fn revoke(call: &Call<'_>) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    let revocations: Vec<Revocation> = match serde_json::from_slice(&call.request.body) {
        Ok(revocations) => revocations,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let ids: Vec<Uuid> = revocations.iter().map(|r| r.authorization_id).collect();
    let ssh_keys = asks_for_keys(call);
    if call.shared.write(|world| world.revoke(&ids, ssh_keys)) {
        return Reply::empty(StatusCode::NO_CONTENT);
    }
    let message = "An authorization of that kind was not found.";
    refused(StatusCode::NOT_FOUND, message)
}

#[derive(Deserialize)]
struct RevocationRule {
    #[serde(default)]
    scopes: String,
}

/// `POST _apis/tokenadmin/revocationrules`: ends tokens that are written down nowhere.
pub(crate) fn revoke_by_rule(call: &Call<'_>) -> Reply {
    if let Some(refusal) = needs_json(call.request) {
        return refusal;
    }
    match serde_json::from_slice::<RevocationRule>(&call.request.body) {
        Ok(rule) if rule.scopes.trim().is_empty() => {
            refused(StatusCode::BAD_REQUEST, "The scopes must be set.")
        }
        Ok(rule) => {
            call.shared
                .write(|world| world.revoke_by_rule(&rule.scopes));
            Reply::empty(StatusCode::CREATED)
        }
        Err(error) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}
