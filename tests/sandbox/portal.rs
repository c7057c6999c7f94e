//! The page of the organization settings: what it shows, what pressing does, and who cannot press.

use orgctl::model::ids::Descriptor;
use orgctl::model::live::{Live, UserType};
use orgctl::sandbox::Options;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::support::{
    Got, Playground, TENANT, contoso, directory_user, edited, key, object, personal, without_rights,
};

const PAGE: &str = "dev.azure.com/contoso/_settings/organizationAad";

fn opened(play: &Playground, query: &str) -> RequestBuilder {
    let request = play.request("GET", &format!("{PAGE}{query}"));
    request.header("Accept", "text/html,application/xhtml+xml")
}

async fn shown(play: &Playground, query: &str) -> String {
    let got = play.send(opened(play, query)).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.text
}

/// A form of the page itself.
fn form(play: &Playground, what: &str) -> RequestBuilder {
    let request = play.request("POST", PAGE);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    request.body(format!("do={what}"))
}

async fn press(play: &Playground, what: &str) -> Got {
    let form = form(play, what)
        .header("Origin", play.running.endpoint())
        .header("Sec-Fetch-Site", "same-origin");
    play.send(form).await
}

async fn tenant(play: &Playground) -> Value {
    let world = play.send(play.request("GET", "_sandbox/world")).await;
    world.ok()["organization"]["tenant"].clone()
}

/// The words of a page, without its markup.
fn words(page: &str) -> String {
    let body = page.split("<body>").nth(1).unwrap();
    let pieces = body.split('<').filter_map(|piece| piece.split_once('>'));
    let words = pieces.flat_map(|(_, text)| text.split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_page_shows_who_is_there_and_connects() {
    let play = Playground::of(&contoso()).await;
    let before = words(&shown(&play, "").await);
    for text in [
        "Not connected to a directory",
        "Signed in as ana ana@contoso.com",
        "2 users in the organization.",
        "lee lee@outlook.com personal account Basic Can sign in",
        "Connect directory",
    ] {
        assert!(before.contains(text), "{text} is not in {before}");
    }
    let done = press(&play, "connect").await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, "organizationAad")
    );
    assert_eq!(tenant(&play).await, TENANT);
    let after = words(&shown(&play, "").await);
    for text in [
        "Connected to a directory",
        TENANT,
        "2 users in the organization, 1 disconnected .",
        "Disconnected Nobody in Contoso is called lee@outlook.com.",
        "ana you ana@contoso.com account of a directory Basic Can sign in",
        "Disconnect directory",
    ] {
        assert!(after.contains(text), "{text} is not in {after}");
    }
    let lee = after.find("lee@outlook.com").unwrap();
    assert!(
        lee < after.find("ana you").unwrap(),
        "who needs a look comes first"
    );
    assert_eq!(press(&play, "disconnect").await.status, 303);
    assert_eq!(tenant(&play).await, Value::Null);
}

#[tokio::test]
async fn the_host_header_leads_to_the_page_too() {
    let play = Playground::of(&contoso()).await;
    let url = "Contoso/_SETTINGS/organizationaad";
    let got = play
        .send(play.request("GET", url).header("Host", "dev.azure.com"))
        .await;
    assert!(got.text.contains("Connect directory"), "{}", got.text);
    let pressed = play
        .request("POST", url)
        .header("Host", "dev.azure.com")
        .header("Origin", "http://dev.azure.com")
        .body("do=connect");
    assert_eq!(play.send(pressed).await.status, 303);
    assert_eq!(tenant(&play).await, TENANT);
    let elsewhere = "dev.azure.com/fabrikam/_settings/organizationAad";
    assert_eq!(play.send(play.request("GET", elsewhere)).await.status, 404);
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_press() {
    let play = Playground::of(&contoso()).await;
    let own = play.running.endpoint().to_owned();
    let other_port = format!("{own}1");
    let foreign: [&[(&str, &str)]; 7] = [
        &[],
        &[("Origin", "http://evil.example")],
        &[("Origin", &other_port)],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
    ];
    for headers in foreign {
        let mut form = form(&play, "connect");
        for (name, value) in headers {
            form = form.header(*name, *value);
        }
        let got = play.send(form).await;
        got.refused(403, "by no other page");
        assert_eq!(tenant(&play).await, Value::Null, "{headers:?}");
    }
    // The address of this machine under a name of somebody else's.
    let rebound = form(&play, "connect")
        .header("Host", "localhost.evil.example")
        .header("Origin", "http://localhost.evil.example");
    assert_eq!(play.send(rebound).await.status, 404);
    assert_eq!(tenant(&play).await, Value::Null);
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_use_the_hooks_either() {
    let play = Playground::of(&contoso()).await;
    for path in ["_sandbox/connect", "_sandbox/faults"] {
        let request = play
            .request("POST", path)
            .header("Origin", "http://evil.example");
        play.send(request).await.refused(403, "another origin");
    }
    assert_eq!(tenant(&play).await, Value::Null);
    play.connect().await;
}

#[tokio::test]
async fn the_page_runs_nothing_and_no_other_page_shows_it() {
    let play = Playground::of(&contoso()).await;
    let got = play.send(opened(&play, "")).await;
    let policy = got.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!got.text.contains("<script"), "{}", got.text);
    assert_eq!(got.header("cache-control"), "no-store");
    assert_eq!(got.header("referrer-policy"), "same-origin");
}

#[tokio::test]
async fn names_are_no_markup() {
    let hostile = "<script>alert(1)</script>\"'&\u{202e}";
    let mut live = contoso();
    live.members.get_mut(&key(2)).unwrap().display_name = hostile.to_owned();
    live.directory.display_name = "<img src=x onerror=alert(2)>".to_owned();
    let long = "\u{301}ö".repeat(10_000);
    live.members.insert(key(3), personal("zoe@outlook.com"));
    live.members.get_mut(&key(3)).unwrap().display_name = long;
    let play = Playground::of(&live).await;
    for query in ["", "?q=%3Cscript%3E%22%3E%3Cimg%20src=y%3E"] {
        let page = shown(&play, query).await;
        for markup in ["<script", "<img"] {
            let body = page.split("<body>").nth(1).unwrap();
            assert!(!body.contains(markup), "{markup} is in {body}");
        }
        assert!(page.len() < 20_000, "{}", page.len());
    }
    assert!(shown(&play, "").await.contains("&#60;script&#62;alert(1)"));
    let asked = shown(&play, "?q=%22%20autofocus%20onfocus=%22alert(3)").await;
    assert!(
        asked.contains("value=\"&#34; autofocus onfocus=&#34;alert(3)\""),
        "{asked}"
    );
    press(&play, "connect").await;
    assert!(!shown(&play, "").await.contains("<img"));
}

/// Presses Connect on the page and expects to be told so.
async fn told(options: Options, status: u16, text: &str) {
    let play = Playground::start(options).await;
    let got = press(&play, "connect").await;
    assert_eq!(got.status, status, "{}", got.text);
    assert!(got.text.contains("role=\"alert\""), "{}", got.text);
    let words = words(&got.text);
    assert!(words.contains("Nothing was changed"), "{words}");
    assert!(words.contains(text), "{text} is not in {words}");
    assert_eq!(tenant(&play).await, Value::Null);
}

fn unchanged(live: &Live) -> Options {
    edited(live, |_| {})
}

#[tokio::test]
async fn a_refusal_is_shown_in_the_words_of_the_service() {
    let mut guest = contoso();
    let ana = guest.directory.users.get_mut(&object(1)).unwrap();
    ana.user_type = UserType::Guest;
    let text = "User: ana@contoso.com is not allowed to link organization: Contoso";
    told(unchanged(&guest), 403, text).await;

    let mut twins = contoso();
    let mut twin = personal("LEE@outlook.com");
    twin.descriptor = Some(Descriptor::new("msa.b3RoZXI"));
    twins.members.insert(key(3), twin);
    told(
        unchanged(&twins),
        400,
        "multiple active identities with the same UPN",
    )
    .await;

    let restricted = edited(&contoso(), |file| {
        file["organization"]["holdings"]["tenant_policies"] = json!({
            "OrganizationCreationRestriction": { "on": true, "allowed": [],
                "message": "Ask <b>IT</b>." } });
    });
    told(restricted, 403, "Ask &#60;b&#62;IT&#60;/b&#62;.").await;
    let without = without_rights(&contoso(), |_| {});
    told(without, 403, "Access denied. ana@contoso.com needs").await;
}

#[tokio::test]
async fn who_may_not_change_it_has_no_button() {
    let play = Playground::start(without_rights(&contoso(), |_| {})).await;
    let page = shown(&play, "").await;
    assert!(!page.contains("<form method=\"post\""), "{page}");
    assert!(
        page.contains("Only Project Collection Administrators"),
        "{page}"
    );
}

#[tokio::test]
async fn a_form_that_says_nothing_is_refused() {
    let play = Playground::of(&contoso()).await;
    for what in ["", "destroy"] {
        press(&play, what)
            .await
            .refused(400, "neither connect nor disconnect");
    }
    assert_eq!(tenant(&play).await, Value::Null);
}

#[tokio::test]
async fn everybody_is_told_why_they_are_disconnected() {
    let mut live = contoso();
    let names = [
        "guest@fabrikam.com",
        "old.name@contoso.com",
        "late@contoso.com",
    ];
    for (number, name) in (3..).zip(names) {
        live.members.insert(key(number), personal(name));
    }
    let mut guest = directory_user("guest_fabrikam.com#EXT#@contoso.com");
    guest.user_type = UserType::Guest;
    guest.mail = Some(super::support::email("guest@fabrikam.com"));
    live.directory.users.insert(object(3), guest);
    let mut renamed = directory_user("new.name@contoso.com");
    renamed.mail = Some(super::support::email("old.name@contoso.com"));
    live.directory.users.insert(object(4), renamed);
    let play = Playground::of(&live).await;
    press(&play, "connect").await;
    let user = json!({ "accountEnabled": true, "displayName": "Late", "mailNickname": "late",
        "userPrincipalName": "late@contoso.com",
        "passwordProfile": { "password": "a-First-passw0rd" } });
    play.graph_json("POST", "users", &user).await.ok();
    let page = words(&shown(&play, "?show=disconnected").await);
    for text in [
        "Contoso knows guest@fabrikam.com as a guest, and guests are not matched by name.",
        "In Contoso whoever has that address signs in as new.name@contoso.com.",
        "Contoso did not know late@contoso.com when the organization was connected",
        "Nobody in Contoso is called lee@outlook.com.",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    assert!(!page.contains("ana you"), "{page}");
}

#[tokio::test]
async fn without_a_directory_some_have_no_account_left() {
    let mut live = contoso();
    live.members.insert(key(3), personal("mia@outlook.com"));
    let play = Playground::of(&live).await;
    press(&play, "connect").await;
    let mia = play.graph_user("mia@outlook.com").await;
    let descriptor = mia["descriptor"].as_str().unwrap();
    let user = format!("vssps.dev.azure.com/contoso/_apis/graph/users/{descriptor}");
    let body = json!({ "originId": object(2) });
    play.devops_json("PATCH", &user, &body).await.ok();
    press(&play, "disconnect").await;
    let page = words(&shown(&play, "").await);
    let text = "The directory of lee@contoso.com is gone";
    assert!(page.contains(text), "{page}");
}

#[tokio::test]
async fn people_come_by_the_hundred_and_are_found_by_name_and_address() {
    let mut live = contoso();
    for number in 3..=10_000 {
        let person = personal(&format!("user{number}@outlook.com"));
        live.members.insert(key(number), person);
    }
    live.members.get_mut(&key(77)).unwrap().display_name = "Žofie Nováková".to_owned();
    let play = Playground::of(&live).await;
    let first = shown(&play, "").await;
    assert_eq!(first.matches("<tr role=\"row\">").count(), 101);
    assert!(words(&first).contains("1 to 100 of 10000."), "{first}");
    assert!(first.contains("rel=\"next\"") && !first.contains("rel=\"prev\""));
    for (page, range) in [
        ("2", "101 to 200"),
        ("100", "9901 to 10000"),
        ("9999", "9901 to 10000"),
    ] {
        let page = words(&shown(&play, &format!("?page={page}")).await);
        assert!(page.contains(&format!("{range} of 10000.")), "{page}");
    }
    for query in ["?q=%C5%BDOFIE", "?q=user77%40outlook"] {
        let found = words(&shown(&play, query).await);
        assert!(found.contains("1 found."), "{found}");
        assert!(
            found.contains("Žofie Nováková user77@outlook.com"),
            "{found}"
        );
    }
    let nobody = words(&shown(&play, "?q=xyzzy&page=0").await);
    assert!(nobody.contains("Nobody is found by xyzzy ."), "{nobody}");
    let next = shown(&play, "?q=outlook&show=disconnected").await;
    assert!(words(&next).contains("Nobody"), "{next}");
}

#[tokio::test]
async fn the_data_of_the_page_stay_data() {
    let play = Playground::of(&contoso()).await;
    let url = format!("{PAGE}?__rt=fps&__ver=2");
    let data = play.devops_get(&url).await;
    assert!(data.ok()["fps"]["dataProviders"]["data"].is_object());
    let unsigned = play.request("GET", &url).header("Accept", "text/html");
    assert_eq!(
        play.send(unsigned).await.status,
        302,
        "data need a credential"
    );
}
