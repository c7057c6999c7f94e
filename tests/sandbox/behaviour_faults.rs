//! Rules of misbehaviour, seen from a client: shares, patterns, and every effect.

use std::time::Duration;

use orgctl::sandbox::{Fault, Options, World};
use serde_json::json;
use tokio::time::sleep;

use super::support::{Playground, contoso};

const ALL: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";

async fn with(lines: &[&str]) -> Playground {
    let mut options = Options::new(World::from_live(&contoso()).unwrap());
    let rules = lines.iter().map(|line| Fault::from_line(line).unwrap());
    options.faults = rules.collect();
    Playground::start(options).await
}

#[tokio::test]
async fn a_share_of_requests_fails_the_same_way_every_time() {
    let run = async || {
        let play = with(&["GET graph users 30% seed=3 status=503"]).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(play.graph_get("users").await.status.as_u16());
        }
        play.devops_get(ALL).await.ok();
        statuses
    };
    let first = run().await;
    let failed = first.iter().filter(|status| **status == 503).count();
    assert!((5..20).contains(&failed), "{failed} of 40");
    assert_eq!(first, run().await);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_no_json() {
    let play = with(&["cut-off"]).await;
    let got = play.devops_get(ALL).await;
    assert_eq!(got.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&got.text).is_err());
    assert!(got.text.starts_with('{'), "{}", got.text);
}

#[tokio::test]
async fn a_page_comes_where_json_was_asked_for() {
    let play = with(&["page"]).await;
    let got = play.devops_get(ALL).await;
    let media = got.header("content-type");
    assert_eq!(
        (got.status.as_u16(), media),
        (200, "text/html; charset=utf-8")
    );
}

#[tokio::test]
async fn who_comes_back_early_is_refused_once_more() {
    let play = with(&["graph throttle=400ms"]).await;
    let got = play.graph_get("users").await;
    got.refused(429, "TooManyRequests");
    assert_eq!(got.header("retry-after"), "1");
    sleep(Duration::from_millis(100)).await;
    play.graph_get("users")
        .await
        .refused(429, "TooManyRequests");
    sleep(Duration::from_millis(350)).await;
    play.graph_get("users")
        .await
        .refused(429, "TooManyRequests");
    let forward = json!({ "advance_ms": 401 });
    assert_eq!(play.hook("clock", &forward).await.status, 200);
    play.graph_get("users").await.ok();
}

#[tokio::test]
async fn a_wait_can_go_untold() {
    let play = with(&["graph throttle=1s untold"]).await;
    let got = play.graph_get("users").await;
    got.refused(429, "TooManyRequests");
    assert_eq!(got.header("retry-after"), "");
}

#[tokio::test]
async fn a_stale_read_does_not_know_what_was_done_since() {
    let play = with(&["GET userentitlements from=2 times=1 stale=10s"]).await;
    let total = async || play.devops_get(ALL).await.ok()["totalCount"].clone();
    assert_eq!(total().await, 2);
    let user = super::support::key(2);
    let gone = play.devops("DELETE", &format!("{ALL}/{user}"));
    assert!(play.send(gone).await.status.is_success());
    assert_eq!(total().await, 2);
    assert_eq!(total().await, 1);
}

#[tokio::test]
async fn an_item_of_a_batch_is_throttled_by_itself() {
    let play = with(&["GET graph users nth=1 throttle=2s"]).await;
    let body = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users" }] });
    let got = play.graph_json("POST", "$batch", &body).await.ok();
    assert_eq!(got["responses"][0]["status"], 429);
    assert_eq!(got["responses"][0]["headers"]["retry-after"], "2");
}
