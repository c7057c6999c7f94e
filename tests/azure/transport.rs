//! The transport: where requests go, what counts as success, when they are repeated.

use std::time::{Duration, Instant};

use orgctl::apply::port::{ApiErrorKind, CallError};
use orgctl::azure::services::Services;
use orgctl::azure::settings::{Settings, SetupError};

use super::canned;
use super::server::{Reply, Seen, Server};

/// Reads everything while one path answers otherwise.
async fn read_with(
    path: &'static str,
    reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> (Server, Result<(), CallError>) {
    let server = Server::start(move |seen| {
        if seen.path() == path {
            reply(seen)
        } else {
            canned::answer(seen)
        }
    })
    .await;
    let live = canned::read(&canned::services(&server), &[]).await;
    (server, live.map(|_| ()))
}

#[tokio::test]
async fn every_host_becomes_a_path_and_gets_its_own_token() {
    let server = Server::start(canned::answer).await;
    canned::read(&canned::services(&server), &[]).await.unwrap();
    for seen in server.seen() {
        let token = match seen.target.split('/').next().unwrap() {
            "graph.microsoft.com" => "Bearer graph-bearer",
            "dev.azure.com" if seen.method == "HEAD" => "",
            // The discovery document, for everybody.
            "login.microsoftonline.com" => "",
            "dev.azure.com" | "vssps.dev.azure.com" | "vsaex.dev.azure.com" => {
                "Bearer devops-bearer"
            }
            other => panic!("{other} was not to be asked"),
        };
        assert_eq!(seen.header("authorization"), token, "{}", seen.target);
        if token == "Bearer graph-bearer" {
            assert_eq!(seen.header("client-request-id").len(), 36);
        } else if !seen.target.starts_with("login.") {
            assert_eq!(seen.header("x-tfs-fedauthredirect"), "Suppress");
            assert_eq!(seen.header("x-vss-forcemsapassthrough"), "true");
            assert_eq!(seen.header("x-tfs-session").len(), 36);
        }
        assert!(seen.header("user-agent").starts_with("orgctl/"));
    }
    let sessions = |seen: &Seen| seen.header("x-tfs-session").to_owned();
    let mut sessions: Vec<String> = server.seen().iter().map(sessions).collect();
    sessions.sort();
    sessions.dedup();
    assert_eq!(sessions.len(), 2, "one for the process, none for Graph");
}

#[test]
fn an_endpoint_elsewhere_is_refused_before_anything_is_sent() {
    let settings = Settings {
        endpoint: Some("http://example.com".to_owned()),
        ..Settings::default()
    };
    let refused = Services::new(settings, canned::organization(), canned::tenant());
    assert!(matches!(refused, Err(SetupError::Endpoint { .. })));
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_an_authentication_failure_and_never_an_empty_list() {
    let replies = [
        Reply::new(401),
        Reply::json(r#"{"count":0,"value":[]}"#).status(401),
    ];
    for reply in replies {
        for path in [canned::GRAPH_USERS, canned::ENTITLEMENTS, canned::USERS] {
            let answer = reply.clone();
            let (server, result) = read_with(path, move |_| answer.clone()).await;
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ApiErrorKind::Authentication, "{reply:?}");
            // The token was given as it is: there is no other to try.
            assert_eq!(server.count("GET", path), 1);
        }
    }
}

const PAGE: &str = "<html><title>Azure DevOps Services | Sign In</title></html>";

fn pages() -> [Reply; 3] {
    let sign_in = "https://spsprodweu1.vssps.visualstudio.com/_signin";
    [
        Reply::new(203).content("text/html; charset=utf-8", PAGE),
        Reply::new(302)
            .with("Location", sign_in)
            .content("text/html", "Object moved"),
        Reply::new(200).content("text/html", PAGE),
    ]
}

#[tokio::test]
async fn a_sign_in_page_passes_or_is_an_authentication_failure_and_never_an_empty_list() {
    for reply in pages() {
        // The first two are on hosts that have taken nothing yet; the last follows other answers.
        for (path, times) in [
            (canned::GRAPH_USERS, 9),
            (canned::ENTITLEMENTS, 9),
            (canned::USERS, 11),
        ] {
            let page = reply.clone();
            let (server, result) = read_with(path, move |_| page.clone()).await;
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ApiErrorKind::Authentication, "{reply:?}");
            assert_eq!(server.count("GET", path), times, "{path} {reply:?}");
            let page = reply.clone();
            let (server, result) = read_with(path, move |seen| match seen.nth {
                0..5 => page.clone(),
                _ => canned::answer(seen),
            })
            .await;
            assert_eq!(result, Ok(()), "{path} {reply:?}");
            assert_eq!(server.count("GET", path), 6, "{path} {reply:?}");
        }
    }
}

#[tokio::test]
async fn a_page_of_something_else_tells_nothing_about_the_organization() {
    let page = || Reply::new(200).content("text/html", PAGE);
    let (server, result) = read_with(canned::PROBE, move |seen| match seen.nth {
        0 => page(),
        _ => canned::answer(seen),
    })
    .await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.count("HEAD", canned::PROBE), 2);
    let (_server, result) = read_with(canned::PROBE, move |_| page()).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Service);
    assert_eq!(error.message(), "a page instead of an answer");
}

#[tokio::test]
async fn a_count_of_which_nothing_is_left_is_asked_for_again() {
    let (server, result) = read_with(canned::COUNT, |seen| match seen.nth {
        0 => Reply::new(200).content("text/plain", ""),
        _ => canned::answer(seen),
    })
    .await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.count("GET", canned::COUNT), 2);
}

#[tokio::test]
async fn the_reason_in_the_header_is_told() {
    let (_server, result) = read_with(canned::GRAPH_USERS, |_| {
        let words = "Access%20Denied%3A%20The%20token%20used%20has%20expired.";
        Reply::new(401)
            .with("X-TFS-ServiceError", words)
            .with("ActivityId", "activity-1")
    })
    .await;
    let error = result.unwrap_err();
    assert_eq!(
        error.message(),
        "Access Denied: The token used has expired."
    );
    assert_eq!(error.request_id().unwrap().as_str(), "activity-1");
    assert_eq!(
        error.api().unwrap().url,
        format!("https://{}", canned::GRAPH_USERS)
    );
}

#[tokio::test]
async fn a_503_with_a_byte_order_mark_passes() {
    let (server, result) = read_with(canned::ENTITLEMENTS, |seen| match seen.nth {
        0 | 1 => Reply::json("\u{feff}{\"message\":\"VS860018: busy\"}").status(503),
        _ => canned::answer(seen),
    })
    .await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.count("GET", canned::ENTITLEMENTS), 3);
}

#[tokio::test]
async fn a_503_that_stays_is_told_in_the_services_words() {
    let (server, result) = read_with(canned::ENTITLEMENTS, |_| {
        Reply::json("\u{feff}{\"message\":\"VS860018: no\",\"typeKey\":\"X\"}").status(503)
    })
    .await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Service);
    assert_eq!(error.message(), "VS860018: no");
    assert_eq!(error.code(), Some("X"));
    assert_eq!(server.count("GET", canned::ENTITLEMENTS), 11);
}

#[tokio::test]
async fn a_stopped_organization_is_asked_once() {
    let (server, result) = read_with(canned::CONNECTION_DATA, |_| {
        let message = "TF24668: The following team project collection is stopped: contoso.";
        Reply::json(format!("\u{feff}{{\"message\":\"{message}\"}}")).status(503)
    })
    .await;
    assert_eq!(result.unwrap_err().kind(), ApiErrorKind::Service);
    assert_eq!(server.count("GET", canned::CONNECTION_DATA), 1);
}

#[tokio::test]
async fn retry_after_is_kept_after_a_429() {
    let started = Instant::now();
    let (server, result) = read_with(canned::COUNT, |seen| match seen.nth {
        0 => Reply::new(429).with("Retry-After", "1"),
        _ => canned::answer(seen),
    })
    .await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.count("GET", canned::COUNT), 2);
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn retry_after_on_a_200_holds_the_next_request() {
    let started = Instant::now();
    let (server, result) = read_with(canned::ENTITLEMENTS, |seen| {
        let ana = [canned::entitlement(
            canned::ANA_KEY,
            "ana@contoso.com",
            "aad",
        )];
        let lee = [canned::entitlement(
            canned::LEE_KEY,
            "lee@outlook.com",
            "msa",
        )];
        match seen.nth {
            0 => canned::entitlements(&ana, "more", 2).with("Retry-After", "1"),
            _ => canned::entitlements(&lee, "", 2),
        }
    })
    .await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.count("GET", canned::ENTITLEMENTS), 2);
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_lost_answer_to_a_read_is_asked_for_again() {
    let (server, result) = read_with(canned::GRAPH_USERS, |seen| match seen.nth {
        0 => Reply::lost(),
        _ => canned::answer(seen),
    })
    .await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.count("GET", canned::GRAPH_USERS), 2);
}

#[tokio::test]
async fn a_next_link_to_another_origin_is_refused_and_gets_no_token() {
    let thief = Server::start(|_| Reply::json(r#"{"value":[]}"#)).await;
    let link = format!("{}/graph.microsoft.com/v1.0/users?$skiptoken=x", thief.url);
    let (_server, result) = read_with(canned::USERS, move |_| {
        Reply::json(format!(r#"{{"value":[],"@odata.nextLink":"{link}"}}"#))
    })
    .await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unexpected);
    assert!(error.message().contains("graph.microsoft.com"), "{error}");
    assert!(thief.seen().is_empty());
}

#[tokio::test]
async fn a_next_link_of_the_own_origin_is_followed_in_either_spelling() {
    for real in [true, false] {
        let server = Server::start(move |seen| {
            let page = |id: &str, name: &str, link: String| {
                let user = canned::user(id, name, "");
                Reply::json(format!(r#"{{"value":[{user}],"@odata.nextLink":{link}}}"#))
            };
            match (seen.path(), seen.nth) {
                (canned::USERS, 0) => {
                    let base = if real {
                        "https:/".to_owned()
                    } else {
                        format!("http://{}", seen.header("host"))
                    };
                    let link = format!(r#""{base}/{}?$skiptoken=a%2Bb""#, canned::USERS);
                    page(canned::ANA_OBJECT, "ana@contoso.com", link)
                }
                (canned::USERS, _) => {
                    assert!(
                        seen.target.ends_with("?$skiptoken=a%2Bb"),
                        "{}",
                        seen.target
                    );
                    page(canned::NOOR_OBJECT, "lee@outlook.com", "null".to_owned())
                }
                _ => canned::answer(seen),
            }
        })
        .await;
        let live = canned::read(&canned::services(&server), &[]).await.unwrap();
        assert_eq!(live.directory.users.len(), 2, "real: {real}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_or_no_json_is_no_empty_list() {
    for body in ["", "{\"value\":[", "[]", "null", "{}"] {
        let (_server, result) = read_with(canned::ENTITLEMENTS, move |_| Reply::json(body)).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unexpected, "{body:?}");
    }
    for body in ["", "{\"value\":[", "[]", "null", "{}"] {
        let (_server, result) = read_with(canned::GRAPH_USERS, move |_| Reply::json(body)).await;
        assert!(result.is_err(), "{body:?}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_unreachable() {
    let server = Server::start(canned::answer).await;
    let settings = Settings {
        // A port below 1024 that nobody serves. A free one that was bound and dropped would be taken
        // by the server of the next test.
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        ..canned::settings(&server)
    };
    let error = canned::read(&canned::services_with(settings), &[]).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unreachable);
    assert_eq!(
        (
            error.api().unwrap().method,
            error.api().unwrap().url.as_str()
        ),
        ("HEAD", "https://dev.azure.com/contoso")
    );
    assert_eq!(error.status(), None);
    assert!(server.seen().is_empty());
}
