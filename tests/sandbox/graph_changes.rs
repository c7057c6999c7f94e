//! Delta queries, sorting, searching, page tokens, deleted items.

use serde_json::{Value, json};

use super::graph_world::{edited, ids, with_groups};
use super::support::{Playground, contoso, object};

fn local(link: &Value) -> String {
    let link = link.as_str().unwrap_or_else(|| panic!("{link}"));
    link.strip_prefix("https://graph.microsoft.com/v1.0/")
        .unwrap()
        .to_owned()
}

async fn change(play: &Playground, number: u128, body: &Value) {
    let path = format!("users/{}", object(number));
    assert_eq!(play.graph_json("PATCH", &path, body).await.status, 204);
}

#[tokio::test]
async fn a_delta_shows_everybody_once_and_then_only_who_changed() {
    let play = Playground::of(&contoso()).await;
    let first = play
        .graph_get("users/delta?$select=id,mail,jobTitle")
        .await
        .ok();
    assert_eq!(ids(&first).len(), 2);
    assert!(
        first["value"][0].get("jobTitle").is_none(),
        "never set is absent: {first}"
    );
    let link = local(&first["@odata.deltaLink"]);
    assert_eq!(play.graph_get(&link).await.ok()["value"], json!([]));
    change(&play, 2, &json!({ "jobTitle": "Lead" })).await;
    change(&play, 1, &json!({ "department": "not selected" })).await;
    let page = play.graph_get(&link).await.ok();
    assert_eq!(ids(&page), [object(2).to_string()]);
    assert_eq!(page["value"][0]["jobTitle"], "Lead");
    let minimal = play.graph("GET", &link).header("Prefer", "return=minimal");
    let page = play.send(minimal).await.ok();
    assert!(page["value"][0].get("mail").is_none(), "{page}");
}

#[tokio::test]
async fn a_delta_tells_a_deletion_from_a_purge() {
    let play = Playground::of(&contoso()).await;
    let latest = play
        .graph_get("users/delta()?$deltatoken=latest")
        .await
        .ok();
    assert_eq!(latest["value"], json!([]));
    let link = local(&latest["@odata.deltaLink"]);
    let user = format!("users/{}", object(2));
    assert_eq!(play.send(play.graph("DELETE", &user)).await.status, 204);
    let page = play.graph_get(&link).await.ok();
    assert_eq!(page["value"][0]["@removed"]["reason"], "changed");
    let bin = format!("directory/deletedItems/{}", object(2));
    assert_eq!(play.send(play.graph("DELETE", &bin)).await.status, 204);
    let page = play.graph_get(&link).await.ok();
    assert_eq!(page["value"][0]["@removed"]["reason"], "deleted");
}

#[tokio::test]
async fn an_old_delta_token_is_410_and_says_where_to_begin_anew() {
    let settings = json!({ "delta_token_life_s": 2 });
    let play = edited(|world| world["settings"]["directory"] = settings).await;
    let first = play.graph_get("users/delta").await.ok();
    let link = local(&first["@odata.deltaLink"]);
    for title in ["a", "b", "c"] {
        change(&play, 2, &json!({ "jobTitle": title })).await;
    }
    let got = play.graph_get(&link).await;
    got.refused(410, "syncStateNotFound");
    let fresh = local(&json!(got.header("location")));
    assert_eq!(ids(&play.graph_get(&fresh).await.ok()).len(), 2);
    play.graph_get("users/delta?$deltatoken=nonsense")
        .await
        .refused(410, "syncState");
}

#[tokio::test]
async fn a_delta_takes_ids_and_no_other_condition() {
    let play = Playground::of(&contoso()).await;
    let path = format!("users/delta?$filter=id eq '{}'", object(2));
    assert_eq!(
        ids(&play.graph_get(&path).await.ok()),
        [object(2).to_string()]
    );
    for bad in [
        "$filter=mail eq 'x'",
        "$top=5",
        "$orderby=mail",
        "$expand=manager",
    ] {
        let got = play.graph_get(&format!("users/delta?{bad}")).await;
        got.refused(400, "Request_UnsupportedQuery");
    }
}

#[tokio::test]
async fn a_page_token_expires_with_time() {
    let settings = json!({ "page_token_life_s": 2 });
    let play = edited(|world| world["settings"]["directory"] = settings).await;
    let page = play.graph_get("users?$top=1").await.ok();
    let link = local(&page["@odata.nextLink"]);
    play.graph_get(&link).await.ok();
    for title in ["a", "b", "c"] {
        change(&play, 2, &json!({ "jobTitle": title })).await;
    }
    play.graph_get(&link)
        .await
        .refused(400, "Directory_ExpiredPageToken");
}

#[tokio::test]
async fn a_list_is_sorted_both_ways_across_pages() {
    let play = Playground::of(&contoso()).await;
    let (ana, lee) = (object(1).to_string(), object(2).to_string());
    for (order, expected) in [
        ("displayName", [&ana, &lee]),
        ("displayName desc", [&lee, &ana]),
    ] {
        let path = format!("users?$orderby={order}&$top=1");
        let first = play.graph_get(&path).await.ok();
        let second = play.graph_get(&local(&first["@odata.nextLink"])).await.ok();
        assert_eq!([&ids(&first)[0], &ids(&second)[0]], expected, "{order}");
        assert!(second.get("@odata.nextLink").is_none());
    }
    let both = "users?$orderby=displayName&$filter=userType eq 'Member'";
    play.graph_get(both)
        .await
        .refused(400, "Request_UnsupportedQuery");
    let got = play.graph_get("users?$orderby=otherMails").await;
    got.refused(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn a_search_finds_words_and_needs_the_header() {
    let play = Playground::of(&contoso()).await;
    change(&play, 2, &json!({ "displayName": "Lee van Dam" })).await;
    let search = |text: &str| play.graph("GET", "users").query(&[("$search", text)]);
    let got = play.send(search("\"displayName:dam\"")).await;
    got.refused(400, "special request header");
    for (text, count) in [
        ("\"displayName:dam\"", 1),
        ("\"displayName:dam\" AND \"mail:ana\"", 0),
        ("\"displayName:dam\" OR \"mail:ana\"", 2),
    ] {
        let request = search(text).header("ConsistencyLevel", "eventual");
        assert_eq!(ids(&play.send(request).await.ok()).len(), count, "{text}");
    }
    let request = search("dam").header("ConsistencyLevel", "eventual");
    play.send(request).await.refused(400, "Syntax error");
}

#[tokio::test]
async fn relations_are_expanded_inside() {
    let play = with_groups().await;
    let body = json!({ "@odata.id": format!("https://x/v1.0/users/{}", object(1)) });
    let path = format!("users/{}/manager/$ref", object(2));
    assert_eq!(play.graph_json("PUT", &path, &body).await.status, 204);
    let path = format!(
        "users/{}?$expand=manager($select=id,displayName)",
        object(2)
    );
    let user = play.graph_get(&path).await.ok();
    assert_eq!(user["manager"]["id"], object(1).to_string());
    let page = play
        .graph_get("groups?$expand=members&$select=id")
        .await
        .ok();
    assert_eq!(page["value"][0]["members"][0]["id"], object(2).to_string());
    play.graph_get("users?$expand=shoes")
        .await
        .refused(400, "Could not find a property");
}

#[tokio::test]
async fn a_deleted_user_comes_back_with_groups_and_under_another_name() {
    let play = with_groups().await;
    let user = format!("users/{}", object(2));
    assert_eq!(play.send(play.graph("DELETE", &user)).await.status, 204);
    let members = format!("groups/{}/members", object(0x20));
    assert_eq!(play.graph_get(&members).await.ok()["value"], json!([]));
    let bin = format!("directory/deletedItems/{}", object(2));
    let item = play.graph_get(&bin).await.ok();
    assert_eq!(item["@odata.type"], "#microsoft.graph.user");
    let body = json!({ "newUserPrincipalName": "lou@contoso.com" });
    let got = play
        .graph_json("POST", &format!("{bin}/restore"), &body)
        .await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(
        ids(&play.graph_get(&members).await.ok()),
        [object(2).to_string()]
    );
    let user = play.graph_get("users/lou@contoso.com").await.ok();
    assert_eq!(user["id"], object(2).to_string());
}

#[tokio::test]
async fn every_property_of_the_metadata_can_be_selected() {
    let play = Playground::of(&contoso()).await;
    let select = "id,onPremisesExtensionAttributes,city,assignedLicenses,isResourceAccount";
    let user = play
        .graph_get(&format!("users/{}?$select={select}", object(1)))
        .await
        .ok();
    assert_eq!(user["city"], json!(null));
    assert_eq!(user["assignedLicenses"], json!([]));
    change(
        &play,
        1,
        &json!({ "city": "Bonn", "businessPhones": ["1"] }),
    )
    .await;
    let path = format!("users/{}?$select=city,businessPhones", object(1));
    let user = play.graph_get(&path).await.ok();
    assert_eq!(
        (&user["city"], &user["businessPhones"]),
        (&json!("Bonn"), &json!(["1"]))
    );
}
