//! Many requests to Microsoft Graph in one.

use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, object};

async fn batch(play: &Playground, requests: Value) -> Got {
    play.graph_json("POST", "$batch", &json!({ "requests": requests }))
        .await
}

fn by_id<'a>(body: &'a Value, id: &str) -> &'a Value {
    let responses = body["responses"].as_array().unwrap();
    responses.iter().find(|r| r["id"] == id).unwrap()
}

#[tokio::test]
async fn a_batch_answers_each_item_in_another_order() {
    let play = Playground::of(&contoso()).await;
    let filtered = "/users?$select=id&$filter=mail in ('lee@contoso.com','x@y.z')";
    let got = batch(
        &play,
        json!([
            { "id": "1", "method": "GET", "url": filtered },
            { "id": "2", "method": "GET", "url": "users/nobody@contoso.com" },
            { "id": "3", "method": "GET", "url": "/users/$count",
              "headers": { "consistencylevel": "eventual" } },
            { "id": "4", "method": "GET", "depends_on": [],
              "url": "https://graph.microsoft.com/v1.0/users/ana@contoso.com?$select=id" },
        ]),
    );
    let body = got.await.ok();
    assert_ne!(body["responses"][0]["id"], "1");
    assert_eq!(
        by_id(&body, "1")["body"]["value"],
        json!([{ "id": object(2) }])
    );
    assert_eq!(by_id(&body, "2")["status"], 404);
    let code = &by_id(&body, "2")["body"]["error"]["code"];
    assert_eq!(code, "Request_ResourceNotFound");
    assert_eq!(by_id(&body, "3")["body"], "Mg==", "text travels as base64");
    assert_eq!(by_id(&body, "4")["body"]["id"], object(1).to_string());
}

#[tokio::test]
async fn a_batch_of_too_many_or_of_equal_ids_is_refused_whole() {
    let play = Playground::of(&contoso()).await;
    let item = |id: String| json!({ "id": id, "method": "GET", "url": "/organization" });
    let many = |count: usize| {
        (0..count)
            .map(|n| item(format!("i{n}")))
            .collect::<Vec<_>>()
    };
    let body = batch(&play, json!(many(20))).await.ok();
    assert_eq!(body["responses"].as_array().unwrap().len(), 20);
    assert_eq!(batch(&play, json!(many(21))).await.status, 400);
    let twins = json!([item("A".into()), item("a".into())]);
    assert_eq!(batch(&play, twins).await.status, 400);
}

#[tokio::test]
async fn a_batch_item_that_writes_needs_a_body_and_its_type() {
    let play = Playground::of(&contoso()).await;
    let url = format!("/users/{}", object(2));
    let patch = |id: &str| json!({ "id": id, "method": "PATCH", "url": url });
    let (mut bare, mut typed, mut untyped) = (patch("bare"), patch("typed"), patch("untyped"));
    bare["headers"] = json!({ "Content-Type": "application/json" });
    untyped["body"] = json!({ "jobTitle": "untyped" });
    typed["body"] = json!({ "jobTitle": "typed" });
    typed["headers"] = json!({ "content-type": "application/json" });
    let nested = json!({ "id": "nested", "method": "POST", "url": "/$batch", "body": {},
                         "headers": { "Content-Type": "application/json" } });
    let body = batch(&play, json!([bare, typed, untyped, nested]))
        .await
        .ok();
    assert_eq!(by_id(&body, "bare")["status"], 400);
    assert_eq!(by_id(&body, "untyped")["status"], 400);
    assert_eq!(by_id(&body, "nested")["status"], 400);
    assert_eq!(by_id(&body, "typed")["status"], 204);
    assert!(by_id(&body, "typed").get("body").is_none());
    let user = play.graph_get(&format!("users/{}", object(2))).await.ok();
    assert_eq!(user["jobTitle"], "typed");
}

#[tokio::test]
async fn what_depends_on_a_failed_item_is_424() {
    let play = Playground::of(&contoso()).await;
    let body = batch(
        &play,
        json!([
            { "id": "1", "method": "GET", "url": "/users/nobody@contoso.com" },
            { "id": "2", "method": "GET", "url": "/organization", "dependsOn": ["1"] },
            { "id": "3", "method": "GET", "url": "/organization" },
        ]),
    )
    .await
    .ok();
    assert_eq!(by_id(&body, "2")["status"], 424);
    assert_eq!(
        by_id(&body, "2")["body"]["error"]["code"],
        "FailedDependency"
    );
    assert_eq!(by_id(&body, "3")["status"], 200);
}

#[tokio::test]
async fn a_fault_can_strike_one_item_of_a_batch() {
    let play = Playground::of(&contoso()).await;
    let effect = json!({ "status": { "code": 429, "retry_after_s": 7 } });
    let rule = json!({ "method": "GET", "path": "v1.0/domains", "effect": effect });
    assert_eq!(play.hook("faults", &rule).await.status, 204);
    let body = batch(
        &play,
        json!([
            { "id": "1", "method": "GET", "url": "/organization" },
            { "id": "2", "method": "GET", "url": "/domains" },
        ]),
    )
    .await
    .ok();
    assert_eq!(by_id(&body, "1")["status"], 200);
    assert_eq!(by_id(&body, "2")["status"], 429);
    assert_eq!(by_id(&body, "2")["headers"]["retry-after"], "7");
    assert_eq!(
        by_id(&body, "2")["body"]["error"]["code"],
        "TooManyRequests"
    );
}
