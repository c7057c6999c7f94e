//! Reads: what the lists become, page by page, and what is refused.

use orgctl::apply::port::{ApiErrorKind, CallError};
use orgctl::azure::services::Services;
use orgctl::model::access::EffectiveLevel;
use orgctl::model::desired::TenantRef;
use orgctl::model::live::{Connection, Origin};

use super::canned::{self, email};
use super::server::{Reply, Server};

#[tokio::test]
async fn everything_is_read_and_joined() {
    let server = Server::start(canned::answer).await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    let tenant = canned::TENANT.parse().unwrap();
    assert_eq!(live.organization.connection, Connection::Tenant(tenant));
    assert_eq!(live.caller.principal_name, email("ana@contoso.com"));
    let ana = &live.members[&canned::ANA_KEY.parse().unwrap()];
    assert_eq!(ana.object_id, Some(canned::ANA_OBJECT.parse().unwrap()));
    assert_eq!(ana.access, EffectiveLevel::Basic);
    assert!(!ana.disconnected);
    let lee = &live.members[&canned::LEE_KEY.parse().unwrap()];
    assert_eq!((lee.origin, lee.disconnected), (Origin::Personal, true));
    assert_eq!(
        live.group_only.keys().collect::<Vec<_>>(),
        [&email("bo@contoso.com")]
    );
    assert!(live.directory.verified_domains.contains("contoso.com"));
    let users: Vec<String> = live
        .directory
        .users
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(users, [canned::ANA_OBJECT], "Zoe concerns nobody");
}

#[tokio::test]
async fn a_refresh_makes_no_request_per_person() {
    const PEOPLE: usize = 1_000;
    let server = Server::start(|seen| match seen.path() {
        canned::ENTITLEMENTS => {
            let page = seen.nth * 100;
            let people: Vec<String> = (page..page + 100)
                .map(|n| {
                    let key = format!("22222222-1111-6111-8111-{n:012}");
                    canned::entitlement(&key, &format!("p{n}@contoso.com"), "aad")
                })
                .collect();
            let more = if page + 100 < PEOPLE {
                format!("t+/={page}")
            } else {
                String::new()
            };
            canned::entitlements(&people, &more, PEOPLE)
        }
        _ => canned::answer(seen),
    })
    .await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    assert_eq!(live.members.len(), PEOPLE);
    let requests = server.seen().len();
    assert_eq!(
        requests,
        10 + 15,
        "ten pages, and one request for each other list"
    );
}

#[tokio::test]
async fn continuation_tokens_are_encoded_strictly() {
    let server = Server::start(|seen| match (seen.path(), seen.nth) {
        (canned::ENTITLEMENTS, 0) => {
            let ana = [canned::entitlement(
                canned::ANA_KEY,
                "ana@contoso.com",
                "aad",
            )];
            canned::entitlements(&ana, "a+b/c#d=", 2)
        }
        (canned::ENTITLEMENTS, _) => {
            let lee = [canned::entitlement(
                canned::LEE_KEY,
                "lee@outlook.com",
                "msa",
            )];
            canned::entitlements(&lee, "", 2)
        }
        (canned::GRAPH_USERS, 0) => canned::answer(seen).with("X-MS-ContinuationToken", "x y&z"),
        _ => canned::answer(seen),
    })
    .await;
    canned::read(&canned::services(&server), &[]).await.unwrap();
    let tokens: Vec<String> = server
        .seen()
        .iter()
        .filter_map(|seen| {
            seen.target
                .split_once("continuationToken=")
                .map(|t| t.1.to_owned())
        })
        .collect();
    assert_eq!(tokens.len(), 2);
    assert!(
        tokens.contains(&"a%2Bb%2Fc%23d%3D".to_owned()),
        "{tokens:?}"
    );
    assert!(tokens.contains(&"x%20y%26z".to_owned()), "{tokens:?}");
}

#[tokio::test]
async fn a_list_that_is_shorter_than_it_says_is_read_again_and_then_an_error() {
    for (short, readings) in [(1, 2), (usize::MAX, 5)] {
        let server = Server::start(move |seen| match seen.path() {
            canned::ENTITLEMENTS if seen.nth < short => canned::entitlements(&[], "", 2),
            _ => canned::answer(seen),
        })
        .await;
        let read = canned::read(&canned::services(&server), &[]).await;
        assert_eq!(server.count("GET", canned::ENTITLEMENTS), readings);
        if short == 1 {
            assert_eq!(read.unwrap().members.len(), 2);
            continue;
        }
        let error = read.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unexpected);
        assert!(error.message().contains("0 of 2"), "{error}");
    }
}

#[tokio::test]
async fn a_list_that_goes_in_circles_is_an_error() {
    let server = Server::start(|seen| match seen.path() {
        canned::GRAPH_USERS => canned::answer(seen).with("X-MS-ContinuationToken", "again"),
        _ => canned::answer(seen),
    })
    .await;
    let error = canned::read(&canned::services(&server), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unexpected);
    assert_eq!(server.count("GET", canned::GRAPH_USERS), 2);
}

#[tokio::test]
async fn without_the_undocumented_list_the_documented_rule_decides() {
    for status in [404, 403, 400] {
        let server = Server::start(move |seen| match seen.path() {
            canned::DISCONNECTED => Reply::new(status).content("text/plain", "no"),
            _ => canned::answer(seen),
        })
        .await;
        let live = canned::read(&canned::services(&server), &[]).await.unwrap();
        let disconnected = |key: &str| live.members[&key.parse().unwrap()].disconnected;
        assert!(disconnected(canned::LEE_KEY), "{status}");
        assert!(!disconnected(canned::ANA_KEY), "{status}");
    }
    let nobody = Server::start(|seen| match seen.path() {
        canned::DISCONNECTED => Reply::json(r#"{"users":null}"#),
        _ => canned::answer(seen),
    })
    .await;
    let live = canned::read(&canned::services(&nobody), &[]).await.unwrap();
    assert!(live.members.values().all(|member| !member.disconnected));
}

#[tokio::test]
async fn an_organization_of_personal_accounts_has_nobody_disconnected() {
    let server = Server::start(|seen| match seen.path() {
        canned::PROBE => Reply::new(401).with(
            "X-VSS-ResourceTenant",
            "00000000-0000-0000-0000-000000000000",
        ),
        _ => canned::answer(seen),
    })
    .await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    assert_eq!(live.organization.connection, Connection::Personal);
    assert!(live.members.values().all(|member| !member.disconnected));
    assert_eq!(server.count("GET", canned::DISCONNECTED), 0);
}

#[tokio::test]
async fn a_token_of_another_tenant_is_refused() {
    let server = Server::start(|seen| match seen.path() {
        canned::TENANT_INFO => Reply::json(
            r#"{"value":[{"id":"bbbbcccc-1111-dddd-2222-eeee3333ffff","displayName":"Fabrikam"}]}"#,
        ),
        _ => canned::answer(seen),
    })
    .await;
    let error = canned::read(&canned::services(&server), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Refused);
    assert!(error.message().contains("bbbbcccc"), "{error}");
}

/// Reads with a tenant that is named by a domain, while the discovery document says this.
async fn read_by_domain(document: Reply) -> Result<(), CallError> {
    const DISCOVERY: &str =
        "login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration";
    let server = Server::start(move |seen| match seen.path() {
        DISCOVERY => document.clone(),
        _ => canned::answer(seen),
    })
    .await;
    let tenant = TenantRef::Domain("contoso.com".to_owned());
    let services =
        Services::new(canned::settings(&server), canned::organization(), tenant).unwrap();
    let live = canned::read(&services, &[]).await?;
    assert_eq!(live.directory.tenant.to_string(), canned::TENANT);
    let asked = server.seen();
    let asked = asked.iter().find(|seen| seen.path() == DISCOVERY).unwrap();
    assert_eq!(asked.header("authorization"), "");
    Ok(())
}

#[tokio::test]
async fn a_domain_is_resolved_without_credentials() {
    let document = |tenant: &str, graph: &str| {
        Reply::json(format!(
            r#"{{"token_endpoint":"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
            "msgraph_host":"{graph}"}}"#
        ))
    };
    let good = document(canned::TENANT, "graph.microsoft.com");
    assert_eq!(read_by_domain(good).await, Ok(()));
    let kind = |result: Result<(), CallError>| result.unwrap_err().kind();
    let china = document(canned::TENANT, "microsoftgraph.chinacloudapi.cn");
    assert_eq!(kind(read_by_domain(china).await), ApiErrorKind::Refused);
    let nameless = document("common", "graph.microsoft.com");
    assert_eq!(
        kind(read_by_domain(nameless).await),
        ApiErrorKind::Unexpected
    );
    let unknown = Reply::json(
        r#"{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant not found.",
        "error_codes":[90002]}"#,
    )
    .status(400);
    assert_eq!(kind(read_by_domain(unknown).await), ApiErrorKind::NotFound);
}

#[tokio::test]
async fn few_people_of_a_large_tenant_are_looked_up_in_batches() {
    let server = Server::start(|seen| match seen.path() {
        canned::COUNT => Reply::new(200).content("text/plain", "50000"),
        canned::BATCH => {
            let batch: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
            let answers: Vec<serde_json::Value> = batch["requests"]
                .as_array()
                .unwrap()
                .iter()
                .rev()
                .map(|item| {
                    let url = item["url"].as_str().unwrap();
                    let by_mail = url.contains("filter=mail%20in");
                    let user = canned::user(
                        canned::NOOR_OBJECT,
                        "noor_fabrikam.com#EXT#@contoso.onmicrosoft.com",
                        "o'brien@fabrikam.com",
                    );
                    let users = if by_mail { user } else { String::new() };
                    let body: serde_json::Value =
                        serde_json::from_str(&format!(r#"{{"value":[{users}]}}"#)).unwrap();
                    // The first time around, one answer is throttled.
                    if seen.nth == 0 && by_mail {
                        serde_json::json!({"id": item["id"], "status": 429,
                            "headers": {"Retry-After": "0"}, "body": {"error": {"code": "x"}}})
                    } else {
                        serde_json::json!({"id": item["id"], "status": 200, "body": body})
                    }
                })
                .collect();
            Reply::json(serde_json::json!({ "responses": answers }).to_string())
        }
        _ => canned::answer(seen),
    })
    .await;
    let addresses = [email("o'brien@fabrikam.com")];
    let live = canned::read(&canned::services(&server), &addresses)
        .await
        .unwrap();
    let found: Vec<String> = live
        .directory
        .users
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, [canned::NOOR_OBJECT]);
    assert_eq!(server.count("GET", canned::USERS), 0);
    assert_eq!(server.count("POST", canned::BATCH), 2);
    let seen = server.seen();
    let batches: Vec<_> = seen
        .iter()
        .filter(|seen| seen.path() == canned::BATCH)
        .collect();
    assert!(
        batches[0]
            .body
            .contains("%27o%27%27brien%40fabrikam.com%27")
    );
    assert_eq!(
        batches[1].body.matches("\"url\"").count(),
        1,
        "only the throttled one"
    );
}

#[tokio::test]
async fn a_refusal_inside_a_batch_is_an_error() {
    let server = Server::start(|seen| match seen.path() {
        canned::COUNT => Reply::new(200).content("text/plain", "50000"),
        canned::BATCH => Reply::json(
            r#"{"responses":[{"id":"0","status":200,"body":{"value":[]}},{"id":"1","status":403,
            "body":{"error":{"code":"Authorization_RequestDenied","message":"no"}}},
            {"id":"2","status":200,"body":{"value":[]}}]}"#,
        ),
        _ => canned::answer(seen),
    })
    .await;
    let error = canned::read(&canned::services(&server), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Forbidden);
    assert_eq!(error.code(), Some("Authorization_RequestDenied"));
}

#[tokio::test]
async fn the_count_is_asked_for_with_its_header() {
    let server = Server::start(canned::answer).await;
    canned::read(&canned::services(&server), &[]).await.unwrap();
    let seen = server.seen();
    let count = seen
        .iter()
        .find(|seen| seen.path() == canned::COUNT)
        .unwrap();
    assert_eq!(count.header("consistencylevel"), "eventual");
}

#[tokio::test]
async fn a_page_token_that_has_grown_old_starts_the_list_again() {
    let server = Server::start(|seen| match (seen.path(), seen.nth) {
        (canned::USERS, 0) => Reply::json(
            r#"{"value":[],
            "@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=x"}"#,
        ),
        (canned::USERS, 1) => {
            Reply::json(r#"{"error":{"code":"Directory_ExpiredPageToken","message":"old"}}"#)
                .status(400)
        }
        _ => canned::answer(seen),
    })
    .await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    assert_eq!(live.directory.users.len(), 1);
    assert_eq!(server.count("GET", canned::USERS), 3);
}

#[tokio::test]
async fn a_batch_that_answers_424_is_read_all_the_same() {
    let server = Server::start(|seen| match seen.path() {
        canned::COUNT => Reply::new(200).content("text/plain", "50000"),
        canned::BATCH => {
            let status = if seen.nth == 0 { 429 } else { 200 };
            let answer = |id: u8| {
                let body = r#"{"value":[]}"#;
                format!(r#"{{"id":"{id}","status":{status},"body":{body}}}"#)
            };
            let answers = [answer(0), answer(1), answer(2)].join(",");
            let envelope = if seen.nth == 0 { 424 } else { 200 };
            Reply::json(format!(r#"{{"responses":[{answers}]}}"#)).status(envelope)
        }
        _ => canned::answer(seen),
    })
    .await;
    canned::read(&canned::services(&server), &[]).await.unwrap();
    assert_eq!(server.count("POST", canned::BATCH), 2);
}

#[tokio::test]
async fn the_list_is_found_under_its_older_name() {
    let server = Server::start(|seen| match seen.path() {
        canned::ENTITLEMENTS => {
            let lee = canned::entitlement(canned::LEE_KEY, "lee@outlook.com", "msa");
            Reply::json(format!(r#"{{"members":[{lee}],"continuationToken":null}}"#))
        }
        _ => canned::answer(seen),
    })
    .await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    assert_eq!(live.members.len(), 1);
}
