//! Sign-in: which source is asked, what goes over the wire, and one error that names them all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orgctl::apply::port::{ApiErrorKind, CallError, Writer as _};
use orgctl::azure::settings::Settings;
use secrecy::SecretString;

use super::canned::{self, TENANT};
use super::server::{Reply, Seen, Server};

const TOKEN: &str =
    "login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/oauth2/v2.0/token";

/// Nothing to sign in with but the endpoint.
fn bare(server: &Server) -> Settings {
    Settings {
        endpoint: Some(server.url.clone()),
        backoff_first: Duration::from_millis(10),
        ..Settings::default()
    }
}

fn with_secret(server: &Server) -> Settings {
    Settings {
        tenant_id: Some(TENANT.to_owned()),
        client_id: Some("an-app".to_owned()),
        client_secret: Some(SecretString::from("s3cr&t")),
        ..bare(server)
    }
}

/// A token that tells for whom it is and which one it is.
fn token(seen: &Seen) -> Reply {
    let audience = if seen.body.contains("graph.microsoft.com") {
        "graph"
    } else {
        "devops"
    };
    Reply::json(format!(
        r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{audience}-{}"}}"#,
        seen.nth
    ))
}

#[tokio::test]
async fn a_client_secret_signs_in_over_the_endpoint() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => token(seen),
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services_with(with_secret(&server));
    canned::read(&services, &[]).await.unwrap();
    canned::read(&services, &[]).await.unwrap();
    let seen = server.seen();
    let asked: Vec<&Seen> = seen.iter().filter(|seen| seen.path() == TOKEN).collect();
    assert_eq!(
        asked.len(),
        2,
        "one token for each audience, and it is kept"
    );
    for request in &asked {
        assert_eq!(request.method, "POST");
        assert!(request.body.contains("client_secret=s3cr%26t"));
        assert!(request.body.contains("grant_type=client_credentials"));
    }
    let scopes = [
        "scope=499b84ac-1321-427f-aa17-267ca6975798%2F.default",
        "scope=https%3A%2F%2Fgraph.microsoft.com%2F.default",
    ];
    for scope in scopes {
        let count = asked.iter().filter(|r| r.body.contains(scope)).count();
        assert_eq!(count, 1, "{scope}");
    }
    for request in &seen {
        let token = request.header("authorization");
        let expected = match request.target.split('/').next().unwrap() {
            "graph.microsoft.com" => "Bearer graph-",
            "login.microsoftonline.com" => "",
            _ if request.method == "HEAD" => "",
            _ => "Bearer devops-",
        };
        assert!(token.starts_with(expected), "{} {token}", request.target);
        assert_eq!(token.is_empty(), expected.is_empty(), "{}", request.target);
    }
}

#[tokio::test]
async fn one_error_names_every_source() {
    let server = Server::start(canned::answer).await;
    let services = canned::services_with(bare(&server));
    let error = canned::read(&services, &[]).await.unwrap_err();
    assert!(matches!(error, CallError::SignIn { .. }), "{error}");
    for source in [
        "client secret: AZURE_CLIENT_SECRET is not set",
        "workload identity: AZURE_FEDERATED_TOKEN_FILE is not set",
        "managed identity: not asked for",
        "Azure CLI: not asked while ORGCTL_ENDPOINT is set",
    ] {
        assert!(error.message().contains(source), "{source} in {error}");
    }
    let bearer = "TOKEN is not set";
    assert!(error.message().contains(bearer), "{error}");
}

#[tokio::test]
async fn a_refused_secret_is_told_in_the_services_words_and_nobody_else_is_signed_in() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => Reply::json(
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid\r\nprovided.",
            "error_codes":[7000215]}"#,
        )
        .status(401),
        _ => canned::answer(seen),
    })
    .await;
    let error = canned::read(&canned::services_with(with_secret(&server)), &[]).await;
    let error = error.unwrap_err();
    assert!(
        error
            .message()
            .contains("client secret: AADSTS7000215: Invalid"),
        "{error}"
    );
    assert!(
        error.message().contains("Azure CLI: not asked, since"),
        "{error}"
    );
    assert!(!error.to_string().contains("s3cr"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_or_a_page_is_asked_for_again() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |seen| match seen.path() {
        TOKEN => match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Reply::json(r#"{"token_type":"Bearer","expires_in":3599,"access_tok"#),
            1 => Reply::new(200).content("text/html", "<html><title>Sign in</title>"),
            _ => token(seen),
        },
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services_with(with_secret(&server));
    canned::read(&services, &[]).await.unwrap();
    assert_eq!(
        server.count("POST", TOKEN),
        4,
        "two in vain, and two tokens"
    );
}

#[tokio::test]
async fn a_federated_token_is_sent_as_an_assertion() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => token(seen),
        _ => canned::answer(seen),
    })
    .await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file.as_file(), b"a.b.c").unwrap();
    let settings = Settings {
        tenant_id: Some(TENANT.to_owned()),
        client_id: Some("an-app".to_owned()),
        federated_token_file: Some(file.path().to_owned()),
        ..bare(&server)
    };
    canned::read(&canned::services_with(settings), &[])
        .await
        .unwrap();
    let assertion = |seen: &Seen| seen.body.contains("client_assertion=a.b.c");
    assert!(server.seen().iter().any(assertion));
}

#[tokio::test]
async fn a_personal_access_token_goes_to_azure_devops_only() {
    let server = Server::start(canned::answer).await;
    let settings = Settings {
        personal_access_token: Some(SecretString::from("a-pat")),
        graph_token: Some(SecretString::from("graph-bearer")),
        ..bare(&server)
    };
    canned::read(&canned::services_with(settings), &[])
        .await
        .unwrap();
    for seen in server.seen() {
        let token = seen.header("authorization");
        if seen.target.starts_with("graph.") {
            assert_eq!(token, "Bearer graph-bearer");
        } else if seen.target.starts_with("login.") {
            assert_eq!(token, "");
        } else if seen.method != "HEAD" {
            // base64 of ":a-pat".
            assert_eq!(token, "Basic OmEtcGF0");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_renewed_once() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => token(seen),
        canned::TENANT_INFO if seen.nth == 0 => Reply::new(401),
        _ => canned::answer(seen),
    })
    .await;
    canned::read(&canned::services_with(with_secret(&server)), &[])
        .await
        .unwrap();
    assert_eq!(server.count("GET", canned::TENANT_INFO), 2);
    let seen = server.seen();
    let mut tokens = seen
        .iter()
        .filter(|seen| seen.path() == canned::TENANT_INFO);
    let (first, second) = (tokens.next().unwrap(), tokens.next().unwrap());
    assert_ne!(
        first.header("authorization"),
        second.header("authorization")
    );
}

#[tokio::test]
async fn a_token_that_is_never_taken_is_not_renewed_for_ever() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => token(seen),
        canned::TENANT_INFO => Reply::new(401),
        _ => canned::answer(seen),
    })
    .await;
    let error = canned::read(&canned::services_with(with_secret(&server)), &[]).await;
    assert_eq!(error.unwrap_err().kind(), ApiErrorKind::Authentication);
    assert_eq!(server.count("GET", canned::TENANT_INFO), 2);
}

#[tokio::test]
async fn a_page_may_mean_the_token_and_need_not() {
    let server = Server::start(|seen| match (seen.path(), seen.nth) {
        (TOKEN, _) => token(seen),
        (canned::TENANT_INFO, 0..3) => Reply::new(203).content("text/html", "<html>"),
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services_with(with_secret(&server));
    canned::read(&services, &[]).await.unwrap();
    assert_eq!(server.count("GET", canned::TENANT_INFO), 4);
    let for_graph = |seen: &&Seen| seen.path() == TOKEN && seen.body.contains("graph.microsoft");
    let asked = server.seen().iter().filter(for_graph).count();
    assert_eq!(asked, 2, "renewed once");
}

#[tokio::test]
async fn forgotten_tokens_are_fetched_again() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => token(seen),
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services_with(with_secret(&server));
    canned::read(&services, &[]).await.unwrap();
    services.forget_tokens().await;
    canned::read(&services, &[]).await.unwrap();
    assert_eq!(server.count("POST", TOKEN), 4);
}

#[tokio::test]
async fn a_token_about_to_expire_is_not_used_again() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => Reply::json(r#"{"token_type":"Bearer","expires_in":240,"access_token":"short"}"#),
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services_with(with_secret(&server));
    canned::read(&services, &[]).await.unwrap();
    let before = server.count("POST", TOKEN);
    canned::read(&services, &[]).await.unwrap();
    assert!(server.count("POST", TOKEN) > before);
}

/// What is logged, by anybody, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_holds_a_secret() {
    let server = Server::start(|seen| match seen.path() {
        TOKEN => token(seen),
        canned::GRAPH_USERS if seen.nth == 0 => {
            canned::answer(seen).with("X-MS-ContinuationToken", "page-secret")
        }
        _ => canned::answer(seen),
    })
    .await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // With a single subscriber, a thread of another test that has none would switch events off for
    // all: a second one has every thread ask both.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    canned::read(&canned::services_with(with_secret(&server)), &[])
        .await
        .unwrap();
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains(canned::ENTITLEMENTS), "something is logged");
    for secret in ["s3cr", "devops-0", "graph-0", "devops-1", "graph-1"] {
        assert!(!log.contains(secret), "{secret}");
    }
    let ours = log.lines().filter(|line| line.contains("orgctl::"));
    assert_eq!(ours.filter(|line| line.contains("page-secret")).count(), 0);
}

#[tokio::test]
async fn each_service_gets_a_token_of_the_tenant_that_it_is_about() {
    const OTHER: &str = "bbbbcccc-1111-dddd-2222-eeee3333ffff";
    let server = Server::start(|seen| match seen.path() {
        canned::PROBE => Reply::new(401).with("X-VSS-ResourceTenant", OTHER),
        path if path.ends_with("/oauth2/v2.0/token") => token(seen),
        _ => canned::answer(seen),
    })
    .await;
    // What is set up is of the new tenant, and the organization is on another one.
    canned::read(&canned::services_with(with_secret(&server)), &[])
        .await
        .unwrap();
    let asked = |tenant: &str, audience: &str| {
        let seen = server.seen();
        let path = format!("login.microsoftonline.com/{tenant}/oauth2/v2.0/token");
        let of = |seen: &&Seen| seen.path() == path && seen.body.contains(audience);
        seen.iter().filter(of).count()
    };
    assert_eq!(asked(OTHER, "499b84ac"), 1, "Azure DevOps");
    assert_eq!(asked(TENANT, "graph.microsoft.com"), 1, "Microsoft Graph");
    assert_eq!(asked(TENANT, "499b84ac"), 0);
}
