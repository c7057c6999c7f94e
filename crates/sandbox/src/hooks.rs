//! What a test or a person does to the sandbox that no service offers: `/_sandbox/…`. Reachable
//! from loopback only, like everything here, and not in the log.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use orgctl_model::ids::{ObjectId, TenantId};

use super::fault::{Fault, FaultError};
use super::origin::{self, Origin};
use super::reply::Reply;
use super::request::Request;
use super::shared::Shared;
use super::world::{CodeOutcome, World};

/// Stands where the name of a cloud host stands otherwise.
pub(crate) const HOST: &str = "_sandbox";

#[derive(Clone, Copy, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Connect {
    /// The directory's own when absent; zeros disconnect.
    tenant: Option<TenantId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redeem {
    user: ObjectId,
}

/// What a person does who is asked for a device code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedCode {
    /// Every open one when absent.
    #[serde(default)]
    user_code: Option<String>,
    outcome: CodeOutcome,
    /// The sandbox's caller when absent.
    #[serde(default)]
    user: Option<ObjectId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// By how much the clock is put forward.
    advance_ms: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Fault>),
    One(Fault),
    Lines(Vec<String>),
    Line(String),
}

impl OneOrMany {
    fn rules(self) -> Result<Vec<Fault>, FaultError> {
        match self {
            Self::Many(rules) => Ok(rules),
            Self::One(rule) => Ok(vec![rule]),
            Self::Lines(lines) => lines.iter().map(|line| Fault::from_line(line)).collect(),
            Self::Line(line) => Fault::from_line(&line).map(|rule| vec![rule]),
        }
    }
}

pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    if request.method != Method::GET && origin::of(request) == Origin::Foreign {
        let text = "a page of another origin presses nothing here";
        return Reply::text(StatusCode::FORBIDDEN, text);
    }
    shared.catch_up();
    match (&request.method, request.route(0).as_slice()) {
        (&Method::GET, ["requests"]) => Reply::json(StatusCode::OK, &shared.log().entries()),
        (&Method::GET, ["world"]) => {
            shared.read(|world: &World| Reply::json(StatusCode::OK, world))
        }
        (&Method::POST, ["faults"]) => with_body(request, |rules: OneOrMany| match rules.rules() {
            Ok(rules) => {
                shared.faults().extend(rules);
                Reply::empty(StatusCode::NO_CONTENT)
            }
            Err(error) => Reply::text(StatusCode::BAD_REQUEST, &error.to_string()),
        }),
        (&Method::DELETE, ["faults"]) => {
            shared.faults().clear();
            shared.answers().clear();
            Reply::empty(StatusCode::NO_CONTENT)
        }
        (&Method::GET, ["clock"]) => clock(shared),
        (&Method::POST, ["clock"]) => with_body(request, |body: Advance| {
            shared.advance(Duration::from_millis(body.advance_ms));
            clock(shared)
        }),
        (&Method::POST, ["settings"]) => with_body(request, |fields| set(shared, fields)),
        (&Method::POST, ["connect"]) if request.body.is_empty() => {
            connect(shared, Connect::default())
        }
        (&Method::POST, ["connect"]) => with_body(request, |body| connect(shared, body)),
        (&Method::POST, ["redeem"]) => with_body(request, |body: Redeem| {
            if shared.write(|world| world.redeem(body.user)) {
                return Reply::empty(StatusCode::NO_CONTENT);
            }
            Reply::text(StatusCode::NOT_FOUND, "no such user")
        }),
        (&Method::GET, ["outbox"]) => {
            shared.read(|world: &World| Reply::json(StatusCode::OK, &world.outbox()))
        }
        (&Method::GET, ["letters"]) => {
            shared.read(|world: &World| Reply::json(StatusCode::OK, &world.letters()))
        }
        (&Method::POST, ["device-code"]) => with_body(request, |body: TypedCode| {
            let TypedCode {
                user_code,
                outcome,
                user,
            } = body;
            let code = user_code.as_deref();
            match shared.write(|world| world.decide_device_codes(code, outcome, user)) {
                0 => Reply::text(StatusCode::NOT_FOUND, "no such code"),
                _ => Reply::empty(StatusCode::NO_CONTENT),
            }
        }),
        _ => Reply::text(StatusCode::NOT_FOUND, "the sandbox has no such hook"),
    }
}

/// Changes some of the settings, and answers all of them.
fn set(shared: &Shared, fields: Value) -> Reply {
    let refused = |error: &dyn ToString| Reply::text(StatusCode::BAD_REQUEST, &error.to_string());
    shared.write(|world| match world.settings().changed(fields) {
        Err(error) => refused(&error),
        Ok(settings) => match world.set(settings.clone()) {
            Err(error) => refused(&error),
            Ok(()) => Reply::json(StatusCode::OK, &settings),
        },
    })
}

fn clock(shared: &Shared) -> Reply {
    Reply::json(StatusCode::OK, &json!({ "now_ms": shared.now_ms() }))
}

/// Presses Connect, Switch or Disconnect, as a person does in the organization's settings.
fn connect(shared: &Shared, body: Connect) -> Reply {
    shared.write(|world| {
        let tenant = body.tenant.unwrap_or(world.directory().tenant);
        match world.press(tenant) {
            Ok(()) => Reply::json(StatusCode::OK, &json!({ "tenant": tenant })),
            Err(refusal) => Reply::text(StatusCode::CONFLICT, &refusal.to_string()),
        }
    })
}

fn with_body<T: DeserializeOwned>(request: &Request, then: impl FnOnce(T) -> Reply) -> Reply {
    match serde_json::from_slice(&request.body) {
        Ok(body) => then(body),
        Err(error) => Reply::text(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}
