//! Changes and deletions that are seen late: who looks too early sees what was there before.

use orgctl::sandbox::{Lag, Settings};
use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, key, object};

const ALL: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";
const GRAPH: &str = "vssps.dev.azure.com/contoso/_apis/graph";

const LAG: Lag = Lag {
    min_ms: 60_000,
    max_ms: 120_000,
    lists_ms: 60_000,
    flip_flop: false,
    changes: true,
};

/// The longest wait of a look by name, and how much later lists are.
const BY_NAME_MS: u32 = 120_000;
const LISTS_MS: u32 = 60_000;

async fn lagging(lag: Lag) -> Playground {
    let settings = Settings {
        lag,
        ..Settings::default()
    };
    Playground::with(&contoso(), settings).await
}

fn lee() -> String {
    format!("users/{}", object(2))
}

async fn patch(play: &Playground, change: &Value) {
    let got = play.graph_json("PATCH", &lee(), change).await;
    assert_eq!(got.status, 204, "{}", got.text);
}

async fn title(play: &Playground) -> Value {
    let path = format!("{}?$select=jobTitle,department", lee());
    let user = play.graph_get(&path).await.ok();
    json!([user["jobTitle"], user["department"]])
}

/// One field of Lee in the list of users; nothing when she is not in it.
async fn listed(play: &Playground, field: &str) -> Option<Value> {
    let path = format!("users?$select=id,{field}");
    let users = play.graph_get(&path).await.ok();
    let rows = users["value"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == object(2).to_string());
    row.map(|row| row[field].clone())
}

#[tokio::test]
async fn a_change_shows_late_and_in_lists_later() {
    let play = lagging(LAG).await;
    patch(&play, &json!({ "jobTitle": "Tester" })).await;
    assert_eq!(title(&play).await, json!([null, null]));
    play.forward(BY_NAME_MS).await;
    assert_eq!(title(&play).await, json!(["Tester", null]));
    assert_eq!(listed(&play, "jobTitle").await, Some(Value::Null));
    play.forward(LISTS_MS).await;
    assert_eq!(listed(&play, "jobTitle").await, Some(json!("Tester")));
}

#[tokio::test]
async fn nothing_is_lost_when_somebody_writes_in_the_dark() {
    let play = lagging(LAG).await;
    patch(&play, &json!({ "jobTitle": "Tester" })).await;
    play.forward(1000).await;
    patch(&play, &json!({ "department": "Test" })).await;
    assert_eq!(title(&play).await, json!([null, null]));
    play.forward(BY_NAME_MS).await;
    assert_eq!(title(&play).await, json!(["Tester", "Test"]));
}

#[tokio::test]
async fn each_object_lags_as_long_every_time() {
    let play = lagging(LAG).await;
    let mut waits = Vec::new();
    for round in ["a", "b"] {
        patch(&play, &json!({ "jobTitle": round })).await;
        let mut waited_ms = 0;
        while title(&play).await != json!([round, null]) {
            play.forward(5000).await;
            waited_ms += 5000;
        }
        waits.push(waited_ms);
    }
    // The clock runs on by itself, so one may need a step less than the other.
    assert!(waits[0] >= 55_000 && waits[0] <= 120_000, "{waits:?}");
    assert!(u32::abs_diff(waits[0], waits[1]) <= 5000, "{waits:?}");
}

#[tokio::test]
async fn a_new_name_is_found_late_and_the_old_one_as_long() {
    let play = lagging(LAG).await;
    let change = json!({ "userPrincipalName": "lee.chang@contoso.com", "mail": "lc@contoso.com" });
    patch(&play, &change).await;
    let by = async |path: &str| play.graph_get(path).await;
    let filtered = async |condition: &str| {
        let request = play.graph("GET", "users");
        let got = play.send(request.query(&[("$filter", condition)])).await;
        got.ok()["value"].as_array().unwrap().len()
    };
    let found = by("users/lee@contoso.com").await.ok();
    assert_eq!(found["userPrincipalName"], "lee@contoso.com");
    assert_eq!(by("users/lee.chang@contoso.com").await.status, 404);
    assert_eq!(filtered("mail eq 'lc@contoso.com'").await, 0);
    assert_eq!(filtered("mail eq 'lee@contoso.com'").await, 1);
    play.forward(BY_NAME_MS + LISTS_MS).await;
    assert_eq!(by("users/lee@contoso.com").await.status, 404);
    by("users/lee.chang@contoso.com").await.ok();
    assert_eq!(filtered("mail eq 'lc@contoso.com'").await, 1);
    assert_eq!(filtered("mail eq 'lee@contoso.com'").await, 0);
}

#[tokio::test]
async fn who_was_deleted_is_there_for_a_while_and_can_be_deleted_once_only() {
    let play = lagging(LAG).await;
    let delete = async || play.send(play.graph("DELETE", &lee())).await.status;
    assert_eq!(delete().await, 204);
    let bin = async || {
        let path = "directory/deletedItems/microsoft.graph.user";
        let page = play.graph_get(path).await.ok();
        page["value"].as_array().unwrap().len()
    };
    let count = async || {
        let request = play.graph("GET", "users/$count");
        let got = play.send(request.header("ConsistencyLevel", "eventual"));
        got.await.text
    };
    play.graph_get(&lee()).await.ok();
    assert!(listed(&play, "mail").await.is_some());
    assert_eq!((bin().await, count().await), (0, "2".to_owned()));
    assert_eq!(delete().await, 404);
    play.forward(BY_NAME_MS).await;
    assert_eq!(play.graph_get(&lee()).await.status, 404);
    assert!(listed(&play, "mail").await.is_some(), "lists are later");
    play.forward(LISTS_MS).await;
    assert_eq!(listed(&play, "mail").await, None);
    assert_eq!((bin().await, count().await), (1, "1".to_owned()));
}

#[tokio::test]
async fn a_delta_tells_of_changes_once_they_show() {
    let play = lagging(LAG).await;
    let follow = async |page: &Value| {
        let link = page["@odata.deltaLink"].as_str().unwrap();
        let (_, path) = link.split_once("/v1.0/").unwrap();
        play.graph_get(path).await.ok()
    };
    let first = play.graph_get("users/delta").await.ok();
    patch(&play, &json!({ "displayName": "Lee Chang" })).await;
    let ana = format!("users/{}", object(1));
    assert_eq!(play.send(play.graph("DELETE", &ana)).await.status, 204);
    let dark = follow(&first).await;
    assert_eq!(dark["value"], json!([]));
    play.forward(BY_NAME_MS + LISTS_MS).await;
    let late = follow(&dark).await;
    let rows = late["value"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{late}");
    assert_eq!(rows[0]["@removed"]["reason"], "changed");
    assert_eq!(rows[1]["displayName"], "Lee Chang");
    assert_eq!(follow(&late).await["value"], json!([]));
}

async fn level(play: &Playground, number: u128) -> Got {
    play.devops_get(&format!("{ALL}/{}", key(number))).await
}

async fn rows(play: &Playground) -> (usize, Value) {
    let page = play.devops_get(ALL).await.ok();
    (
        page["items"].as_array().unwrap().len(),
        page["totalCount"].clone(),
    )
}

#[tokio::test]
async fn a_level_and_a_removal_show_late() {
    let play = lagging(LAG).await;
    let licence = async || level(&play, 2).await.ok()["accessLevel"]["accountLicenseType"].clone();
    let change = json!([{ "op": "replace", "path": format!("/{}/accessLevel", key(2)),
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } }]);
    let done = play.devops_patch(ALL, &change).await.ok();
    let told = &done["results"][0]["result"]["accessLevel"]["accountLicenseType"];
    assert_eq!(told, "stakeholder", "the answer to a write knows");
    assert_eq!(licence().await, "express");
    play.forward(BY_NAME_MS).await;
    assert_eq!(licence().await, "stakeholder");
    let one = format!("{ALL}/{}", key(2));
    assert_eq!(play.send(play.devops("DELETE", &one)).await.status, 204);
    level(&play, 2).await.ok();
    assert_eq!(rows(&play).await, (2, json!(2)));
    assert_eq!(play.send(play.devops("DELETE", &one)).await.status, 404);
    play.forward(BY_NAME_MS).await;
    assert_eq!(level(&play, 2).await.status, 404);
    play.forward(LISTS_MS).await;
    assert_eq!(rows(&play).await, (1, json!(1)));
}

#[tokio::test]
async fn a_mapping_shows_late_under_the_old_descriptor() {
    let play = lagging(LAG).await;
    play.connect().await;
    play.forward(BY_NAME_MS + LISTS_MS).await;
    let lee = play.graph_user("lee@outlook.com").await;
    let old = lee["descriptor"].as_str().unwrap();
    let url = format!("{GRAPH}/users/{old}");
    let body = json!({ "originId": object(2) });
    let mapped = play.devops_json("PATCH", &url, &body).await.ok();
    let new = mapped["descriptor"].as_str().unwrap();
    let status = async |name: &str| {
        let got = play.devops_get(&format!("{GRAPH}/users/{name}")).await;
        got.status.as_u16()
    };
    let called = async || {
        let url = format!("{GRAPH}/descriptors/{}", key(2));
        play.devops_get(&url).await.ok()["value"].clone()
    };
    assert_eq!((status(old).await, status(new).await), (200, 404));
    assert_eq!(called().await, old);
    play.graph_user("lee@outlook.com").await;
    let again = play.devops_json("PATCH", &url, &body).await;
    assert_eq!(again.status, 404, "a write goes to who it is now");
    play.forward(BY_NAME_MS).await;
    assert_eq!((status(old).await, status(new).await), (404, 200));
    assert_eq!(called().await, new);
    play.forward(LISTS_MS).await;
    play.graph_user("lee@contoso.com").await;
}

#[tokio::test]
async fn a_search_finds_people_under_what_is_seen_of_them() {
    let play = lagging(LAG).await;
    play.connect().await;
    play.forward(BY_NAME_MS + LISTS_MS).await;
    let lee = play.graph_user("lee@outlook.com").await;
    let url = format!("{GRAPH}/users/{}", lee["descriptor"].as_str().unwrap());
    let body = json!({ "originId": object(2) });
    play.devops_json("PATCH", &url, &body).await.ok();
    let found = async |query: &str| {
        let body = json!({ "query": query, "subjectKind": ["User"] });
        let url = format!("{GRAPH}/subjectquery");
        let got = play.devops_json("POST", &url, &body).await.ok();
        got["value"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(found("lee@outlook").await, 1);
    assert_eq!(found("lee@contoso").await, 0);
    play.forward(BY_NAME_MS).await;
    assert_eq!(found("lee@contoso").await, 1);
}

#[tokio::test]
async fn replicas_that_take_turns_show_the_new_and_the_old() {
    let lag = Lag {
        flip_flop: true,
        ..LAG
    };
    let play = lagging(lag).await;
    patch(&play, &json!({ "jobTitle": "Tester" })).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(title(&play).await[0].clone());
    }
    assert_eq!(json!(seen), json!(["Tester", null, "Tester", null]));
}
