//! HTTPS: whom its certificate is for, who is let in, and that all else is as over HTTP.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use orgctl::sandbox::{Links, Options, World};
use reqwest::Version;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::{Playground, contoso, trusting};

/// The sandbox waits ten seconds for a handshake: who is answered sooner did not wait for one.
const SOON: Duration = Duration::from_secs(8);

fn secured() -> Options {
    let mut options = Options::new(World::from_live(&contoso()).unwrap());
    options.tls = Some(Timestamp::now());
    options.links = Links::Endpoint;
    options
}

async fn secured_playground() -> Playground {
    Playground::start(secured()).await
}

/// Where it listens, without the scheme.
fn address(play: &Playground) -> String {
    let endpoint = play.running.endpoint();
    endpoint.strip_prefix("https://").unwrap().to_owned()
}

/// A client to which every cloud host is the sandbox, and nothing else is changed.
fn redirected(play: &Playground, builder: reqwest::ClientBuilder) -> reqwest::Client {
    let address = address(play).parse().unwrap();
    let former = ["contoso.visualstudio.com", "contoso.vssps.visualstudio.com"];
    let hosts = play.running.hosts().map(|(host, _)| host).chain(former);
    let builder = hosts.fold(builder, |builder, host| builder.resolve(host, address));
    builder.build().unwrap()
}

#[tokio::test]
async fn every_host_is_reached_by_its_own_name() {
    let play = secured_playground().await;
    let client = redirected(&play, trusting(&play.running));
    for url in [
        "https://dev.azure.com/contoso/_apis/connectionData",
        "https://vssps.dev.azure.com/contoso/_apis/graph/users",
        "https://vsaex.dev.azure.com/contoso/_apis/userentitlements",
        "https://auditservice.dev.azure.com/contoso/_apis/connectionData",
        "https://app.vssps.visualstudio.com/_apis/profile/profiles/me",
        "https://contoso.visualstudio.com/_apis/connectionData",
        "https://contoso.vssps.visualstudio.com/_apis/graph/users",
    ] {
        let version = "application/json;api-version=7.1-preview";
        let request = client.get(url).bearer_auth("sandbox-devops");
        let got = play.send(request.header("Accept", version)).await;
        assert_eq!(got.status, 200, "{url}: {}", got.text);
    }
    let graph = "https://graph.microsoft.com/v1.0/organization";
    play.send(client.get(graph).bearer_auth("sandbox-graph"))
        .await
        .ok();
    let login = "https://login.microsoftonline.com/common/discovery/instance?\
                 api-version=1.1&authorization_endpoint=https://login.microsoftonline.com/a/b";
    play.send(client.get(login)).await.ok();
    // To this one no name leads, and its certificate has the number.
    assert!(play.running.hosts().any(|it| it == ("169.254.169.254", 80)));
    assert!(
        play.running
            .hosts()
            .any(|it| it == ("graph.microsoft.com", 443))
    );
}

#[tokio::test]
async fn this_machine_is_covered_under_all_its_names() {
    for (listen, hosts) in [
        ("127.0.0.1:0", ["127.0.0.1", "localhost"]),
        ("127.3.2.1:0", ["127.3.2.1", "127.3.2.1"]),
    ] {
        let mut options = secured();
        options.listen = listen.parse().unwrap();
        let play = Playground::start(options).await;
        let (_, port) = play.running.endpoint().rsplit_once(':').unwrap();
        for host in hosts {
            let url = format!("https://{host}:{port}/graph.microsoft.com/v1.0/organization");
            let request = play.client.get(url).bearer_auth("sandbox-graph");
            play.send(request).await.ok();
        }
    }
}

#[tokio::test]
async fn links_are_https_and_lead_back_the_way_the_request_came() {
    let play = secured_playground().await;
    let got = play.graph_get("users?$top=1").await.ok();
    let own = format!("{}/graph.microsoft.com/v1.0/users", play.running.endpoint());
    let link = got["@odata.nextLink"].as_str().unwrap();
    assert!(
        own.starts_with("https://127.0.0.1:") && link.starts_with(&own),
        "{link}"
    );
    let second = play.client.get(link).bearer_auth("sandbox-graph");
    assert_eq!(
        play.send(second).await.ok()["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let client = redirected(&play, trusting(&play.running));
    let url = "https://graph.microsoft.com/v1.0/users?$top=1";
    let got = play
        .send(client.get(url).bearer_auth("sandbox-graph"))
        .await
        .ok();
    let link = got["@odata.nextLink"].as_str().unwrap();
    assert!(
        link.starts_with("https://graph.microsoft.com/v1.0/users?"),
        "{link}"
    );
    let second = client.get(link).bearer_auth("sandbox-graph");
    assert_eq!(
        play.send(second).await.ok()["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn http_2_is_offered_and_http_1_is_spoken_too() {
    let play = secured_playground().await;
    let old = trusting(&play.running).http1_only().build().unwrap();
    for (client, version) in [(&play.client, Version::HTTP_2), (&old, Version::HTTP_11)] {
        let url = format!("{}/graph.microsoft.com/v1.0/users", play.running.endpoint());
        let request = client.get(url).bearer_auth("sandbox-graph");
        let response = request.send().await.unwrap();
        assert_eq!(
            (response.version(), response.status().as_u16()),
            (version, 200)
        );
    }
}

#[tokio::test]
async fn who_does_not_trust_it_does_not_come_in() {
    let play = secured_playground().await;
    let other = secured_playground().await;
    // Neither with the certificate of another run of the sandbox, nor under another name.
    let stranger = trusting(&other.running);
    let refused = redirected(&play, stranger)
        .get(play.running.endpoint())
        .send()
        .await;
    assert!(refused.unwrap_err().is_connect());
    let elsewhere =
        trusting(&play.running).resolve("www.example.com", address(&play).parse().unwrap());
    let refused = elsewhere
        .build()
        .unwrap()
        .get("https://www.example.com/")
        .send()
        .await;
    assert!(refused.unwrap_err().is_connect());
    assert!(play.running.requests().is_empty());
    play.graph_get("users").await.ok();
}

#[tokio::test]
async fn plain_http_is_told_that_this_is_the_wrong_door() {
    let play = secured_playground().await;
    let url = format!("http://{}/graph.microsoft.com/v1.0/users", address(&play));
    let got = play
        .send(play.client.get(&url).bearer_auth("sandbox-graph"))
        .await;
    got.refused(400, &format!("Its address is {}", play.running.endpoint()));
    let hook = format!("http://{}/_sandbox/world", address(&play));
    play.send(play.client.get(&hook))
        .await
        .refused(400, "speaks HTTPS");
    assert!(play.running.requests().is_empty());
    play.graph_get("users").await.ok();
}

#[tokio::test]
async fn the_metadata_service_speaks_plain_http_as_in_the_cloud() {
    let play = secured_playground().await;
    let resource = "resource=https://graph.microsoft.com";
    let path = format!("metadata/identity/oauth2/token?api-version=2018-02-01&{resource}");
    let url = format!("http://{}/{path}", address(&play));
    let request = play.client.get(url).header("Host", "169.254.169.254");
    play.send(request.header("Metadata", "true")).await.ok();
    let url = format!("169.254.169.254/{path}");
    let request = play.request("GET", &url).header("Metadata", "true");
    play.send(request).await.ok();
}

#[tokio::test]
async fn whoever_is_slow_at_the_handshake_keeps_nobody_waiting() {
    let play = secured_playground().await;
    let mut idle = Vec::new();
    for number in 0..60 {
        let mut stream = TcpStream::connect(address(&play)).await.unwrap();
        // Nothing; the beginning of a handshake; and what looks like one and is none.
        let begun: &[u8] = match number % 3 {
            0 => &[],
            1 => &[22, 3, 1, 2, 0],
            _ => &[22, 9, 9, 0, 4, 1, 2, 3, 4],
        };
        stream.write_all(begun).await.unwrap();
        idle.push(stream);
    }
    let started = Instant::now();
    play.graph_get("users").await.ok();
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    let mut broken = idle.remove(2);
    let mut answer = Vec::new();
    broken.read_to_end(&mut answer).await.ok();
    // An alert, then the end.
    assert_eq!(answer.first(), Some(&21), "{answer:?}");
    // Those who still have not said anything do not keep it from ending.
    let started = Instant::now();
    play.running.stop().await.unwrap();
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_connection_that_is_cut_is_cut_below_tls() {
    let play = secured_playground().await;
    let old = trusting(&play.running).http1_only().build().unwrap();
    for (client, title) in [(&play.client, "two"), (&old, "one")] {
        let url = format!(
            "{}/graph.microsoft.com/v1.0/users/lee@contoso.com",
            play.running.endpoint()
        );
        let set = |title: String| {
            let body = json!({ "jobTitle": title });
            client
                .patch(&url)
                .bearer_auth("sandbox-graph")
                .json(&body)
                .send()
        };
        for (effect, is_done) in [("drop_before", false), ("drop_after", true)] {
            let rule = json!({ "method": "PATCH", "effect": effect });
            assert!(play.hook("faults", &rule).await.status.is_success());
            let lost = set(format!("{title} {effect}")).await.unwrap_err();
            assert!(!lost.is_connect() && lost.status().is_none(), "{lost:?}");
            let user = play
                .graph_get("users/lee@contoso.com?$select=jobTitle")
                .await
                .ok();
            let now = user["jobTitle"].as_str().unwrap_or_default();
            assert_eq!(now == format!("{title} {effect}"), is_done, "{now}");
        }
        assert_eq!(set(title.to_owned()).await.unwrap().status(), 204);
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_ends_in_its_middle() {
    let play = secured_playground().await;
    let whole = play.graph_get("users").await.text;
    let rule = json!({ "method": "GET", "path": "users", "effect": "cut_off" });
    assert!(play.hook("faults", &rule).await.status.is_success());
    let half = play.graph_get("users").await.text;
    assert!(whole.starts_with(&half) && half.len() < whole.len());
}
