//! Signing in as a registered application, as a person with a device code, and on a machine.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use super::graph_world::{ask, edited, token};
use super::support::{Got, Playground, TENANT, object};

const CERTIFICATE: &[u8] = include_bytes!("fixtures/application.der");
const KEY: &[u8] = include_bytes!("fixtures/application.key.der");
const SCOPE: &str = "https://graph.microsoft.com/.default";

async fn registered(application: Value) -> Playground {
    edited(|world| world["directory"]["applications"] = json!({ "app-1": application })).await
}

async fn by_assertion(play: &Playground, assertion: &str) -> Got {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("client_assertion_type", kind),
        ("client_assertion", assertion),
        ("scope", SCOPE),
    ];
    token(play, &form).await
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(algorithm: &str) -> String {
    let (name, print) = match algorithm {
        "PS256" => ("x5t#S256", digest::digest(&digest::SHA256, CERTIFICATE)),
        _ => (
            "x5t",
            digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, CERTIFICATE),
        ),
    };
    let header = json!({ "alg": algorithm, "typ": "JWT", name: URL_SAFE_NO_PAD.encode(print) });
    let claims = json!({ "iss": "app-1", "sub": "app-1", "jti": "1",
        "aud": format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token") });
    let text = format!("{}.{}", encoded(&header), encoded(&claims));
    let key = RsaKeyPair::from_pkcs8(KEY).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let padding: &'static dyn ring::signature::RsaEncoding = if algorithm == "PS256" {
        &RSA_PSS_SHA256
    } else {
        &RSA_PKCS1_SHA256
    };
    key.sign(
        padding,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn a_certificate_signs_in_and_a_broken_signature_does_not() {
    let certificates = [STANDARD.encode(CERTIFICATE)];
    let play =
        registered(json!({ "roles": ["User.Read.All"], "certificates": certificates })).await;
    for algorithm in ["RS256", "PS256"] {
        let assertion = signed(algorithm);
        let body = by_assertion(&play, &assertion).await.ok();
        let token = body["access_token"].as_str().unwrap();
        assert_eq!(
            ask(&play, token, "GET", "users").await.status,
            200,
            "{algorithm}"
        );
        let (text, _) = assertion.rsplit_once('.').unwrap();
        let got = by_assertion(
            &play,
            &format!("{text}.{}", URL_SAFE_NO_PAD.encode([7; 256])),
        )
        .await;
        got.refused(401, "AADSTS700027");
    }
    let stranger = registered(json!({ "roles": [] })).await;
    by_assertion(&stranger, &signed("PS256"))
        .await
        .refused(401, "AADSTS700027");
}

#[tokio::test]
async fn a_foreign_token_must_name_issuer_subject_and_audience() {
    let issuer = "https://token.actions.githubusercontent.com";
    let credential = json!({ "issuer": issuer, "subject": "repo:a/b:ref:refs/heads/main" });
    let play = registered(json!({ "federated": [credential] })).await;
    let foreign = |iss: &str, sub: &str, aud: &str| {
        let claims = json!({ "iss": iss, "sub": sub, "aud": aud });
        format!(
            "{}.{}.c2ln",
            encoded(&json!({ "alg": "RS256" })),
            encoded(&claims)
        )
    };
    let (subject, audience) = ("repo:a/b:ref:refs/heads/main", "api://AzureADTokenExchange");
    by_assertion(&play, &foreign(issuer, subject, audience))
        .await
        .ok();
    for (assertion, code) in [
        (
            foreign("https://other.example", subject, audience),
            "AADSTS700211",
        ),
        (
            foreign(issuer, "repo:a/b:pull_request", audience),
            "AADSTS700213",
        ),
        (foreign(issuer, subject, "api://other"), "AADSTS700212"),
    ] {
        let got = by_assertion(&play, &assertion).await;
        got.refused(401, code);
        assert_eq!(got.json()["error"], "invalid_client");
    }
}

#[tokio::test]
async fn an_error_can_be_ordered_by_its_number() {
    for (code, status, error) in [
        (7_000_222, 401, "invalid_client"),
        (7_000_112, 400, "unauthorized_client"),
        (65001, 400, "invalid_grant"),
        (53003, 400, "interaction_required"),
        (90055, 429, "temporarily_unavailable"),
    ] {
        let play = registered(json!({ "secrets": ["s3cret"], "refused_with": code })).await;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "app-1"),
            ("client_secret", "s3cret"),
            ("scope", SCOPE),
        ];
        let got = token(&play, &form).await;
        got.refused(status, &format!("AADSTS{code}: "));
        assert_eq!(got.json()["error"], error);
        assert_eq!(got.json()["error_codes"], json!([code]));
    }
}

async fn begin(play: &Playground) -> Value {
    let url = format!("login.microsoftonline.com/{TENANT}/oauth2/v2.0/devicecode");
    let scope = "https://graph.microsoft.com/User.Read.All offline_access openid";
    let form = [("client_id", "sandbox-client"), ("scope", scope)];
    play.send(play.request("POST", &url).form(&form)).await.ok()
}

async fn poll(play: &Playground, begun: &Value) -> Got {
    let kind = "urn:ietf:params:oauth:grant-type:device_code";
    let code = begun["device_code"].as_str().unwrap();
    let form = [
        ("grant_type", kind),
        ("client_id", "sandbox-client"),
        ("device_code", code),
    ];
    token(play, &form).await
}

#[tokio::test]
async fn a_device_code_waits_for_the_person() {
    let play = edited(|_| ()).await;
    let begun = begin(&play).await;
    assert_eq!(
        (&begun["interval"], &begun["expires_in"]),
        (&json!(5), &json!(900))
    );
    poll(&play, &begun)
        .await
        .refused(400, "authorization_pending");
    let typed =
        json!({ "user_code": begun["user_code"], "outcome": "approved", "user": object(2) });
    assert_eq!(play.hook("device-code", &typed).await.status, 204);
    let body = poll(&play, &begun).await.ok();
    assert!(body["id_token"].is_string(), "{body}");
    let token_text = body["access_token"].as_str().unwrap();
    let me = ask(&play, token_text, "GET", "me").await.ok();
    assert_eq!(me["id"], object(2).to_string());
    ask(&play, token_text, "GET", "groups")
        .await
        .refused(403, "Authorization_RequestDenied");
    poll(&play, &begun)
        .await
        .refused(400, "bad_verification_code");
    let refresh = body["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "sandbox-client"),
        ("refresh_token", refresh),
    ];
    let again = token(&play, &form).await.ok();
    let again = again["access_token"].as_str().unwrap();
    assert_eq!(
        ask(&play, again, "GET", "me").await.ok()["id"],
        object(2).to_string()
    );
}

#[tokio::test]
async fn a_person_can_decline_and_a_code_can_expire() {
    for (outcome, error) in [
        ("declined", "authorization_declined"),
        ("expired", "expired_token"),
        ("slow_down", "slow_down"),
    ] {
        let play = edited(|_| ()).await;
        let begun = begin(&play).await;
        let hook = play
            .hook("device-code", &json!({ "outcome": outcome }))
            .await;
        assert_eq!(hook.status, 204);
        let got = poll(&play, &begun).await;
        assert_eq!(
            (got.status.as_u16(), &got.json()["error"]),
            (400, &json!(error))
        );
    }
}

#[tokio::test]
async fn a_machine_has_the_identity_that_it_was_given() {
    let play = registered(json!({ "roles": ["User.Read.All"], "managed_identity": true })).await;
    let machine = |path: &str, client: &str| {
        let resource = "https://graph.microsoft.com";
        play.request("GET", &format!("169.254.169.254/{path}"))
            .query(&[
                ("api-version", "2019-08-01"),
                ("resource", resource),
                ("client_id", client),
            ])
    };
    let vm = "metadata/identity/oauth2/token";
    let body = play
        .send(machine(vm, "app-1").header("Metadata", "true"))
        .await
        .ok();
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(ask(&play, token, "GET", "users").await.status, 200);
    ask(&play, token, "GET", "groups")
        .await
        .refused(403, "Insufficient");
    let got = play
        .send(machine(vm, "other").header("Metadata", "true"))
        .await;
    got.refused(400, "Identity not found");
    let app = machine("msi/token", "app-1").header("X-IDENTITY-HEADER", "sandbox-identity");
    assert_eq!(play.send(app).await.ok()["client_id"], "app-1");
    assert_eq!(play.send(machine("msi/token", "app-1")).await.status, 401);
}

#[tokio::test]
async fn a_pipeline_gets_a_foreign_token_for_its_connection() {
    let play = edited(|_| ()).await;
    let url = "dev.azure.com/contoso/p/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken";
    let asked = || {
        play.request("POST", url)
            .query(&[("serviceConnectionId", "c-1")])
    };
    let got = play.send(asked().bearer_auth("sandbox-devops")).await.ok();
    let token = got["oidcToken"].as_str().unwrap().to_owned();
    let claims = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1).unwrap())
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], "api://AzureADTokenExchange");
    let suppressed = asked().header("X-TFS-FedAuthRedirect", "Suppress");
    assert_eq!(play.send(suppressed).await.status, 401);
    assert_eq!(play.send(asked()).await.status, 302);
}

#[tokio::test]
async fn microsofts_libraries_find_the_instance_and_its_keys() {
    let play = edited(|_| ()).await;
    let url = "login.microsoftonline.com/common/discovery/instance";
    let asked = play.request("GET", url).query(&[
        ("api-version", "1.1"),
        (
            "authorization_endpoint",
            "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize",
        ),
    ]);
    let body = play.send(asked).await.ok();
    let endpoint = body["tenant_discovery_endpoint"].as_str().unwrap();
    assert!(endpoint.ends_with("/contoso.com/v2.0/.well-known/openid-configuration"));
    assert_eq!(
        body["metadata"][0]["preferred_network"],
        "login.microsoftonline.com"
    );
    let keys = format!("login.microsoftonline.com/{TENANT}/discovery/v2.0/keys");
    assert!(play.send(play.request("GET", &keys)).await.ok()["keys"].is_array());
}
