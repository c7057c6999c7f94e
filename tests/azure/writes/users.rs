//! Directory users, made in batches.

use std::sync::{Arc, Mutex};

use orgctl::apply::port::{Bindings, Outcome, StepError};
use orgctl::azure::settings::Settings;
use orgctl::plan::value::Step;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{batch_reply, id_of, new_user, object, send, send_with, start};
use crate::azure::canned::{self, ANA_OBJECT, NOOR_OBJECT};
use crate::azure::server::{Reply, Seen, Server};

#[tokio::test]
async fn passwords_are_kept_before_anything_is_sent() {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&kept);
    let before = Arc::clone(&kept);
    let server = start(move |seen| {
        (seen.path() == canned::BATCH).then(|| {
            batch_reply(seen, |item| {
                let name = item["body"]["userPrincipalName"].as_str().unwrap();
                let kept = before.lock().unwrap();
                let is_kept = kept.iter().any(|(kept, _): &(String, String)| kept == name);
                let status = if is_kept { 201 } else { 400 };
                json!({"status": status, "body": {"id": NOOR_OBJECT}})
            })
        })
    })
    .await;
    let settings = Settings {
        on_password: Some(Arc::new(move |name, password| {
            let note = (name.to_string(), password.expose_secret().to_owned());
            notes.lock().unwrap().push(note);
            Ok(())
        })),
        ..canned::settings(&server)
    };
    let steps: Vec<Step> = (0..12)
        .map(|n| new_user(&format!("sam{n}@contoso.com")))
        .collect();
    let outcomes = send_with(settings, &steps, &Bindings::default()).await;
    assert!(
        outcomes
            .iter()
            .all(|o| id_of(o) == Some(object(NOOR_OBJECT)))
    );
    let seen = server.seen();
    let batches: Vec<&Seen> = seen.iter().filter(|s| s.path() == canned::BATCH).collect();
    assert_eq!(batches.len(), 2, "ten at most in each");
    let first: Value = serde_json::from_str(&batches[0].body).unwrap();
    let (name, password) = kept.lock().unwrap()[0].clone();
    assert!(password.len() >= 24);
    assert_eq!(
        first["requests"][0],
        json!({"id": "0", "method": "POST", "url": "/users",
            "headers": {"Content-Type": "application/json"},
            "body": {"accountEnabled": true, "displayName": "Sam Ode", "mailNickname": "sam0",
                "userPrincipalName": name, "passwordProfile":
                {"forceChangePasswordNextSignIn": true, "password": password}}})
    );
}

#[tokio::test]
async fn a_password_that_cannot_be_kept_keeps_the_user_from_being_made() {
    let server = Server::start(canned::answer).await;
    let settings = Settings {
        on_password: Some(Arc::new(|_, _| Err(std::io::Error::other("disk full")))),
        ..canned::settings(&server)
    };
    let steps = [new_user("sam@contoso.com")];
    let outcomes = send_with(settings, &steps, &Bindings::default()).await;
    assert!(
        matches!(&outcomes[0], Outcome::Failed(e @ StepError::Password { .. }) if e.message().contains("disk full"))
    );
    assert_eq!(server.count("POST", canned::BATCH), 0);
}

#[tokio::test]
async fn a_taken_name_is_looked_up() {
    let server =
        start(|seen| {
            (seen.path() == canned::BATCH).then(|| {
            batch_reply(seen, |item| {
                if item["method"] == "POST" {
                    json!({"status": 400, "body": {"error": {"code": "Request_BadRequest",
                        "message": "Another object with the same value exists.",
                        "details": [{"code": "ObjectConflict", "target": "userPrincipalName"}]}}})
                } else if item["url"].as_str().unwrap().starts_with("/users/sam@contoso.com?") {
                    json!({"status": 200, "body": {"id": NOOR_OBJECT}})
                } else {
                    json!({"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}})
                }
            })
        })
        })
        .await;
    let steps = [new_user("sam@contoso.com"), new_user("tom@contoso.com")];
    let outcomes = send(&server, &steps).await;
    let remote_id = object(NOOR_OBJECT);
    assert_eq!(outcomes[0], Outcome::AlreadySo { remote_id });
    let Outcome::Failed(StepError::Call(error)) = &outcomes[1] else {
        panic!("{outcomes:?}");
    };
    assert!(error.message().contains("same value"), "{error}");
}

#[tokio::test]
async fn a_lost_batch_is_looked_up_before_anybody_is_made_again() {
    // The first batch is lost after Sam was made and before Tom was.
    let server = start(|seen| {
        (seen.path() == canned::BATCH).then(|| match seen.nth {
            0 => Reply::lost(),
            1 => batch_reply(seen, |item| {
                if item["url"].as_str().unwrap().contains("sam@") {
                    json!({"status": 200, "body": {"id": ANA_OBJECT}})
                } else {
                    json!({"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}})
                }
            }),
            _ => batch_reply(seen, |item| {
                assert_eq!(item["body"]["userPrincipalName"], "tom@contoso.com");
                json!({"status": 201, "body": {"id": NOOR_OBJECT}})
            }),
        })
    })
    .await;
    let steps = [new_user("sam@contoso.com"), new_user("tom@contoso.com")];
    let outcomes = send(&server, &steps).await;
    assert_eq!(id_of(&outcomes[0]), Some(object(ANA_OBJECT)));
    assert_eq!(id_of(&outcomes[1]), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::BATCH), 3);
}

#[tokio::test]
async fn whose_name_is_taken_by_a_batch_that_was_lost_is_made() {
    // Sam is made by the first batch and seen late: neither that answer nor the first look tells.
    let server = start(|seen| {
        (seen.path() == canned::BATCH).then(|| match seen.nth {
            0 => Reply::lost(),
            2 => batch_reply(seen, |_| {
                json!({"status": 400, "body": {"error": {"code": "Request_BadRequest",
                    "details": [{"code": "ObjectConflict", "target": "userPrincipalName"}]}}})
            }),
            1 | 3 => batch_reply(
                seen,
                |_| json!({"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}}),
            ),
            _ => batch_reply(seen, |_| json!({"status": 200, "body": {"id": ANA_OBJECT}})),
        })
    })
    .await;
    let outcomes = send(&server, &[new_user("sam@contoso.com")]).await;
    assert_eq!(id_of(&outcomes[0]), Some(object(ANA_OBJECT)));
}

#[tokio::test]
async fn a_creation_that_fails_is_tried_again_as_long_as_nobody_came_of_it() {
    // Each request of the batch fails as it comes, and each look finds nobody, nine times.
    let server = start(|seen| {
        (seen.path() == canned::BATCH).then(|| {
            batch_reply(seen, |item| match item["method"].as_str() {
                Some("POST") if seen.nth < 18 => json!({"status": 503, "body": {}}),
                Some("POST") => json!({"status": 201, "body": {"id": NOOR_OBJECT}}),
                _ => {
                    json!({"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}})
                }
            })
        })
    })
    .await;
    let outcomes = send(&server, &[new_user("sam@contoso.com")]).await;
    assert_eq!(id_of(&outcomes[0]), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::BATCH), 19);
}
