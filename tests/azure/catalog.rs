//! The organizations of a tenant: who is asked with which token, and what is no list.

use orgctl::apply::port::{ApiErrorKind, CallError};
use orgctl::azure::TenantServices;
use orgctl::azure::settings::{Settings, SetupError};
use orgctl::model::catalog::Catalog;
use orgctl::model::desired::TenantRef;
use secrecy::SecretString;

use super::canned::{self, TENANT};
use super::server::{Reply, Server};

const CATALOG: &str = "vsaex.dev.azure.com/_apis/EnterpriseCatalog/Organizations";
const HEADER: &str =
    "Organization Id, Organization Name, Url, Owner, Exception Type, Error Message\r\n";

fn csv(lines: &str) -> Reply {
    Reply::new(200).content("text/csv", format!("\u{feff}{HEADER}{lines}"))
}

async fn read_with(settings: Settings, tenant: TenantRef) -> Result<Catalog, CallError> {
    let services = TenantServices::new(settings, tenant).unwrap();
    services.catalog().await
}

/// Reads while the list is answered so; the server tells what it was asked.
async fn read(reply: Reply) -> (Result<Catalog, CallError>, Server) {
    let server = Server::start(move |seen| match seen.path() {
        CATALOG => reply.clone(),
        _ => canned::answer(seen),
    })
    .await;
    let result = read_with(canned::settings(&server), canned::tenant()).await;
    (result, server)
}

#[tokio::test]
async fn one_request_with_a_bearer_token_reads_them_all() {
    let lines = ", zoo, https://dev.azure.com/zoo/, \"Ortiz, Ana\", ,\r\n\
                 , alpha, , , HostShutdownException, \"TF24668: stopped, sorry\"\r\n";
    let (catalog, server) = read(csv(lines)).await;
    let catalog = catalog.unwrap();
    let names: Vec<&str> = catalog.all().iter().map(|row| &*row.name).collect();
    assert_eq!(names, ["alpha", "zoo"]);
    let (unread, why) = catalog.unread().next().unwrap();
    assert_eq!(
        (&*unread.name, &*why.message),
        ("alpha", "TF24668: stopped, sorry")
    );
    assert_eq!(catalog.read().next().unwrap().owner, "Ortiz, Ana");
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].target,
        format!("{CATALOG}?tenantId={TENANT}&api-version=7.1-preview.1")
    );
    assert_eq!(seen[0].header("authorization"), "Bearer devops-bearer");
    assert_eq!(seen[0].header("x-tfs-fedauthredirect"), "Suppress");
    assert!(seen[0].header("accept").starts_with("text/csv"));
}

#[tokio::test]
async fn a_sign_in_page_is_a_failure_to_sign_in_however_it_comes() {
    let page = "<!DOCTYPE html><title>Azure DevOps Services | Sign In</title>";
    let html = |status| Reply::new(status).content("text/html; charset=utf-8", page);
    for reply in [
        html(203),
        html(200),
        Reply::new(200).content("text/csv", format!("\u{feff}\r\n{page}")),
        Reply::new(302).with("Location", "https://x.vssps.visualstudio.com/_signin"),
        Reply::new(401),
    ] {
        let error = read(reply).await.0.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Authentication, "{error}");
        assert!(
            error.api().unwrap().url.ends_with("/Organizations"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_is_no_list_is_never_an_empty_one() {
    for body in [
        "",
        r#"{"count":0,"value":[]}"#,
        "Id,Name\r\n1,contoso\r\n",
        &format!("{HEADER}, contoso, , \"Ortiz, A"),
    ] {
        let error = read(Reply::new(200).content("text/csv", body)).await.0;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unexpected, "{body}: {error}");
    }
    let empty = read(csv("")).await.0.unwrap();
    assert_eq!(empty.all(), []);
}

#[tokio::test]
async fn a_list_that_may_be_cut_off_is_read_again() {
    let lines = ", contoso, , , ,\r\n, fabrikam, , ana@fabrikam.com, ,\r\n";
    let half = ", contoso, , , ,\r\n, fabr";
    // How many answers end early; the names, and the readings it took.
    for (short, last, readings) in [(3, "fabrikam", 4), (usize::MAX, "fabr", 5)] {
        let server = Server::start(move |seen| match seen.path() {
            CATALOG if seen.nth < short => csv(half),
            CATALOG => csv(lines),
            _ => canned::answer(seen),
        })
        .await;
        let catalog = read_with(canned::settings(&server), canned::tenant()).await;
        let catalog = catalog.unwrap();
        let names: Vec<&str> = catalog.all().iter().map(|row| &*row.name).collect();
        assert_eq!(names, ["contoso", last]);
        assert_eq!(server.count("GET", CATALOG), readings);
    }
}

#[tokio::test]
async fn a_busy_service_is_asked_again_and_a_refusal_is_told() {
    let server = Server::start(|seen| match (seen.path(), seen.nth) {
        (CATALOG, 0) => Reply::new(503),
        (CATALOG, _) => csv(", contoso, , , ,"),
        _ => canned::answer(seen),
    })
    .await;
    let catalog = read_with(canned::settings(&server), canned::tenant()).await;
    assert_eq!(catalog.unwrap().all().len(), 1);
    let words = r#"{"message":"VS403: not for you","typeKey":"AccessDeniedException"}"#;
    let (refused, _) = read(Reply::json(words).status(403)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), ApiErrorKind::Forbidden);
    assert_eq!(refused.message(), "VS403: not for you");
}

#[tokio::test]
async fn a_domain_becomes_an_id_first() {
    const DISCOVERY: &str =
        "login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration";
    let server = Server::start(|seen| match seen.path() {
        CATALOG => csv(""),
        DISCOVERY => Reply::json(format!(
            r#"{{"token_endpoint":"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"}}"#
        )),
        _ => canned::answer(seen),
    })
    .await;
    let tenant = TenantRef::Domain("contoso.com".to_owned());
    let catalog = read_with(canned::settings(&server), tenant).await.unwrap();
    assert_eq!(catalog.tenant().to_string(), TENANT);
    let asked: Vec<String> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1].contains(TENANT), "{asked:?}");
}

#[tokio::test]
async fn a_personal_access_token_alone_is_refused_before_anything_is_asked() {
    let (_, server) = read(csv("")).await;
    let before = server.seen().len();
    let personal = Settings {
        devops_token: None,
        personal_access_token: Some(SecretString::from("a-pat")),
        ..canned::settings(&server)
    };
    let error = TenantServices::new(personal.clone(), canned::tenant()).unwrap_err();
    assert!(matches!(error, SetupError::PersonalTokenOnly), "{error}");
    assert_eq!(server.seen().len(), before);
    let both = Settings {
        devops_token: Some(SecretString::from("devops-bearer")),
        ..personal
    };
    read_with(both, canned::tenant()).await.unwrap();
    let last = server.seen().pop().unwrap();
    assert_eq!(last.header("authorization"), "Bearer devops-bearer");
}

#[tokio::test]
async fn a_personal_access_token_does_not_come_before_an_application() {
    let server = Server::start(|seen| match seen.path() {
        CATALOG => csv(""),
        path if path.ends_with("/oauth2/v2.0/token") => {
            Reply::json(r#"{"token_type":"Bearer","expires_in":3599,"access_token":"of-the-app"}"#)
        }
        _ => canned::answer(seen),
    })
    .await;
    let settings = Settings {
        devops_token: None,
        personal_access_token: Some(SecretString::from("a-pat")),
        tenant_id: Some(TENANT.to_owned()),
        client_id: Some("an-app".to_owned()),
        client_secret: Some(SecretString::from("s3cret")),
        ..canned::settings(&server)
    };
    read_with(settings, canned::tenant()).await.unwrap();
    let last = server.seen().pop().unwrap();
    assert_eq!(last.header("authorization"), "Bearer of-the-app");
}
