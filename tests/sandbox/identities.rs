//! The graph of Azure DevOps: lists, one user, mapping, keys and descriptors.

use serde_json::{Value, json};

use super::support::{Playground, contoso, directory_user, email, key, object, personal, tenant};
use orgctl::model::access::EffectiveLevel;
use orgctl::model::live::{InvitationStatus, Live, MemberStatus, Origin, UserType};
use orgctl::sandbox::Settings;

const USERS: &str = "vssps.dev.azure.com/contoso/_apis/graph/users";

fn crowd(count: u128) -> Live {
    let mut live = contoso();
    for number in 3..=count {
        let name = format!("user{number}@outlook.com");
        live.members.insert(key(number), personal(&name));
    }
    live
}

async fn map(play: &Playground, descriptor: &Value, body: Value) -> super::support::Got {
    let url = format!("{USERS}/{}", descriptor.as_str().unwrap());
    play.devops_json("PATCH", &url, &body).await
}

#[tokio::test]
async fn a_list_goes_on_by_a_header_that_must_be_encoded() {
    let play = Playground::of(&crowd(1100)).await;
    let mut seen = Vec::new();
    let mut token = String::new();
    for expected in [500, 500, 100] {
        let mut request = play.devops("GET", USERS);
        if !token.is_empty() {
            request = request.query(&[("continuationToken", &token)]);
        }
        let got = play.send(request).await;
        let page = got.ok();
        assert_eq!(page["count"], expected);
        let rows = page["value"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["descriptor"].to_string()));
        token = got.header("x-ms-continuationtoken").to_owned();
    }
    assert!(token.is_empty(), "a token behind the last page: {token}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 1100);
    let got = play.devops_get(USERS).await;
    let token = got.header("x-ms-continuationtoken");
    let raw = format!("{USERS}?continuationToken={token}");
    play.devops_get(&raw)
        .await
        .refused(400, "continuation token");
}

#[tokio::test]
async fn subject_types_are_the_prefixes_of_descriptors() {
    let mut live = contoso();
    let invited = live.members.get_mut(&key(2)).unwrap();
    invited.status = MemberStatus::Pending;
    let play = Playground::of(&live).await;
    let count = async |types: &str| {
        let url = format!("{USERS}?subjectTypes={types}");
        play.devops_get(&url).await.ok()["count"].clone()
    };
    assert_eq!(count("msa").await, 1);
    assert_eq!(count("msa,bnd").await, 2);
    assert_eq!(count("AAD").await, 0);
}

#[tokio::test]
async fn who_never_signed_in_is_bind_pending_without_an_origin_id() {
    let mut live = contoso();
    live.members.get_mut(&key(2)).unwrap().status = MemberStatus::Pending;
    let play = Playground::of(&live).await;
    let lee = play.graph_user("lee@outlook.com").await;
    assert!(lee["descriptor"].as_str().unwrap().starts_with("bnd."));
    assert_eq!(lee["originId"], super::support::ZERO);
    assert!(lee.get("metaType").is_none(), "{lee}");
}

#[tokio::test]
async fn links_are_in_mixed_case_whatever_the_request_was() {
    let play = Playground::of(&contoso()).await;
    let ana = play.graph_user("ana@contoso.com").await;
    let name = ana["descriptor"].as_str().unwrap();
    let expected = format!("https://vssps.dev.azure.com/Contoso/_apis/Graph/Users/{name}");
    assert_eq!(ana["url"], expected);
    assert_eq!(ana["_links"]["self"]["href"], expected);
}

#[tokio::test]
async fn mapping_keeps_the_storage_key_and_takes_on_the_directory_identity() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let before = play.graph_user("lee@outlook.com").await;
    let body = json!({ "originId": object(2) });
    let after = map(&play, &before["descriptor"], body).await.ok();
    assert_eq!(after["principalName"], "lee@contoso.com");
    assert_eq!(after["originId"], object(2).to_string());
    assert_eq!(after["metaType"], "member");
    assert_ne!(after["descriptor"], before["descriptor"]);
    let name = after["descriptor"].as_str().unwrap();
    let url = format!("vssps.dev.azure.com/contoso/_apis/graph/StorageKeys/{name}");
    assert_eq!(
        play.devops_get(&url).await.ok()["value"],
        key(2).to_string()
    );
    let url = format!(
        "vssps.dev.azure.com/contoso/_apis/graph/Descriptors/{}",
        key(2)
    );
    assert_eq!(play.devops_get(&url).await.ok()["value"], name);
    let gone = format!("{USERS}/{}", before["descriptor"].as_str().unwrap());
    assert_eq!(play.devops_get(&gone).await.status, 404);
    let url = "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";
    assert_eq!(play.devops_get(url).await.ok()["users"], json!(null));
}

#[tokio::test]
async fn mapping_takes_a_principal_name_in_any_case() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await;
    let body = json!({ "principalName": "LEE@Contoso.com" });
    let after = map(&play, &lee["descriptor"], body).await.ok();
    assert_eq!(after["originId"], object(2).to_string());
}

#[tokio::test]
async fn mapping_names_its_target_in_exactly_one_way() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await["descriptor"].clone();
    let both = json!({ "originId": object(2), "principalName": "lee@contoso.com" });
    map(&play, &lee, both).await.refused(400, "Exactly one");
    map(&play, &lee, json!({}))
        .await
        .refused(400, "Exactly one");
    let key = json!({ "originId": object(2), "storageKey": key(2) });
    map(&play, &lee, key).await.refused(400, "Exactly one");
}

#[tokio::test]
async fn mapping_onto_an_active_member_is_refused_and_changes_nothing() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await;
    let body = json!({ "originId": object(1) });
    let got = map(&play, &lee["descriptor"], body).await;
    got.refused(400, "already an active member");
    assert_eq!(play.graph_user("lee@outlook.com").await, lee);
}

#[tokio::test]
async fn mapping_needs_a_connection_and_a_known_target() {
    let play = Playground::of(&contoso()).await;
    let lee = play.graph_user("lee@outlook.com").await["descriptor"].clone();
    let body = || json!({ "originId": object(2) });
    map(&play, &lee, body()).await.refused(400, "not connected");
    play.connect().await;
    let unknown = json!({ "originId": object(99) });
    map(&play, &lee, unknown)
        .await
        .refused(404, "was not found");
    let nobody = json!("msa.bm9ib2R5");
    map(&play, &nobody, body())
        .await
        .refused(404, "does not exist");
}

#[tokio::test]
async fn above_the_limit_nobody_is_mapped_and_at_the_limit_everybody() {
    for (users, status) in [(100, 200), (101, 400)] {
        let play = Playground::of(&crowd(users)).await;
        play.connect().await;
        let lee = play.graph_user("lee@outlook.com").await["descriptor"].clone();
        let got = map(&play, &lee, json!({ "originId": object(2) })).await;
        assert_eq!(got.status, status, "{users}: {}", got.text);
    }
    let settings = Settings {
        mapping_user_limit: None,
        ..Settings::default()
    };
    let play = Playground::with(&crowd(101), settings).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await["descriptor"].clone();
    map(&play, &lee, json!({ "originId": object(2) }))
        .await
        .ok();
}

#[tokio::test]
async fn a_mapped_guest_shows_the_outside_address_and_no_meta_type_until_accepted() {
    let mut live = contoso();
    let mut guest = directory_user("noor_fabrikam.com#EXT#@contoso.onmicrosoft.com");
    guest.mail = Some(email("noor@fabrikam.com"));
    guest.user_type = UserType::Guest;
    guest.invitation = Some(InvitationStatus::Pending);
    live.directory.users.insert(object(9), guest);
    let play = Playground::of(&live).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await["descriptor"].clone();
    let body = json!({ "principalName": "noor@fabrikam.com" });
    let after = map(&play, &lee, body).await.ok();
    assert_eq!(after["principalName"], "noor@fabrikam.com");
    assert_eq!(after["directoryAlias"], "noor_fabrikam.com#EXT#");
    assert!(after.get("metaType").is_none(), "{after}");
}

#[tokio::test]
async fn an_accepted_guest_has_the_meta_type() {
    let mut live = contoso();
    let mut guest = directory_user("noor_fabrikam.com#EXT#@contoso.onmicrosoft.com");
    guest.mail = Some(email("noor@fabrikam.com"));
    guest.user_type = UserType::Guest;
    guest.invitation = Some(InvitationStatus::Accepted);
    live.directory.users.insert(object(9), guest);
    let play = Playground::of(&live).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await["descriptor"].clone();
    let after = map(&play, &lee, json!({ "originId": object(9) }))
        .await
        .ok();
    assert_eq!(after["metaType"], "guest");
}

#[tokio::test]
async fn deleting_a_graph_user_only_disables_it() {
    let play = Playground::of(&contoso()).await;
    let lee = play.graph_user("lee@outlook.com").await;
    let name = lee["descriptor"].as_str().unwrap();
    let got = play
        .send(play.devops("DELETE", &format!("{USERS}/{name}")))
        .await;
    assert_eq!(got.status, 204);
    assert_eq!(play.graph_user("lee@outlook.com").await, lee);
    let url = format!("vssps.dev.azure.com/contoso/_apis/graph/membershipstates/{name}");
    assert_eq!(play.devops_get(&url).await.ok()["active"], false);
}

#[tokio::test]
async fn a_lookup_answers_a_map_in_the_envelope_of_a_list() {
    let play = Playground::of(&contoso()).await;
    let ana = play.graph_user("ana@contoso.com").await;
    let body = json!({ "lookupKeys": [
        { "descriptor": ana["descriptor"] },
        { "descriptor": "msa.bm9ib2R5" },
    ] });
    let url = "vssps.dev.azure.com/contoso/_apis/graph/SubjectLookup";
    let found = play.devops_json("POST", url, &body).await.ok();
    assert_eq!(found["count"], 1);
    assert_eq!(found["value"][ana["descriptor"].as_str().unwrap()], ana);
    let many = vec![json!({ "descriptor": "msa.x" }); 501];
    let got = play
        .devops_json("POST", url, &json!({ "lookupKeys": many }))
        .await;
    got.refused(400, "TF400049");
}

#[tokio::test]
async fn who_comes_in_through_a_group_is_in_the_graph_and_has_no_entitlement() {
    let mut live = contoso();
    live.group_only
        .insert(email("kim@contoso.com"), "Kim".to_owned());
    let play = Playground::of(&live).await;
    let kim = play.graph_user("kim@contoso.com").await;
    assert_eq!(kim["displayName"], "Kim");
    assert_eq!(kim["origin"], "aad");
    let url = "vsaex.dev.azure.com/contoso/_apis/userentitlements";
    assert_eq!(play.devops_get(url).await.ok()["totalCount"], 2);
}

#[tokio::test]
async fn a_member_that_the_snapshot_shows_disconnected_is() {
    let mut live = contoso();
    live.organization.connection = orgctl::model::live::Connection::Tenant(tenant());
    let ana = live.members.get_mut(&key(1)).unwrap();
    ana.origin = Origin::Directory;
    ana.tenant = Some(tenant());
    ana.object_id = Some(object(1));
    ana.access = EffectiveLevel::Basic;
    live.members.get_mut(&key(2)).unwrap().disconnected = true;
    let play = Playground::of(&live).await;
    let url = "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";
    let users = play.devops_get(url).await.ok()["users"].clone();
    assert_eq!(users.as_array().map(Vec::len), Some(1));
    assert_eq!(users[0]["preferredEmailAddress"], "lee@outlook.com");
}
