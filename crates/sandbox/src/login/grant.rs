//! `POST /{tenant}/oauth2/v2.0/token`: a token for an application, or for a person through one.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::credentials::{DEVOPS_TOKEN, GRAPH_TOKEN};
use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use crate::token::{AccessToken, DEVOPS_AUDIENCE, GRAPH_AUDIENCE};
use crate::world::{CodeOutcome, DeviceCode, World};
use orgctl_model::ids::{ObjectId, TenantId};

use super::client::{Client, nobody};
use super::discovery::tenant;
use super::form::Form;
use super::refusal::Refusal;
use super::{DEVICE_CODE_LIFE_S, DEVICE_GRANT};

/// What a token that only renews others is for.
const REFRESH_AUDIENCE: &str = "refresh";

/// `POST /{tenant}/oauth2/v2.0/token`
pub(super) fn token(shared: &Shared, request: &Request) -> Result<Reply, Refusal> {
    let tenant = tenant(shared, request.segment(0))?;
    let form = Form::read(request);
    let kind = form.needed("grant_type")?;
    let body = match kind {
        "client_credentials" => application_token(shared, &form, tenant)?,
        "refresh_token" => renewed(shared, &form)?,
        DEVICE_GRANT | "device_code" => by_device_code(shared, &form)?,
        _ => {
            let text = "The provided grant type is not supported.";
            return Err(Refusal::new("unsupported_grant_type", 70003, text));
        }
    };
    Ok(Reply::json(StatusCode::OK, &body).header("cache-control", "no-store, no-cache"))
}

fn application_token(shared: &Shared, form: &Form, tenant: TenantId) -> Result<Value, Refusal> {
    shared.read(|world| {
        let client = Client::proved(world, form)?;
        let resource = resource_of(form.needed("scope")?)?;
        let life = world.settings().directory.token_life_s;
        let tenant = world.tenant_of_tokens(tenant);
        let access_token = for_application(world, &client, resource, (tenant, shared.now_s()))?;
        Ok(json!({
            "token_type": "Bearer",
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": access_token,
        }))
    })
}

/// The resource of a scope, which must be one resource and `.default`.
fn resource_of(scope: &str) -> Result<&str, Refusal> {
    let wrong = || {
        let text =
            format!("The provided value for the input parameter 'scope' is not valid: {scope}.");
        Refusal::new("invalid_scope", 70011, text)
    };
    if scope.contains(' ') {
        return Err(wrong());
    }
    scope.strip_suffix("/.default").ok_or_else(wrong)
}

/// The token of an application for one resource, of one tenant.
pub(super) fn for_application(
    world: &World,
    client: &Client,
    resource: &str,
    (tenant, now_s): (TenantId, i64),
) -> Result<String, Refusal> {
    match (resource.trim_end_matches('/'), client) {
        (DEVOPS_AUDIENCE, _) => Ok(for_devops(world, client, client.object(), (tenant, now_s))),
        (GRAPH_AUDIENCE, Client::Own) => Ok(for_anything(world, now_s)),
        (GRAPH_AUDIENCE, Client::Registered(name, id, application)) => {
            let token = AccessToken {
                roles: application.roles.clone(),
                ..blank(world, name, *id, now_s)
            };
            Ok(token.written())
        }
        _ => {
            let text =
                format!("The resource principal named {resource} was not found in the tenant.");
            Err(Refusal::new("invalid_resource", 500_011, text))
        }
    }
}

/// A token that opens the organization while that tenant backs it.
fn for_devops(
    world: &World,
    client: &Client,
    oid: ObjectId,
    (tid, now_s): (TenantId, i64),
) -> String {
    if world.settings().directory.fixed_tokens {
        return DEVOPS_TOKEN.to_owned();
    }
    let token = AccessToken {
        aud: DEVOPS_AUDIENCE.to_owned(),
        tid,
        ..blank(world, client.id(), oid, now_s)
    };
    token.written()
}

/// A token for Microsoft Graph that allows everything.
fn for_anything(world: &World, now_s: i64) -> String {
    if world.settings().directory.fixed_tokens {
        return GRAPH_TOKEN.to_owned();
    }
    let own = Client::Own;
    blank(world, own.id(), own.object(), now_s).written()
}

/// A token for Microsoft Graph that allows nothing yet.
fn blank(world: &World, client: &str, oid: ObjectId, now_s: i64) -> AccessToken {
    AccessToken {
        aud: GRAPH_AUDIENCE.to_owned(),
        tid: world.directory().tenant,
        appid: client.to_owned(),
        oid,
        idtyp: "app".to_owned(),
        roles: BTreeSet::new(),
        scp: None,
        iat: now_s,
        exp: now_s.saturating_add(i64::from(world.settings().directory.token_life_s)),
    }
}

fn by_device_code(shared: &Shared, form: &Form) -> Result<Value, Refusal> {
    let code = form.field("device_code").or_else(|| form.field("code"));
    let unknown = || {
        let text = "The device code is not recognized.";
        Refusal::new("bad_verification_code", 70018, text)
    };
    let code = code.ok_or_else(unknown)?;
    shared.write(|world| {
        let client = Client::called(world, form.client()?)?;
        let row = world
            .device_code(code)
            .filter(|row| row.client == client.id());
        let row = row.ok_or_else(unknown)?.clone();
        let age = world.now().seconds().saturating_sub(row.created.seconds());
        let outcome = if age >= DEVICE_CODE_LIFE_S {
            CodeOutcome::Expired
        } else {
            row.outcome
        };
        match outcome {
            CodeOutcome::Pending => {
                let text = "The device has not been approved yet. Keep polling.";
                Err(Refusal::new("authorization_pending", 70016, text))
            }
            CodeOutcome::SlowDown => {
                let text = "The device polls too often.";
                Err(Refusal::new("slow_down", 70016, text))
            }
            CodeOutcome::Declined => {
                world.end_device_code(code);
                let text = "The person declined.";
                Err(Refusal::new("authorization_declined", 65004, text))
            }
            CodeOutcome::Expired => {
                world.end_device_code(code);
                let text = "The device code has expired.";
                Err(Refusal::new("expired_token", 70019, text))
            }
            CodeOutcome::Approved => {
                world.end_device_code(code);
                Ok(person_tokens(world, &client, &row, shared.now_s()))
            }
        }
    })
}

/// What a person's sign-in is answered with.
fn person_tokens(world: &World, client: &Client, row: &DeviceCode, now_s: i64) -> Value {
    let wants = |name: &str| row.scopes.iter().any(|scope| scope == name);
    let person = row.user.or_else(|| caller(world));
    let scopes: BTreeSet<&str> = row.scopes.iter().map(|scope| bare(scope)).collect();
    let mut asked = row.scopes.iter();
    let opens_organization = asked.any(|scope| scope.starts_with(DEVOPS_AUDIENCE));
    let token = person.map(|person| AccessToken {
        idtyp: "user".to_owned(),
        scp: Some(permissions(client, &scopes)),
        ..blank(world, client.id(), person, now_s)
    });
    // The sandbox's own application gets everything when it asks for everything.
    let everything = matches!(client, Client::Own) && scopes.contains(".default");
    let access_token = match &token {
        _ if opens_organization => {
            let of = (world.token_tenant(), now_s);
            for_devops(world, client, person.unwrap_or_else(nobody), of)
        }
        Some(token) if !everything => token.written(),
        Some(_) | None => for_anything(world, now_s),
    };
    let scope: Vec<&str> = row.scopes.iter().map(String::as_str).collect();
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("token_type", json!("Bearer"));
    put("scope", json!(scope.join(" ")));
    put("expires_in", json!(world.settings().directory.token_life_s));
    put("access_token", json!(access_token));
    let other = |aud: &str| {
        let token = token
            .clone()
            .unwrap_or_else(|| blank(world, client.id(), nobody(), now_s));
        let aud = aud.to_owned();
        // Of the scopes, so that the next token is for the same.
        let scp = Some(scope.join(" "));
        AccessToken { aud, scp, ..token }.written()
    };
    if wants("offline_access") {
        put("refresh_token", json!(other(REFRESH_AUDIENCE)));
    }
    if wants("openid") {
        put("id_token", json!(other(client.id())));
    }
    Value::Object(body)
}

/// The directory user behind the sandbox's caller, if the directory has one.
fn caller(world: &World) -> Option<ObjectId> {
    let (_, member) = world.caller()?;
    let named = || world.user_called(&member.principal_name).map(|(id, _)| id);
    member.object_id.or_else(named)
}

/// A permission without its resource in front.
fn bare(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

/// The permissions in a person's token: those asked for, or all that the application has.
fn permissions(client: &Client, scopes: &BTreeSet<&str>) -> String {
    let asked = scopes.iter().copied();
    let is_permission =
        |scope: &&str| !matches!(*scope, "openid" | "profile" | "email" | "offline_access");
    let names: Vec<&str> = match client {
        Client::Registered(_, _, application) if scopes.contains(".default") => {
            application.roles.iter().map(String::as_str).collect()
        }
        Client::Own | Client::Registered(..) => asked.filter(is_permission).collect(),
    };
    names.join(" ")
}

fn renewed(shared: &Shared, form: &Form) -> Result<Value, Refusal> {
    let token = AccessToken::read(form.needed("refresh_token")?);
    let token = token.filter(|token| token.aud == REFRESH_AUDIENCE);
    let token = token.ok_or_else(|| {
        let text = "The refresh token has expired or is invalid.";
        Refusal::new("invalid_grant", 70000, text)
    })?;
    shared.read(|world| {
        let client = Client::called(world, form.client()?)?;
        let before = token.scp.unwrap_or_default();
        let scopes = form.field("scope").unwrap_or(&before);
        let row = DeviceCode {
            user_code: String::new(),
            client: client.id().to_owned(),
            scopes: scopes.split_whitespace().map(str::to_owned).collect(),
            outcome: CodeOutcome::Approved,
            user: Some(token.oid).filter(|id| *id != nobody()),
            created: world.now(),
        };
        Ok(person_tokens(world, &client, &row, shared.now_s()))
    })
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`
pub(super) fn device_code(shared: &Shared, request: &Request) -> Result<Reply, Refusal> {
    tenant(shared, request.segment(0))?;
    let form = Form::read(request);
    let scopes = form.needed("scope")?;
    let scopes: BTreeSet<String> = scopes.split_whitespace().map(str::to_owned).collect();
    let body = shared.write(|world| {
        let client = Client::called(world, form.client()?)?;
        let (code, row) = world.begin_device_code(client.id(), scopes);
        let page = "https://microsoft.com/devicelogin";
        let typed = &row.user_code;
        Ok::<_, Refusal>(json!({
            "user_code": typed,
            "device_code": code,
            "verification_uri": page,
            "expires_in": DEVICE_CODE_LIFE_S,
            "interval": 5,
            "message": format!(
                "To sign in, use a web browser to open the page {page} and enter the code \
                 {typed} to authenticate."
            ),
        }))
    })?;
    Ok(Reply::json(StatusCode::OK, &body))
}
