//! Group rules that take time: what was given is not there at once.

use serde_json::{Value, json};

use super::support::{Playground, contoso, key, object, personal};
use orgctl::sandbox::{Options, Settings};

const HOST: &str = "vsaex.dev.azure.com/contoso/_apis";
const HOUR_MS: u32 = 3_600_000;

/// A connected organization in which rules take an hour, with Kim, who has no level of her own.
async fn slow() -> (Playground, String) {
    let settings = Settings {
        group_rules_take_ms: HOUR_MS,
        ..Settings::default()
    };
    let mut live = contoso();
    live.members.insert(key(3), personal("kim@outlook.com"));
    let play = Playground::with(&live, settings).await;
    play.connect().await;
    let body = json!({ "originId": object(2) });
    let graph = "vssps.dev.azure.com/contoso/_apis/graph";
    let known = play
        .devops_json("POST", &format!("{graph}/users"), &body)
        .await;
    let name = known.ok()["descriptor"].as_str().unwrap().to_owned();
    let url = format!("{graph}/storagekeys/{name}");
    let user = play.devops_get(&url).await.ok();
    (play, user["value"].as_str().unwrap().to_owned())
}

async fn add_rule(play: &Playground) -> String {
    let body = json!({
        "group": { "origin": "aad", "originId": object(50), "subjectKind": "group" },
        "licenseRule": { "licensingSource": "account", "accountLicenseType": "express" },
    });
    let url = format!("{HOST}/groupentitlements");
    let got = play.devops_json("POST", &url, &body).await.ok();
    got["results"][0]["groupId"].as_str().unwrap().to_owned()
}

async fn tie(play: &Playground, method: &str, group: &str, user: &str) {
    let tie = format!("{HOST}/GroupEntitlements/{group}/members/{user}");
    assert_eq!(play.send(play.devops(method, &tie)).await.status, 200);
}

/// The level of somebody, and how far the rule on their group has come for them.
async fn stand(play: &Playground, user: &str) -> Option<(String, Value)> {
    let url = format!("{HOST}/userentitlements/{user}");
    let got = play.devops_get(&url).await;
    (got.status == 200).then(|| {
        let user = got.json();
        let level = user["accessLevel"]["accountLicenseType"].as_str().unwrap();
        (
            level.to_owned(),
            user["groupAssignments"][0]["status"].clone(),
        )
    })
}

async fn rule(play: &Playground, group: &str) -> Value {
    let url = format!("{HOST}/groupentitlements/{group}");
    play.devops_get(&url).await.ok()
}

fn stands(level: &str, status: &str) -> (String, Value) {
    (level.to_owned(), json!(status))
}

#[tokio::test]
async fn a_rule_is_pending_until_its_time_is_over() {
    let (play, user) = slow().await;
    let group = add_rule(&play).await;
    tie(&play, "PUT", &group, &user).await;
    let early = rule(&play, &group).await;
    assert_eq!(
        (&early["status"], &early["lastExecuted"]),
        (&json!("applyPending"), &Value::Null)
    );
    play.forward(HOUR_MS - 60_000).await;
    assert_eq!(stand(&play, &user).await, None, "no level yet");
    play.forward(60_000).await;
    assert_eq!(
        stand(&play, &user).await,
        Some(stands("express", "applied"))
    );
    let late = rule(&play, &group).await;
    assert_eq!(late["status"], "applied");
    assert!(late["lastExecuted"].is_string(), "{late}");
}

#[tokio::test]
async fn who_comes_into_a_group_or_leaves_it_waits_too() {
    let (play, user) = slow().await;
    let group = add_rule(&play).await;
    play.forward(HOUR_MS).await;
    // Lee has a level of her own, so there is somebody to see the assignment of.
    let lee = key(2).to_string();
    for member in [&user, &lee] {
        tie(&play, "PUT", &group, member).await;
    }
    assert_eq!(rule(&play, &group).await["status"], "applied");
    assert_eq!(stand(&play, &user).await, None);
    assert_eq!(
        stand(&play, &lee).await,
        Some(stands("express", "applyPending"))
    );
    play.forward(HOUR_MS).await;
    assert_eq!(
        stand(&play, &user).await,
        Some(stands("express", "applied"))
    );
    assert_eq!(stand(&play, &lee).await, Some(stands("express", "applied")));
    tie(&play, "DELETE", &group, &user).await;
    let level = async || stand(&play, &user).await.unwrap().0;
    assert_eq!(level().await, "express");
    play.forward(HOUR_MS).await;
    assert_eq!(level().await, "none");
}

#[tokio::test]
async fn the_level_from_before_holds_until_a_changed_rule_is_carried_out() {
    let (play, user) = slow().await;
    let group = add_rule(&play).await;
    tie(&play, "PUT", &group, &user).await;
    play.forward(HOUR_MS).await;
    let patch = json!([{ "op": "replace", "path": "/licenseRule",
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } }]);
    let url = format!("{HOST}/groupentitlements/{group}");
    play.devops_patch(&url, &patch).await.ok();
    assert_eq!(
        stand(&play, &user).await,
        Some(stands("express", "applyPending"))
    );
    // Whoever comes meanwhile gets what holds, once it is their time.
    play.forward(HOUR_MS / 2).await;
    tie(&play, "DELETE", &group, &user).await;
    tie(&play, "PUT", &group, &user).await;
    play.forward(HOUR_MS / 2).await;
    assert_eq!(
        stand(&play, &user).await,
        Some(stands("stakeholder", "applyPending"))
    );
    play.forward(HOUR_MS / 2).await;
    assert_eq!(
        stand(&play, &user).await,
        Some(stands("stakeholder", "applied"))
    );
    let gone = play.send(play.devops("DELETE", &url)).await;
    assert_eq!(gone.status, 200);
    assert_eq!(stand(&play, &user).await.unwrap().0, "stakeholder");
    play.forward(HOUR_MS).await;
    assert_eq!(stand(&play, &user).await.unwrap().0, "none");
}

#[tokio::test]
async fn what_was_pending_is_carried_out_after_a_restart() {
    let (play, user) = slow().await;
    let group = add_rule(&play).await;
    tie(&play, "PUT", &group, &user).await;
    let file = serde_json::to_value(play.running.world()).unwrap();
    let world = serde_json::from_value(file).unwrap();
    let play = Playground::start(Options::new(world)).await;
    assert_eq!(rule(&play, &group).await["status"], "applyPending");
    play.forward(HOUR_MS).await;
    assert_eq!(
        stand(&play, &user).await,
        Some(stands("express", "applied"))
    );
}
