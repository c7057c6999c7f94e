//! Time: what was made is seen late, and a clock that can be put forward.

use orgctl::sandbox::{Lag, Settings};
use serde_json::json;

use super::support::{Playground, contoso, object};

const ALL: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";

async fn lagging(lag: Lag) -> Playground {
    let settings = Settings {
        lag,
        ..Settings::default()
    };
    Playground::with(&contoso(), settings).await
}

const MINUTES: Lag = Lag {
    min_ms: 60_000,
    max_ms: 120_000,
    lists_ms: 60_000,
    flip_flop: false,
    changes: false,
};

async fn make_sam(play: &Playground) -> String {
    let body = json!({
        "accountEnabled": true, "displayName": "Sam", "mailNickname": "sam",
        "userPrincipalName": "sam@contoso.com", "passwordProfile": { "password": "Aa1!aaaaaaaa" },
    });
    let made = play.graph_json("POST", "users", &body).await.ok();
    made["id"].as_str().unwrap().to_owned()
}

async fn listed(play: &Playground) -> usize {
    let users = play.graph_get("users").await.ok();
    users["value"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_new_user_is_found_by_id_before_lists_have_it() {
    let play = lagging(MINUTES).await;
    let id = make_sam(&play).await;
    let path = format!("users/{id}");
    let missing = "Request_ResourceNotFound";
    play.graph_get(&path).await.refused(404, missing);
    let change = json!({ "jobTitle": "Tester" });
    let patched = play.graph_json("PATCH", &path, &change).await;
    patched.refused(404, missing);
    assert_eq!(listed(&play).await, 2);
    play.forward(120_000).await;
    play.graph_get(&path).await.ok();
    assert_eq!(play.graph_json("PATCH", &path, &change).await.status, 204);
    let late = listed(&play).await;
    play.forward(60_000).await;
    assert_eq!((late, listed(&play).await), (2, 3));
}

#[tokio::test]
async fn a_delta_passes_over_nobody_who_comes_late() {
    let play = lagging(MINUTES).await;
    let follow = async |page: &serde_json::Value| {
        let link = page["@odata.deltaLink"].as_str().unwrap();
        let (_, path) = link.split_once("/v1.0/").unwrap();
        play.graph_get(path).await.ok()
    };
    let before = play.graph_get("users/delta").await.ok();
    let id = make_sam(&play).await;
    let dark = follow(&before).await;
    let first = play.graph_get("users/delta()").await.ok();
    assert_eq!(dark["value"], json!([]));
    assert_eq!(first["value"].as_array().unwrap().len(), 2);
    play.forward(180_000).await;
    for page in [dark, first] {
        let late = follow(&page).await;
        assert_eq!(late["value"][0]["id"], id, "{late}");
        assert_eq!(follow(&late).await["value"], json!([]));
    }
}

#[tokio::test]
async fn nobody_can_be_made_twice_in_the_dark() {
    let play = lagging(MINUTES).await;
    make_sam(&play).await;
    let invitation = json!({
        "invitedUserEmailAddress": "noor@fabrikam.com",
        "inviteRedirectUrl": "https://dev.azure.com/contoso",
    });
    let invite = async || {
        let got = play.graph_json("POST", "invitations", &invitation).await;
        got.ok()["invitedUser"]["id"].clone()
    };
    assert_eq!(invite().await, invite().await);
    let body = json!({
        "accountEnabled": true, "displayName": "Sam", "mailNickname": "sam",
        "userPrincipalName": "sam@contoso.com", "passwordProfile": { "password": "Aa1!aaaaaaaa" },
    });
    let again = play.graph_json("POST", "users", &body).await;
    assert_eq!(again.status, 400, "{}", again.text);
}

#[tokio::test]
async fn azure_devops_learns_late_of_directory_users() {
    let play = lagging(MINUTES).await;
    play.connect().await;
    let id = make_sam(&play).await;
    let body = json!({
        "accessLevel": { "accountLicenseType": "express" },
        "user": { "originId": id, "origin": "aad", "subjectKind": "user" },
    });
    let early = play.devops_json("POST", ALL, &body).await;
    assert_ne!(early.json()["isSuccess"], true, "{}", early.text);
    play.forward(120_000).await;
    let got = play.devops_json("POST", ALL, &body).await.ok();
    assert_eq!(got["isSuccess"], true, "{got}");
    let total = async || {
        let page = play.devops_get(ALL).await.ok();
        page["items"].as_array().unwrap().len()
    };
    let before = total().await;
    play.forward(180_000).await;
    assert_eq!((before, total().await), (2, 3));
}

#[tokio::test]
async fn replicas_that_take_turns_find_and_miss() {
    let lag = Lag {
        flip_flop: true,
        ..MINUTES
    };
    let play = lagging(lag).await;
    let path = format!("users/{}", make_sam(&play).await);
    let mut found = Vec::new();
    for _ in 0..4 {
        found.push(play.graph_get(&path).await.status == 200);
    }
    assert_eq!(found, [true, false, true, false]);
}

#[tokio::test]
async fn who_was_there_before_does_not_lag() {
    let play = lagging(MINUTES).await;
    let path = format!("users/{}", object(2));
    let change = json!({ "jobTitle": "Tester" });
    assert_eq!(play.graph_json("PATCH", &path, &change).await.status, 204);
    play.graph_get(&path).await.ok();
    play.connect().await;
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 2);
}

#[tokio::test]
async fn settings_are_changed_while_it_runs() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .hook("settings", &json!({ "directory_page_max": 1 }))
        .await;
    assert_eq!(got.ok()["graph_users_page"], 500);
    assert_eq!(listed(&play).await, 1);
    for nonsense in [json!({ "directory_page_max": 0 }), json!({ "pages": 1 })] {
        assert_eq!(play.hook("settings", &nonsense).await.status, 400);
    }
}
