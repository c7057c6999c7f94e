//! Reading Microsoft Graph: pages, conditions, single users, the tenant.

use serde_json::json;

use super::support::{Got, Playground, TENANT, contoso, directory_user, email, object};
use orgctl::model::live::{InvitationStatus, Live, UserType};

fn crowd(count: u128) -> Live {
    let mut live = contoso();
    for number in 3..=count {
        let user = directory_user(&format!("user{number}@contoso.com"));
        live.directory.users.insert(object(number), user);
    }
    live
}

/// With a guest whose address is not in their name.
fn with_guest() -> Live {
    let mut live = contoso();
    let mut guest = directory_user("noor_fabrikam.com#EXT#@contoso.onmicrosoft.com");
    guest.display_name = "Noor O'Brien".to_owned();
    guest.mail = Some(email("noor@fabrikam.com"));
    guest.other_mails = [email("noor@home.example")].into();
    guest.user_type = UserType::Guest;
    guest.invitation = Some(InvitationStatus::Pending);
    live.directory.users.insert(object(9), guest);
    live
}

async fn list(play: &Playground, query: &[(&str, &str)]) -> Got {
    play.send(play.graph("GET", "users").query(query)).await
}

async fn found(play: &Playground, filter: &str) -> Vec<String> {
    let page = list(play, &[("$filter", filter)]).await.ok();
    let ids = page["value"].as_array().unwrap().iter();
    ids.map(|user| user["id"].as_str().unwrap().to_owned())
        .collect()
}

fn local(link: &str) -> String {
    let path = link.strip_prefix("https://graph.microsoft.com/v1.0/");
    path.unwrap_or_else(|| panic!("{link}")).to_owned()
}

#[tokio::test]
async fn pages_are_followed_by_an_absolute_link_of_the_cloud_host() {
    let play = Playground::of(&crowd(250)).await;
    let query = [
        ("$select", "id,userType"),
        ("$top", "100"),
        ("$count", "true"),
    ];
    let request = play.graph("GET", "users").query(&query);
    let first = play
        .send(request.header("ConsistencyLevel", "eventual"))
        .await
        .ok();
    assert_eq!(first["@odata.count"], 250);
    let mut ids = Vec::new();
    let mut page = first;
    loop {
        let rows = page["value"].as_array().unwrap();
        ids.extend(
            rows.iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        assert_eq!(rows[0].as_object().unwrap().len(), 2);
        let Some(link) = page["@odata.nextLink"].as_str() else {
            break;
        };
        page = play.graph_get(&local(link)).await.ok();
        assert!(page.get("@odata.count").is_none());
    }
    assert_eq!(ids.len(), 250);
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn a_page_has_100_users_unless_another_size_from_1_to_999_is_asked_for() {
    let play = Playground::of(&crowd(120)).await;
    let rows = async |query: &[(&str, &str)]| {
        let page = list(&play, query).await.ok();
        page["value"].as_array().unwrap().len()
    };
    assert_eq!(rows(&[]).await, 100);
    assert_eq!(rows(&[("$top", "999")]).await, 120);
    for top in ["0", "1000", "x"] {
        let got = list(&play, &[("$top", top)]).await;
        got.refused(400, "Request_UnsupportedQuery");
    }
    list(&play, &[("$skip", "1")])
        .await
        .refused(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn a_page_token_of_another_query_has_expired() {
    let play = Playground::of(&crowd(120)).await;
    let page = list(&play, &[]).await.ok();
    let link = local(page["@odata.nextLink"].as_str().unwrap());
    let other = format!("{link}&$select=id");
    play.graph_get(&other)
        .await
        .refused(400, "Directory_ExpiredPageToken");
    play.graph_get(&link).await.ok();
}

#[tokio::test]
async fn fields_beyond_the_default_ones_have_to_be_selected() {
    let play = Playground::of(&with_guest()).await;
    let url = format!("users/{}", object(9));
    let user = play.graph_get(&url).await.ok();
    assert_eq!(user["mail"], "noor@fabrikam.com");
    assert!(user.get("userType").is_none(), "{user}");
    let select = "userType,accountEnabled,otherMails,proxyAddresses,externalUserState,\
                  creationType,onPremisesSyncEnabled,identities";
    let user = play
        .graph_get(&format!("{url}?$select={select}"))
        .await
        .ok();
    assert_eq!(user["userType"], "Guest");
    assert_eq!(user["accountEnabled"], true);
    assert_eq!(user["otherMails"], json!(["noor@home.example"]));
    assert_eq!(user["proxyAddresses"], json!(["SMTP:noor@fabrikam.com"]));
    assert_eq!(user["externalUserState"], "PendingAcceptance");
    assert_eq!(user["creationType"], "Invitation");
    assert_eq!(user["onPremisesSyncEnabled"], json!(null));
    assert_eq!(user["identities"][0]["issuer"], "contoso.onmicrosoft.com");
    assert!(user.get("mail").is_none(), "{user}");
    let got = play.graph_get(&format!("{url}?$select=shoeSize")).await;
    got.refused(400, "Could not find a property named 'shoeSize'");
    let got = play.graph_get("users?$select=aboutMe").await;
    got.refused(501, "NotImplemented");
}

#[tokio::test]
async fn conditions_of_the_default_mode_find_whom_they_name() {
    let play = Playground::of(&with_guest()).await;
    let (ana, noor) = (object(1).to_string(), object(9).to_string());
    for filter in [
        "mail eq 'NOOR@fabrikam.com'",
        "otherMails/any(m:m eq 'noor@home.example')",
        "proxyAddresses/any(p:p eq 'smtp:noor@fabrikam.com')",
        "userType eq 'Guest'",
        "externalUserState eq 'PendingAcceptance'",
        "startswith(displayName,'noor o''b')",
        "userPrincipalName eq 'noor_fabrikam.com#EXT#@contoso.onmicrosoft.com'",
        "mail eq 'noor@fabrikam.com' and userType eq 'Guest'",
        "creationType eq 'Invitation'",
    ] {
        assert_eq!(found(&play, filter).await.join(" "), noor, "{filter}");
    }
    let both = "mail in ('noor@fabrikam.com','ana@contoso.com','x@y.z')";
    assert_eq!(found(&play, both).await, [ana.clone(), noor]);
    assert_eq!(
        found(&play, "mail eq 'ana@contoso.com' and userType eq 'Guest'").await,
        [""; 0]
    );
    assert_eq!(found(&play, &format!("id eq '{ana}'")).await, [ana]);
}

#[tokio::test]
async fn fifteen_alternatives_are_taken_and_sixteen_are_not() {
    let play = Playground::of(&contoso()).await;
    let filter = |count: usize| {
        let values: Vec<_> = (0..count - 1).map(|n| format!("'u{n}@x.y'")).collect();
        format!(
            "mail in ({}) or mail eq 'ana@contoso.com'",
            values.join(",")
        )
    };
    assert_eq!(found(&play, &filter(15)).await, [object(1).to_string()]);
    let got = list(&play, &[("$filter", &filter(16))]).await;
    got.refused(400, "Request_UnsupportedQuery");
    assert!(got.text.contains("16. Max allowed: 15."), "{}", got.text);
}

#[tokio::test]
async fn advanced_conditions_need_the_header_and_the_count() {
    let play = Playground::of(&with_guest()).await;
    for filter in [
        "endswith(mail,'@fabrikam.com')",
        "userType ne 'Member'",
        "not (userType eq 'Member')",
    ] {
        let counted = [("$filter", filter), ("$count", "true")];
        list(&play, &counted)
            .await
            .refused(400, "Request_UnsupportedQuery");
        let header = |query: &[(&str, &str)]| {
            let request = play.graph("GET", "users").query(query);
            request.header("ConsistencyLevel", "Eventual")
        };
        let got = play.send(header(&[("$filter", filter)])).await;
        got.refused(400, "Request_UnsupportedQuery");
        let page = play.send(header(&counted)).await.ok();
        assert_eq!(page["value"][0]["mail"], "noor@fabrikam.com", "{filter}");
        assert_eq!(page["@odata.count"], 1, "{filter}");
    }
    let got = list(&play, &[("$filter", "id ge 'a'")]).await;
    got.refused(400, "not indexed");
    let got = list(&play, &[("$count", "269")]).await;
    got.refused(400, "$count");
}

#[tokio::test]
async fn the_count_is_plain_text_and_needs_the_header() {
    let play = Playground::of(&crowd(42)).await;
    let got = play.graph_get("users/$count").await;
    got.refused(400, "ConsistencyLevel");
    let request = play.graph("GET", "users/$count");
    let got = play
        .send(request.header("ConsistencyLevel", "eventual"))
        .await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (200, "42"));
    assert_eq!(got.header("content-type"), "text/plain");
    let filtered = play
        .graph("GET", "users/$count")
        .query(&[("$filter", "startswith(mail,'user4')")]);
    let got = play
        .send(filtered.header("ConsistencyLevel", "eventual"))
        .await;
    assert_eq!(got.text, "4");
}

#[tokio::test]
async fn a_user_is_found_by_id_by_name_and_by_a_guests_escaped_name() {
    let play = Playground::of(&with_guest()).await;
    let id = object(9).to_string();
    let name = "noor_fabrikam.com%23EXT%23@contoso.onmicrosoft.com";
    assert_eq!(
        play.graph_get(&format!("users/{name}")).await.ok()["id"],
        id
    );
    assert_eq!(
        play.graph_get("users/ANA@contoso.com").await.ok()["id"],
        object(1).to_string()
    );
    assert_eq!(
        play.graph_get(&format!("users('{id}')")).await.ok()["id"],
        id
    );
    let got = play.graph_get("users/noor@fabrikam.com").await;
    got.refused(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn the_organization_is_the_tenant_with_its_verified_domains() {
    let play = Playground::of(&contoso()).await;
    let body = play.graph_get("organization").await.ok();
    let tenant = &body["value"][0];
    assert_eq!(tenant["id"], TENANT);
    let names: Vec<_> = tenant["verifiedDomains"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(names.len(), 2);
    assert_eq!(
        (&names[0]["name"], &names[0]["isDefault"]),
        (&json!("contoso.com"), &json!(true))
    );
    assert_eq!(names[1]["isInitial"], true);
    let body = play.graph_get("organization?$select=id").await.ok();
    assert_eq!(body["value"], json!([{ "id": TENANT }]));
    let domains = play.graph_get("domains").await.ok();
    assert_eq!(domains["value"][0]["id"], "contoso.com");
}

#[tokio::test]
async fn ids_that_are_gone_are_left_out_of_a_lookup() {
    let play = Playground::of(&contoso()).await;
    let body = json!({ "ids": [object(2), object(77), object(1)], "types": ["user"] });
    let found = play
        .graph_json("POST", "directoryObjects/getByIds", &body)
        .await
        .ok();
    let ids: Vec<_> = found["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| &u["id"])
        .collect();
    assert_eq!(ids, [&json!(object(2)), &json!(object(1))]);
    assert_eq!(found["value"][0]["@odata.type"], "#microsoft.graph.user");
}
