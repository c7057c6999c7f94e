//! What a caller may use up, and what both services say when it is used up.

use serde_json::json;

use super::support::{Playground, contoso};

const ALL: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";

async fn limited(limits: serde_json::Value) -> Playground {
    let play = Playground::of(&contoso()).await;
    let settings = json!({ "throttling": limits });
    play.hook("settings", &settings).await.ok();
    play
}

#[tokio::test]
async fn microsoft_graph_refuses_who_uses_too_many_units() {
    let play = limited(json!({ "graph": true, "scale": 800 })).await;
    let first = play.graph_get("users").await;
    first.ok();
    assert_eq!(first.header("x-ms-resource-unit"), "2");
    assert_eq!(first.header("x-ms-throttle-limit-percentage"), "");
    let near = play.graph_get("users").await;
    assert_eq!(near.header("x-ms-throttle-limit-percentage"), "0.91");
    let refused = play.graph_get("users").await;
    refused.refused(429, "TooManyRequests");
    let what = refused.header("x-ms-throttle-information");
    assert_eq!(what, "ResourceUnitLimitExceeded");
    assert_ne!(refused.header("retry-after"), "");
    assert!(
        refused
            .header("x-ms-throttle-scope")
            .starts_with("Tenant_Application/")
    );
    play.hook("clock", &json!({ "advance_ms": 10_000 }))
        .await
        .ok();
    play.graph_get("users").await.ok();
    play.devops_get(ALL).await.ok();
}

#[tokio::test]
async fn azure_devops_tells_how_much_is_left_before_it_refuses() {
    let play = limited(json!({ "devops": true, "scale": 1000 })).await;
    assert_eq!(play.devops_get(ALL).await.header("x-ratelimit-limit"), "");
    let near = play.devops_get(ALL).await;
    near.ok();
    assert_eq!(near.header("x-ratelimit-remaining"), "0");
    let refused = play.devops_get(ALL).await;
    refused.refused(429, "TF400733");
    assert_ne!(refused.header("retry-after"), "");
    play.graph_get("users").await.ok();
}
