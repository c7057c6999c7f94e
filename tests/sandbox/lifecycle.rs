//! Starting, stopping, saving, the log, and that what came in comes out.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Playground, contoso, key};
use orgctl::sandbox::{Options, Sandbox, SandboxError, World, WorldError};

fn world() -> World {
    World::from_live(&contoso()).unwrap()
}

/// Options that keep the world in memory, and where it is kept.
fn remembering() -> (Options, Arc<Mutex<Vec<Vec<u8>>>>) {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let mut options = Options::new(world());
    let kept = Arc::clone(&saved);
    options.save = Arc::new(move |bytes| {
        kept.lock().unwrap().push(bytes.to_vec());
        Ok(())
    });
    (options, saved)
}

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    let mut options = Options::new(world());
    options.listen = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Sandbox::start(options).await.err();
    assert!(
        matches!(refused, Some(SandboxError::NotLoopback(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn changes_are_saved_a_moment_later_and_many_at_once() {
    const CHANGES: usize = 40;
    let (options, saved) = remembering();
    let play = Playground::start(options).await;
    let url = format!("users/{}", "lee@contoso.com");
    for number in 0..CHANGES {
        let body = json!({ "jobTitle": number.to_string() });
        let got = play.graph_json("PATCH", &url, &body).await;
        assert_eq!(got.status, 204);
    }
    let changed = play.running.world();
    let kept = || -> Option<World> { serde_json::from_slice(saved.lock().unwrap().last()?).ok() };
    let mut patience = 100;
    while kept().as_ref() != Some(&changed) {
        patience -= 1;
        assert!(patience > 0, "never saved");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let times = saved.lock().unwrap().len();
    assert!(times < CHANGES, "saved {times} times");
}

#[tokio::test]
async fn stopping_saves_what_the_last_request_did() {
    let (options, saved) = remembering();
    let play = Playground::start(options).await;
    play.connect().await;
    let world = play.running.world();
    drop(play.client);
    play.running.stop().await.unwrap();
    let bytes = saved.lock().unwrap().last().unwrap().clone();
    assert_eq!(serde_json::from_slice::<World>(&bytes).unwrap(), world);
}

#[tokio::test]
async fn a_world_that_cannot_be_saved_is_told_when_stopping() {
    let mut options = Options::new(world());
    options.save = Arc::new(|_| Err(std::io::Error::other("disk full")));
    let running = Sandbox::start(options).await.unwrap();
    let error = running.stop().await.err();
    assert!(matches!(error, Some(SandboxError::Save(_))), "{error:?}");
}

#[tokio::test]
async fn the_log_holds_requests_and_no_secret() {
    let play = Playground::of(&contoso()).await;
    let url = "login.microsoftonline.com/contoso.com/oauth2/v2.0/token";
    let form = [("client_secret", "sandbox-secret")];
    play.send(play.request("POST", url).form(&form)).await;
    play.graph_get("users?$top=5").await.ok();
    let log = play.send(play.request("GET", "_sandbox/requests")).await;
    let expected = json!({
        "method": "GET", "host": "graph.microsoft.com", "path": "v1.0/users",
        "query": "$top=5", "status": 200,
    });
    assert_eq!(log.ok()[1], expected);
    assert_eq!(log.ok().as_array().unwrap().len(), 2);
    assert!(!log.text.contains("sandbox-"), "{}", log.text);
}

#[tokio::test]
async fn a_world_comes_back_from_its_file_the_same() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let got = play.send(play.request("GET", "_sandbox/world")).await;
    let read: World = serde_json::from_str(&got.text).unwrap();
    assert_eq!(read, play.running.world());
    let again = Playground::start(Options::new(read)).await;
    assert_eq!(again.graph_user("ana@contoso.com").await["origin"], "aad");
}

#[test]
fn one_snapshot_is_one_world() {
    assert_eq!(
        serde_json::to_string(&world()).unwrap(),
        serde_json::to_string(&world()).unwrap()
    );
}

#[test]
fn a_world_that_is_none_is_refused() {
    let good = serde_json::to_value(world()).unwrap();
    let read = |change: fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        serde_json::from_value::<World>(value)
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(read(|_| ()), None);
    let refused = |change, text: &str| {
        let error = read(change).unwrap_or_default();
        assert!(error.contains(text), "{error}");
    };
    refused(
        |world| world["format_version"] = json!(2),
        "format version 2",
    );
    refused(|world| world["moon"] = json!(1), "unknown field `moon`");
    refused(
        |world| world["organization"]["caller"] = json!(key(9)),
        "is not a user",
    );
    refused(
        |world| world["settings"]["graph_users_page"] = json!(0),
        "page size",
    );
    let mut live = contoso();
    live.format_version = 2;
    assert_eq!(
        World::from_live(&live).err(),
        Some(WorldError::UnknownVersion(2))
    );
}

#[test]
fn the_schema_of_a_world_takes_every_world() {
    let schema = schemars::schema_for!(World);
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let mut value = serde_json::to_value(world()).unwrap();
    assert!(validator.is_valid(&value));
    value["organization"]["members"] = json!([]);
    assert!(!validator.is_valid(&value));
}

#[tokio::test]
async fn connecting_by_hand_says_why_not() {
    let play = Playground::of(&contoso()).await;
    let tenant = json!({ "tenant": "11111111-0000-4000-8000-000000000000" });
    play.hook("connect", &tenant)
        .await
        .refused(409, "does not have permission");
    let empty = play.hook("connect", &json!({})).await;
    assert_eq!(empty.status, 200);
}
