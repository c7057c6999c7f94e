//! Writes: what each step sends, and what becomes of refusals and lost answers.

mod access;
mod connection;
mod guests;
mod mail;
mod policies;
mod projects;
mod restored;
mod users;

use std::collections::BTreeMap;

use orgctl::apply::port::{Bindings, Outcome, Writer as _};
use orgctl::azure::settings::Settings;
use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, DirectoryUserAttributes, Identity,
    InvitationAttributes, MappingAttributes, RemovalAttributes,
};
use orgctl::model::desired::ConnectWith;
use orgctl::model::ids::RemoteId;
use orgctl::plan::value::{Change, Reason, Step};
use serde_json::{Value, json};

use crate::azure::canned::{self, ANA_OBJECT, LEE_KEY, NOOR_OBJECT, email};
use crate::azure::server::{Reply, Seen, Server};

pub(crate) const DESCRIPTOR: &str = "msa.lee";
pub(crate) const LEE_USER: &str = "vssps.dev.azure.com/contoso/_apis/graph/users/msa.lee";
pub(crate) const LEE_DESCRIPTOR: &str =
    "vssps.dev.azure.com/contoso/_apis/graph/descriptors/22222222-1111-6111-8111-000000000002";
pub(crate) const LEE_AFTER: &str = "vssps.dev.azure.com/contoso/_apis/graph/users/aad.lee";
pub(crate) const LEE_ENTITLEMENT: &str =
    "vsaex.dev.azure.com/contoso/_apis/userentitlements/22222222-1111-6111-8111-000000000002";
pub(crate) const CONNECT: &str = "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";

pub(crate) fn step(kind: Kind, person: &str, change: Change) -> Step {
    Step {
        address: Address::of(kind, &email(person)),
        change,
        reason: Reason::Missing,
        needs: Vec::new(),
        source: None,
        display_name: None,
    }
}

pub(crate) fn create(kind: Kind, person: &str, after: Attributes) -> Step {
    step(kind, person, Change::Create { after })
}

pub(crate) fn removal() -> Step {
    let after = Attributes::Removal(RemovalAttributes {
        member: LEE_KEY.parse().unwrap(),
        reason: "left".to_owned(),
    });
    create(Kind::Removal, "lee@outlook.com", after)
}

pub(crate) fn new_user(name: &str) -> Step {
    let after = Attributes::DirectoryUser(DirectoryUserAttributes {
        display_name: "Sam Ode".to_owned(),
        restored: None,
    });
    create(Kind::DirectoryUser, name, after)
}

pub(crate) fn invitation() -> Step {
    let after = Attributes::Invitation(InvitationAttributes {
        display_name: Some("Noor Haddad".to_owned()),
        message: Some("Welcome".to_owned()),
        ..InvitationAttributes::default()
    });
    create(Kind::Invitation, "noor@fabrikam.com", after)
}

pub(crate) fn mapping() -> Step {
    let after = Attributes::Mapping(MappingAttributes::new(
        LEE_KEY.parse().unwrap(),
        email("lee@contoso.com"),
        Identity::ObjectId(ANA_OBJECT.parse().unwrap()),
    ));
    create(Kind::Mapping, "lee@outlook.com", after)
}

pub(crate) fn connection(with: ConnectWith) -> Step {
    let after = Attributes::Connection(ConnectionAttributes {
        tenant: Some(canned::TENANT.parse().unwrap()),
        connect_with: with,
    });
    create(Kind::Connection, "contoso@x.y", after)
}

pub(crate) fn new_access(person: &str, object_id: &str) -> Step {
    let after = Attributes::Access(AccessAttributes {
        level: EffectiveLevel::Stakeholder,
        projects: BTreeMap::new(),
        identity: Some(Identity::ObjectId(object_id.parse().unwrap())),
        added: false,
        account: None,
    });
    create(Kind::Access, person, after)
}

pub(crate) fn changed_access(key: &str) -> Step {
    let access = |level| {
        Attributes::Access(AccessAttributes {
            level,
            projects: BTreeMap::new(),
            identity: None,
            added: false,
            account: None,
        })
    };
    let change = Change::Update {
        id: RemoteId::StorageKey(key.parse().unwrap()),
        before: access(EffectiveLevel::Stakeholder),
        after: access(EffectiveLevel::Basic),
    };
    step(Kind::Access, "lee@outlook.com", change)
}

pub(crate) async fn start(
    reply: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
) -> Server {
    Server::start(move |seen| reply(seen).unwrap_or_else(|| canned::answer(seen))).await
}

pub(crate) async fn send_with(settings: Settings, steps: &[Step], ids: &Bindings) -> Vec<Outcome> {
    let steps: Vec<&Step> = steps.iter().collect();
    canned::services_with(settings).send(&steps, ids).await
}

pub(crate) async fn send(server: &Server, steps: &[Step]) -> Vec<Outcome> {
    send_with(canned::settings(server), steps, &Bindings::default()).await
}

pub(crate) fn body_of(server: &Server, method: &str, path: &str) -> Value {
    let seen = server.seen();
    let request = seen.iter().find(|seen| seen.is(method, path)).unwrap();
    serde_json::from_str(&request.body).unwrap()
}

pub(crate) fn object(id: &str) -> RemoteId {
    RemoteId::ObjectId(id.parse().unwrap())
}

pub(crate) fn lee() -> RemoteId {
    RemoteId::StorageKey(LEE_KEY.parse().unwrap())
}

pub(crate) fn id_of(outcome: &Outcome) -> Option<RemoteId> {
    match outcome {
        Outcome::Done { remote_id, .. } => Some(*remote_id),
        Outcome::AlreadySo { .. }
        | Outcome::MailOwed { .. }
        | Outcome::MailUnsure { .. }
        | Outcome::Failed(_)
        | Outcome::Unsure(_) => None,
    }
}

/// Answers each request of a batch with what `one` says of it.
pub(crate) fn batch_reply(seen: &Seen, one: impl Fn(&Value) -> Value) -> Reply {
    let batch: Value = serde_json::from_str(&seen.body).unwrap();
    let requests = batch["requests"].as_array().unwrap();
    assert!(requests.len() <= 20);
    let answer = |item: &Value| {
        let mut answer = one(item);
        answer["id"] = item["id"].clone();
        answer
    };
    let answers: Vec<Value> = requests.iter().rev().map(answer).collect();
    Reply::json(json!({ "responses": answers }).to_string())
}

/// What a directory shows of Noor: by address, which it learns of late, and by principal name.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) by_address: bool,
    pub(crate) by_name: bool,
}

impl Shown {
    pub(crate) const fn all(is_there: bool) -> Self {
        Self {
            by_address: is_there,
            by_name: is_there,
        }
    }

    /// The answer to a batch of looks.
    pub(crate) fn answer(self, seen: &Seen) -> Reply {
        let guest = "noor_fabrikam.com#EXT#@contoso.onmicrosoft.com";
        let user = canned::user(NOOR_OBJECT, guest, "Noor@fabrikam.com");
        let user: Value = serde_json::from_str(&user).unwrap();
        batch_reply(seen, |item| {
            let url = item["url"].as_str().unwrap();
            assert_eq!(item["method"], "GET", "{url}");
            let name = "/users/noor_fabrikam.com%23EXT%23@contoso.onmicrosoft.com?";
            if url.starts_with("/users?") {
                let users = Vec::from_iter(self.by_address.then(|| user.clone()));
                json!({"status": 200, "body": {"value": users}})
            } else if url.starts_with(name) && self.by_name {
                json!({"status": 200, "body": user})
            } else {
                json!({"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}})
            }
        })
    }
}

#[tokio::test]
async fn outcomes_keep_the_order_of_the_steps() {
    let server = start(|seen| {
        (seen.method == "DELETE").then(|| {
            let is_odd = seen.path().ends_with(['1', '3', '5', '7', '9']);
            Reply::new(if is_odd { 204 } else { 404 })
        })
    })
    .await;
    let steps: Vec<Step> = (0..20)
        .map(|n| {
            let after = Attributes::Removal(RemovalAttributes {
                member: format!("22222222-1111-6111-8111-{n:012}").parse().unwrap(),
                reason: String::new(),
            });
            create(Kind::Removal, &format!("p{n}@outlook.com"), after)
        })
        .collect();
    let outcomes = send(&server, &steps).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(id_of(outcome).is_some(), n % 2 == 1, "{n} {outcome:?}");
    }
}
