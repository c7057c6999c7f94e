//! Tokens: which tenant a domain belongs to, what an application gets, and what Graph says without.

use orgctl::sandbox::{DirectorySettings, Settings};
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

const LIFE_MS: u32 = 3_599_000;

/// Without the fixed bearer tokens.
async fn with_ends() -> Playground {
    let settings = Settings {
        directory: DirectorySettings {
            fixed_tokens: false,
            ..DirectorySettings::default()
        },
        ..Settings::default()
    };
    Playground::with(&contoso(), settings).await
}

async fn fresh(play: &Playground, scope: &str) -> String {
    let got = token(play, &by_secret(scope, "sandbox-secret")).await;
    got.ok()["access_token"].as_str().unwrap().to_owned()
}

/// The statuses of a read of each service with a token.
async fn opened(play: &Playground, token: &str) -> [u16; 2] {
    let urls = [
        "graph.microsoft.com/v1.0/policies/authorizationPolicy",
        "vsaex.dev.azure.com/contoso/_apis/userentitlements",
    ];
    let mut statuses = [0; 2];
    for (status, url) in statuses.iter_mut().zip(urls) {
        let request = play.request("GET", url).bearer_auth(token);
        let request = request.header("Accept", "application/json;api-version=7.1-preview.1");
        let request = request.header("X-TFS-FedAuthRedirect", "Suppress");
        *status = play.send(request).await.status.as_u16();
    }
    statuses
}

#[tokio::test]
async fn the_tokens_of_the_sandboxs_own_application_end_where_the_world_says_so() {
    let play = with_ends().await;
    for (scope, good, bad) in [
        (GRAPH_SCOPE, [200, 401], [401, 401]),
        (DEVOPS_SCOPE, [401, 200], [401, 401]),
    ] {
        let token = fresh(&play, scope).await;
        assert!(!token.starts_with("sandbox-"), "{token}");
        assert_eq!(opened(&play, &token).await, good);
        play.forward(LIFE_MS).await;
        assert_eq!(opened(&play, &token).await, bad);
        let next = fresh(&play, scope).await;
        assert_eq!(opened(&play, &next).await, good);
    }
    assert_eq!(opened(&play, "sandbox-graph").await, [200, 401]);
    assert_eq!(opened(&play, "sandbox-devops").await, [401, 200]);
}

#[tokio::test]
async fn machines_and_people_get_no_token_without_an_end_either() {
    let play = with_ends().await;
    let url = "169.254.169.254/metadata/identity/oauth2/token";
    let request = play.request("GET", url).header("Metadata", "true");
    let resource = "499b84ac-1321-427f-aa17-267ca6975798";
    let query = [("api-version", "2019-08-01"), ("resource", resource)];
    let machine = play.send(request.query(&query)).await.ok();
    let url = format!("login.microsoftonline.com/{TENANT}/oauth2/v2.0/devicecode");
    let form = [("client_id", "sandbox-client"), ("scope", DEVOPS_SCOPE)];
    let begun = play.send(play.request("POST", &url).form(&form)).await.ok();
    let typed = json!({ "outcome": "approved" });
    assert_eq!(play.hook("device-code", &typed).await.status, 204);
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", "sandbox-client"),
        ("device_code", begun["device_code"].as_str().unwrap()),
    ];
    let person = token(&play, &form).await.ok();
    for answer in [&machine, &person] {
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(opened(&play, token).await, [401, 200], "{answer}");
    }
    play.forward(LIFE_MS).await;
    for answer in [&machine, &person] {
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(opened(&play, token).await, [401, 401], "{answer}");
    }
}

#[tokio::test]
async fn a_token_from_before_a_change_of_tenant_opens_the_organization_no_more() {
    let play = with_ends().await;
    let before = fresh(&play, DEVOPS_SCOPE).await;
    play.connect().await;
    assert_eq!(opened(&play, &before).await, [401, 401]);
    let after = fresh(&play, DEVOPS_SCOPE).await;
    assert_eq!(opened(&play, &after).await, [401, 200]);
    assert_eq!(opened(&play, "sandbox-devops").await, [401, 200]);
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
