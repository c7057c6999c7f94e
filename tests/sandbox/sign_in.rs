//! Tokens: which tenant a domain belongs to, what an application gets, and what Graph says without.

use serde_json::{Value, json};

use super::support::{Got, Playground, TENANT, contoso};

const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";
const DEVOPS_SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

async fn discover(play: &Playground, name: &str) -> Got {
    let url = format!("login.microsoftonline.com/{name}/v2.0/.well-known/openid-configuration");
    play.send(play.request("GET", &url)).await
}

async fn token(play: &Playground, form: &[(&str, &str)]) -> Got {
    let url = format!("login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
    play.send(play.request("POST", &url).form(form)).await
}

fn by_secret<'a>(scope: &'a str, secret: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", "sandbox-client"),
        ("client_secret", secret),
        ("scope", scope),
    ]
}

fn codes(got: &Got) -> Value {
    got.json()["error_codes"].clone()
}

#[tokio::test]
async fn a_tenant_is_found_by_id_and_by_verified_domain() {
    let play = Playground::of(&contoso()).await;
    let endpoint = format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
    for name in [TENANT, "Contoso.com", "contoso.onmicrosoft.com"] {
        let found = discover(&play, name).await.ok();
        assert_eq!(found["token_endpoint"], endpoint, "{name}");
        assert_eq!(found["msgraph_host"], "graph.microsoft.com");
    }
    for name in ["fabrikam.com", "11111111-0000-4000-8000-000000000000"] {
        let got = discover(&play, name).await;
        assert_eq!(got.status, 400, "{name}");
        assert_eq!(codes(&got), json!([90002]));
    }
}

#[tokio::test]
async fn each_scope_has_its_own_token() {
    let play = Playground::of(&contoso()).await;
    for (scope, expected) in [
        (GRAPH_SCOPE, "sandbox-graph"),
        (DEVOPS_SCOPE, "sandbox-devops"),
    ] {
        let body = token(&play, &by_secret(scope, "sandbox-secret")).await.ok();
        assert_eq!(body["access_token"], expected);
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3599);
        assert!(body.get("refresh_token").is_none());
    }
}

#[tokio::test]
async fn a_secret_may_come_by_basic_auth() {
    let play = Playground::of(&contoso()).await;
    let url = format!("login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_SCOPE)];
    let request = play.request("POST", &url).form(&form);
    let got = play
        .send(request.basic_auth("sandbox-client", Some("sandbox-secret")))
        .await;
    assert_eq!(got.ok()["access_token"], "sandbox-graph");
}

#[tokio::test]
async fn a_foreign_token_is_as_good_as_a_secret_when_it_looks_like_one() {
    let play = Playground::of(&contoso()).await;
    let form = |assertion: &'static str| {
        [
            ("grant_type", "client_credentials"),
            ("client_id", "sandbox-client"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
            ("scope", GRAPH_SCOPE),
        ]
    };
    assert_eq!(
        token(&play, &form("a.b.c")).await.ok()["access_token"],
        "sandbox-graph"
    );
    let got = token(&play, &form("abc")).await;
    assert_eq!((got.status.as_u16(), codes(&got)), (401, json!([50012])));
}

#[tokio::test]
async fn a_token_is_refused_with_the_number_of_the_reason() {
    let play = Playground::of(&contoso()).await;
    let good = by_secret(GRAPH_SCOPE, "sandbox-secret");
    let wrong = |name: &'static str, value: &'static str| {
        let mut form = good.clone();
        form.retain(|(field, _)| *field != name);
        if !value.is_empty() {
            form.push((name, value));
        }
        form
    };
    for (name, value, status, error, code) in [
        ("client_secret", "no", 401, "invalid_client", 7_000_215),
        ("client_secret", "", 401, "invalid_client", 7_000_218),
        ("client_id", "somebody", 400, "unauthorized_client", 700_016),
        ("grant_type", "", 400, "invalid_request", 900_144),
        ("scope", "", 400, "invalid_request", 900_144),
        (
            "scope",
            "https://other.example/.default",
            400,
            "invalid_resource",
            500_011,
        ),
        ("scope", "User.Read", 400, "invalid_scope", 70011),
    ] {
        let got = token(&play, &wrong(name, value)).await;
        assert_eq!(got.status, status, "{name}={value}: {}", got.text);
        assert_eq!(got.json()["error"], error, "{name}={value}");
        assert_eq!(codes(&got), json!([code]), "{name}={value}");
        let text = got.json()["error_description"].as_str().unwrap().to_owned();
        assert!(text.starts_with(&format!("AADSTS{code}: ")), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_carries_the_callers_own_id() {
    let play = Playground::of(&contoso()).await;
    let url = "login.microsoftonline.com/nowhere.example/oauth2/v2.0/token";
    let id = "0c5e7f5e-9b0e-4d0e-8a0e-1c5e7f5e9b0e";
    let request = play.request("POST", url).header("client-request-id", id);
    let got = play.send(request.form(&by_secret(GRAPH_SCOPE, "x"))).await;
    assert_eq!(got.json()["correlation_id"], id);
}

#[tokio::test]
async fn the_metadata_service_wants_its_header_and_writes_numbers_as_texts() {
    let play = Playground::of(&contoso()).await;
    let request = || {
        let url = "169.254.169.254/metadata/identity/oauth2/token";
        play.request("GET", url).query(&[
            ("api-version", "2019-08-01"),
            ("resource", "https://graph.microsoft.com"),
        ])
    };
    let got = play.send(request()).await;
    got.refused(400, "metadata header");
    let body = play.send(request().header("Metadata", "true")).await.ok();
    assert_eq!(body["access_token"], "sandbox-graph");
    for name in ["expires_in", "expires_on", "not_before"] {
        assert!(body[name].is_string(), "{name}: {body}");
    }
}

#[tokio::test]
async fn graph_refuses_no_token_and_a_token_of_another_audience() {
    let play = Playground::of(&contoso()).await;
    let request = || play.request("GET", "graph.microsoft.com/v1.0/users");
    for (got, text) in [
        (play.send(request()).await, "Access token is empty."),
        (
            play.send(request().bearer_auth("sandbox-devops")).await,
            "Invalid audience.",
        ),
    ] {
        got.refused(401, text);
        assert_eq!(got.json()["error"]["code"], "InvalidAuthenticationToken");
    }
}

#[tokio::test]
async fn graph_names_every_request_in_the_headers_and_in_the_error() {
    let play = Playground::of(&contoso()).await;
    let id = "0c5e7f5e-9b0e-4d0e-8a0e-1c5e7f5e9b0e";
    let request = play.graph("GET", "users/nobody@contoso.com");
    let got = play.send(request.header("client-request-id", id)).await;
    assert_eq!(got.header("client-request-id"), id);
    let inner = &got.json()["error"]["innerError"];
    assert_eq!(inner["client-request-id"], id);
    assert_eq!(inner["request-id"], got.header("request-id"));
    assert!(!inner["date"].as_str().unwrap().ends_with('Z'));
}
