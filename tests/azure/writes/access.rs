//! Access levels, set in bulk.

use orgctl::apply::port::{Outcome, StepError};
use orgctl::model::ids::RemoteId;
use serde_json::{Value, json};

use super::{changed_access, id_of, lee, new_access, send, start};
use crate::azure::canned::{self, ANA_OBJECT, LEE_KEY, NOOR_OBJECT};
use crate::azure::server::Reply;

#[tokio::test]
async fn access_is_set_in_bulk_and_every_result_counts_for_itself() {
    let server = start(|seen| {
        seen.is("PATCH", canned::ENTITLEMENTS).then(|| {
            assert!(seen.target.contains("doNotSendInviteForNewUsers=true"));
            assert!(
                seen.header("content-type")
                    .starts_with("application/json-patch+json")
            );
            let operations: Vec<Value> = serde_json::from_str(&seen.body).unwrap();
            assert!(operations.len() <= 50);
            let results: Vec<Value> = operations
                .iter()
                .map(|operation| match operation["op"].as_str().unwrap() {
                    "add" => json!({"userId": LEE_KEY, "isSuccess": true, "errors": [], "result":
                        {"id": LEE_KEY, "user": operation["value"]["user"]}}),
                    _ => json!({"userId": operation["path"].as_str().unwrap()[1..37],
                        "isSuccess": false, "errors": [{"key": 5005, "value": "no licence left"}]}),
                })
                .collect();
            Reply::json(json!({"completed": true, "results": results}).to_string())
        })
    })
    .await;
    let changed = format!("22222222-1111-6111-8111-{:012}", 77);
    let mut steps = vec![
        changed_access(&changed),
        new_access("noor@fabrikam.com", NOOR_OBJECT),
    ];
    for n in 0..59 {
        let id = format!("66666666-5555-4555-8555-{:012}", 100 + n);
        steps.push(new_access(&format!("p{n}@fabrikam.com"), &id));
    }
    let outcomes = send(&server, &steps).await;
    let Outcome::Failed(StepError::Call(error)) = &outcomes[0] else {
        panic!("{:?}", outcomes[0]);
    };
    assert_eq!(error.code(), Some("5005"));
    assert_eq!(error.message(), "no licence left");
    assert!(outcomes[1..].iter().all(|o| id_of(o) == Some(lee())));
    assert_eq!(
        server.count("PATCH", canned::ENTITLEMENTS),
        3,
        "50 and 10 added, 1 changed"
    );
}

#[tokio::test]
async fn a_lost_addition_is_looked_up_in_the_list() {
    let server = start(|seen| match (seen.method.as_str(), seen.path(), seen.nth) {
        ("PATCH", canned::ENTITLEMENTS, 0) => Some(Reply::lost()),
        ("PATCH", canned::ENTITLEMENTS, _) => {
            let operations: Vec<Value> = serde_json::from_str(&seen.body).unwrap();
            let user = &operations[0]["value"]["user"];
            assert_eq!(
                (operations.len(), &user["originId"]),
                (1, &json!(NOOR_OBJECT))
            );
            let results = json!([{"userId": LEE_KEY, "isSuccess": true, "errors": []}]);
            Some(Reply::json(json!({ "results": results }).to_string()))
        }
        ("GET", canned::ENTITLEMENTS, _) => {
            let ana = canned::entitlement(canned::ANA_KEY, "ana@contoso.com", "aad");
            let ana = ana.replace("express", "stakeholder");
            Some(canned::entitlements(&[ana], "", 1))
        }
        _ => None,
    })
    .await;
    let steps = [
        new_access("ana@contoso.com", ANA_OBJECT),
        new_access("noor@fabrikam.com", NOOR_OBJECT),
    ];
    let outcomes = send(&server, &steps).await;
    let ana = RemoteId::StorageKey(canned::ANA_KEY.parse().unwrap());
    assert_eq!(id_of(&outcomes[0]), Some(ana));
    assert_eq!(id_of(&outcomes[1]), Some(lee()));
    assert_eq!(server.count("PATCH", canned::ENTITLEMENTS), 2);
}

#[tokio::test]
async fn an_addition_that_shows_late_is_not_made_again() {
    let server = start(|seen| match (seen.method.as_str(), seen.path(), seen.nth) {
        ("PATCH", canned::ENTITLEMENTS, 0) => Some(Reply::lost()),
        ("GET", canned::ENTITLEMENTS, 0 | 1) => Some(canned::entitlements(&[], "", 0)),
        ("GET", canned::ENTITLEMENTS, _) => {
            let ana = canned::entitlement(canned::ANA_KEY, "ana@contoso.com", "aad");
            let ana = ana.replace("express", "stakeholder");
            Some(canned::entitlements(&[ana], "", 1))
        }
        _ => None,
    })
    .await;
    let outcomes = send(&server, &[new_access("ana@contoso.com", ANA_OBJECT)]).await;
    let ana = RemoteId::StorageKey(canned::ANA_KEY.parse().unwrap());
    assert_eq!(id_of(&outcomes[0]), Some(ana), "{outcomes:?}");
    assert_eq!(server.count("PATCH", canned::ENTITLEMENTS), 1);
}

#[tokio::test]
async fn a_change_that_is_still_going_on_is_settled_by_the_list_or_unsure() {
    for (level, is_settled) in [("express", true), ("stakeholder", false)] {
        let server = start(move |seen| match seen.method.as_str() {
            "PATCH" => Some(Reply::json(
                r#"{"completed":false,"status":"queued","results":[]}"#,
            )),
            "GET" if seen.path() == canned::ENTITLEMENTS => {
                let lee = canned::entitlement(LEE_KEY, "lee@outlook.com", "msa");
                let lee = lee.replace("express", level);
                Some(canned::entitlements(&[lee], "", 1))
            }
            _ => None,
        })
        .await;
        let outcomes = send(&server, &[changed_access(LEE_KEY)]).await;
        assert_eq!(id_of(&outcomes[0]).is_some(), is_settled, "{outcomes:?}");
        assert_eq!(matches!(outcomes[0], Outcome::Unsure(_)), !is_settled);
    }
}

#[tokio::test]
async fn an_identity_that_is_new_in_the_directory_is_added_again_until_it_is_known() {
    let server = start(|seen| {
        seen.is("PATCH", canned::ENTITLEMENTS).then(|| {
            let operations: Vec<Value> = serde_json::from_str(&seen.body).unwrap();
            let result = if seen.nth < 3 {
                json!({"isSuccess": false, "errors": [{"key": 5102, "value":
                    "You are trying to invite a user from outside your directory"}]})
            } else {
                json!({"userId": LEE_KEY, "isSuccess": true, "errors": [], "result":
                    {"id": LEE_KEY, "user": operations[0]["value"]["user"]}})
            };
            Reply::json(json!({"completed": true, "results": [result]}).to_string())
        })
    })
    .await;
    let outcomes = send(&server, &[new_access("noor@fabrikam.com", NOOR_OBJECT)]).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()), "{outcomes:?}");
}
