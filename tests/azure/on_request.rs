//! What is read only when somebody asks for it: projects, deleted users, who is behind the token.

use orgctl::apply::port::ApiErrorKind;
use orgctl::model::live::CallerKind;
use orgctl::model::project::{EffectiveRole, Membership};

use super::canned::{self, email};
use super::server::{Reply, Server};

const WEBSITE: &str = "88888888-7777-4777-8777-000000000007";

#[tokio::test]
async fn nobody_asks_for_what_is_not_wanted() {
    let server = Server::start(canned::answer).await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    assert!(live.projects.is_empty() && live.directory.caller == CallerKind::Person);
    for path in [canned::PROJECTS, canned::DELETED, canned::ME] {
        assert_eq!(server.count("GET", path), 0, "{path}");
    }
    let seen = server.seen();
    assert!(
        seen.iter()
            .all(|seen| !seen.target.contains("select=projects"))
    );
}

#[tokio::test]
async fn projects_come_page_by_page_and_memberships_in_the_pages_of_people() {
    let server = Server::start(|seen| match (seen.path(), seen.nth) {
        (canned::PROJECTS, 0) => {
            let page = format!(r#"{{"value":[{{"id":"{WEBSITE}","name":"Website"}}]}}"#);
            Reply::json(page).with("X-MS-ContinuationToken", "1")
        }
        (canned::PROJECTS, _) => {
            assert!(
                seen.target.ends_with("&continuationToken=1"),
                "{}",
                seen.target
            );
            let other = WEBSITE.replace('7', "9");
            Reply::json(format!(
                r#"{{"value":[{{"id":"{other}","name":"Data Lake"}},{{"id":"x","name":"?"}}]}}"#
            ))
        }
        (canned::ENTITLEMENTS, _) => {
            let ana = canned::entitlement(canned::ANA_KEY, "ana@contoso.com", "aad");
            let projects = format!(
                r#","projectEntitlements":[{{"group":{{"groupType":"projectReader"}},
                "projectRef":{{"id":"{WEBSITE}"}},"projectPermissionInherited":"notInherited"}}]}}"#
            );
            let ana = ana.strip_suffix('}').unwrap().to_owned() + &projects;
            let lee = canned::entitlement(canned::LEE_KEY, "lee@outlook.com", "msa");
            let lee = lee.replace(
                "\"active\"",
                "\"active\",\"assignmentSource\":\"groupRule\"",
            );
            canned::entitlements(&[ana, lee], "", 2)
        }
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services(&server);
    let live = canned::read_with(&services, &[], |scope| scope.projects = true);
    let live = live.await.unwrap();
    assert_eq!(live.projects.len(), 2);
    let reader = Membership {
        role: EffectiveRole::Reader,
        by_group: false,
    };
    let ana = &live.members[&canned::ANA_KEY.parse().unwrap()];
    assert_eq!(ana.projects[&WEBSITE.parse().unwrap()], reader);
    assert!(!ana.access_by_group);
    let lee = &live.members[&canned::LEE_KEY.parse().unwrap()];
    assert!(lee.access_by_group && lee.projects.is_empty());
    assert_eq!(server.count("GET", canned::ENTITLEMENTS), 1);
    let pages = server.seen();
    let pages = pages
        .iter()
        .find(|seen| seen.is("GET", canned::ENTITLEMENTS));
    assert!(pages.unwrap().target.contains("?select=projects&"));
}

#[tokio::test]
async fn the_deleted_are_looked_through_when_somebody_is_missing() {
    let noor = email("noor@fabrikam.com");
    let ana = email("ana@contoso.com");
    let server = Server::start(|seen| match (seen.path(), seen.nth) {
        (canned::DELETED, 0) => {
            assert!(
                seen.target.contains(",deletedDateTime&$top=999"),
                "{}",
                seen.target
            );
            let other = canned::user(canned::ANA_OBJECT, "gone@contoso.com", "");
            let next = format!("https://{}?$skiptoken=x", canned::DELETED);
            Reply::json(format!(
                r#"{{"value":[{other}],"@odata.nextLink":"{next}"}}"#
            ))
        }
        (canned::DELETED, _) => {
            let mark = canned::NOOR_OBJECT.replace('-', "");
            let name = format!("{mark}noor_fabrikam.com#EXT#@contoso.onmicrosoft.com");
            let noor = canned::user(canned::NOOR_OBJECT, &name, "Noor@fabrikam.com");
            let deleted = r#"{"deletedDateTime":"2026-11-01T00:00:00Z","#;
            let noor = noor.replacen('{', deleted, 1);
            Reply::json(format!(r#"{{"value":[{noor}]}}"#))
        }
        _ => canned::answer(seen),
    })
    .await;
    let services = canned::services(&server);
    let people = [noor.clone(), ana.clone()];
    let here = canned::read_with(&services, &people, |scope| {
        scope
            .newcomers
            .extend(scope.addresses.iter().filter(|it| ***it == ana).copied());
    });
    assert!(here.await.unwrap().directory.deleted.is_not_asked());
    assert_eq!(server.count("GET", canned::DELETED), 0, "nobody is missing");
    let live = canned::read_with(&services, &people, |scope| {
        scope.newcomers.clone_from(&scope.addresses);
    });
    let directory = live.await.unwrap().directory;
    let deleted = directory.deleted.known().unwrap();
    assert_eq!(
        deleted.len(),
        1,
        "only those at a wanted address: {deleted:?}"
    );
    let noor = &deleted[&canned::NOOR_OBJECT.parse().unwrap()];
    let name = "noor_fabrikam.com#ext#@contoso.onmicrosoft.com";
    assert_eq!(noor.user.user_principal_name.as_str(), name);
    assert_eq!(noor.deleted, "2026-11-01T00:00:00Z");
}

#[tokio::test]
async fn an_application_is_who_has_no_me() {
    let rows = [
        (200, Some(CallerKind::Person)),
        (400, Some(CallerKind::Application)),
        (403, Some(CallerKind::Person)),
        (404, Some(CallerKind::Person)),
        (401, None),
    ];
    for (status, expected) in rows {
        let server = Server::start(move |seen| match seen.path() {
            canned::ME => {
                let words = r#"{"error":{"code":"BadRequest","message":"/me request is only valid
                    with delegated authentication flow."}}"#;
                Reply::json(if status == 200 {
                    r#"{"id":"x"}"#
                } else {
                    words
                })
                .status(status)
            }
            _ => canned::answer(seen),
        })
        .await;
        let services = canned::services(&server);
        let read = canned::read_with(&services, &[], |scope| scope.who_invites = true).await;
        match (read, expected) {
            (Ok(live), Some(expected)) => {
                assert_eq!(live.directory.caller, expected, "{status}");
            }
            (Err(error), None) => assert_eq!(error.kind(), ApiErrorKind::Authentication),
            (read, _) => panic!("{status}: {read:?}"),
        }
    }
}
