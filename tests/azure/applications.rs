//! Applications among the users of an organization: a list of their own, and rows beside people.

use std::collections::BTreeMap;

use orgctl::model::access::EffectiveLevel;
use orgctl::model::application::Application;
use orgctl::model::ids::{Descriptor, ObjectId};
use orgctl::model::live::Live;
use orgctl::model::preflight::Readable;
use serde_json::{Value, json};

use super::canned;
use super::server::{Reply, Seen, Server};

const APPLICATIONS: &str = "vssps.dev.azure.com/contoso/_apis/graph/serviceprincipals";
const ROBOT_KEY: &str = "22222222-1111-6111-8111-000000000009";

fn object(number: u32) -> String {
    format!("66666666-5555-4555-8555-{number:012}")
}

fn client(number: u32) -> String {
    format!("77777777-5555-4555-8555-{number:012}")
}

/// A row as both lists have it.
fn row(number: u32, more: &[(&str, Value)]) -> Value {
    let mut row = json!({ "subjectKind": "servicePrincipal", "metaType": "application",
        "directoryAlias": object(number), "domain": canned::TENANT, "mailAddress": null,
        "principalName": client(number), "origin": "aad", "originId": object(number),
        "displayName": format!("robot {number}"), "descriptor": format!("aadsp.{number}") });
    for (field, value) in more {
        row[field] = value.clone();
    }
    row
}

/// Two pages of applications; the managed identity is among people too, with a person's kind.
fn answer(seen: &Seen) -> Reply {
    let list = |rows: Value| Reply::json(json!({ "count": 1, "value": rows }).to_string());
    let identity = [("metaType", json!("managedIdentity"))];
    let by_object = [("principalName", json!(object(2)))];
    match (seen.path(), seen.nth) {
        (APPLICATIONS, 0) => list(json!([row(1, &identity)])).with("X-MS-ContinuationToken", "a/b"),
        (APPLICATIONS, _) => {
            let deleted = [("isDeletedInOrigin", json!(true))];
            list(json!([row(2, &by_object), row(3, &deleted)]))
        }
        (canned::ENTITLEMENTS, _) => {
            let user = row(1, &[identity[0].clone(), ("subjectKind", json!("user"))]);
            let level = json!({ "licensingSource": "account", "accountLicenseType": "express",
                "status": "active" });
            let robot = json!({ "id": ROBOT_KEY, "user": user, "accessLevel": level });
            let ana = canned::entitlement(canned::ANA_KEY, "ana@contoso.com", "aad");
            canned::entitlements(&[ana, robot.to_string()], "", 2)
        }
        (_, _) => canned::answer(seen),
    }
}

async fn read(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Server, Live) {
    let server = Server::start(script).await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    (server, live)
}

#[tokio::test]
async fn applications_are_read_from_lists_and_are_no_members() {
    let (server, live) = read(answer).await;
    let id = |number| -> ObjectId { object(number).parse().unwrap() };
    let application = |number| Application {
        display_name: format!("robot {number}"),
        application_id: None,
        managed_identity: false,
        tenant: Some(canned::TENANT.parse().unwrap()),
        descriptor: Some(Descriptor::new(format!("aadsp.{number}"))),
        storage_key: None,
        access: None,
    };
    let identity = Application {
        application_id: Some(client(1).parse().unwrap()),
        managed_identity: true,
        storage_key: Some(ROBOT_KEY.parse().unwrap()),
        access: Some(EffectiveLevel::Basic),
        ..application(1)
    };
    let expected = BTreeMap::from([(id(1), identity), (id(2), application(2))]);
    assert_eq!(live.applications, Readable::Known(expected));
    assert_eq!(live.members.len(), 1, "Ana only");
    assert_eq!(server.count("GET", APPLICATIONS), 2);
    let targets = server.seen();
    let mut targets = targets.iter().map(|seen| &seen.target);
    assert!(targets.any(|target| target.ends_with("continuationToken=a%2Fb")));
}

#[tokio::test]
async fn applications_that_cannot_be_read_are_not_taken_for_none() {
    for (reply, expected) in [
        (Reply::new(403), "answered 403"),
        (
            Reply::json(json!({ "value": [row(1, &[("originId", json!(""))])] }).to_string()),
            "answered what is not described",
        ),
    ] {
        let (_server, live) = read(move |seen| match seen.path() {
            APPLICATIONS => reply.clone(),
            _ => answer(seen),
        })
        .await;
        assert_eq!(live.applications.why_unknown(), Some(expected));
    }
}

#[tokio::test]
async fn an_organization_without_a_tenant_is_not_asked_for_applications() {
    let (server, live) = read(|seen| match seen.path() {
        canned::PROBE => {
            let none = "00000000-0000-0000-0000-000000000000";
            Reply::new(302).with("X-VSS-ResourceTenant", none)
        }
        _ => answer(seen),
    })
    .await;
    assert_eq!(live.applications, Readable::NotAsked);
    assert_eq!(server.count("GET", APPLICATIONS), 0);
}
