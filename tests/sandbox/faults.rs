//! Misbehaviour on order, seen from a client.

use std::time::{Duration, Instant};

use serde_json::json;

use super::support::{Playground, contoso, key};
use orgctl::sandbox::{Effect, Fault, FaultBody, Options, World};

const ALL: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";

async fn with(fault: Fault) -> Playground {
    let mut options = Options::new(World::from_live(&contoso()).unwrap());
    options.faults = vec![fault];
    Playground::start(options).await
}

fn status(code: u16, retry_after_s: Option<u32>, body: FaultBody) -> Effect {
    Effect::Status {
        code,
        retry_after_s,
        body,
    }
}

fn deletion() -> String {
    format!("{ALL}/{}", key(2))
}

#[tokio::test]
async fn a_refusal_strikes_once_and_speaks_the_services_language() {
    let effect = status(429, Some(3), FaultBody::Json);
    let play = with(Fault::once("userentitlements", effect)).await;
    let got = play.devops_get(ALL).await;
    got.refused(429, "TF400733");
    assert_eq!(got.header("retry-after"), "3");
    play.devops_get(ALL).await.ok();
}

#[tokio::test]
async fn a_503_can_begin_with_a_byte_order_mark() {
    let play = with(Fault::once("", status(503, None, FaultBody::Bom))).await;
    let got = play.devops_get(ALL).await;
    assert_eq!(got.status, 503);
    assert!(got.bytes.starts_with(b"\xEF\xBB\xBF{"), "{}", got.text);
}

#[tokio::test]
async fn a_gateway_speaks_html_or_says_nothing() {
    let play = with(Fault::once("", status(502, None, FaultBody::Html))).await;
    let got = play.graph_get("users").await;
    assert_eq!(
        (got.status.as_u16(), got.header("content-type")),
        (502, "text/html; charset=utf-8")
    );
    let play = with(Fault::once("", status(500, None, FaultBody::Empty))).await;
    let got = play.graph_get("users").await;
    assert_eq!((got.status.as_u16(), got.bytes.len()), (500, 0));
}

#[tokio::test]
async fn a_connection_dropped_before_leaves_the_world_as_it_was() {
    let play = with(Fault::once("userentitlements", Effect::DropBefore)).await;
    let lost = play.devops("DELETE", &deletion()).send().await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 2);
    assert_eq!(play.running.requests()[0].status, None);
}

#[tokio::test]
async fn a_connection_dropped_after_has_done_what_was_asked() {
    let play = with(Fault::once("userentitlements", Effect::DropAfter)).await;
    let lost = play.devops("DELETE", &deletion()).send().await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 1);
}

#[tokio::test]
async fn a_delay_delays_and_a_success_can_ask_to_slow_down() {
    let play = with(Fault::once("", Effect::Delay { ms: 150 })).await;
    let begin = Instant::now();
    play.devops_get(ALL).await.ok();
    assert!(begin.elapsed() >= Duration::from_millis(150));
    let rule = json!([{ "effect": { "slow_down": { "retry_after_s": 9 } } }]);
    assert_eq!(play.hook("faults", &rule).await.status, 204);
    let got = play.devops_get(ALL).await;
    got.ok();
    assert_eq!(got.header("retry-after"), "9");
}

#[tokio::test]
async fn rules_come_over_http_and_go_the_same_way() {
    let play = Playground::of(&contoso()).await;
    let rule = json!({ "path": "graph.microsoft.com", "times": null,
                       "effect": { "status": { "code": 503 } } });
    assert_eq!(play.hook("faults", &rule).await.status, 204);
    for _ in 0..2 {
        play.graph_get("users")
            .await
            .refused(503, "Directory_ReplicaUnavailable");
    }
    play.send(play.request("DELETE", "_sandbox/faults")).await;
    play.graph_get("users").await.ok();
    let nonsense = play.hook("faults", &json!({ "effect": "explode" })).await;
    assert_eq!(nonsense.status, 400);
}
