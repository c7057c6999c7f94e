//! What backs the organization: the probe, connecting, and what it does to users.

use serde_json::json;

use super::support::{Playground, TENANT, ZERO, contoso, key, object, personal};
use orgctl::model::live::UserType;
use orgctl::sandbox::{DevOps, Options, Settings};

const ME: &str =
    "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me?api-version=5.0-preview.1";
const DISCONNECTED: &str = "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";

async fn probed(play: &Playground) -> String {
    let got = play
        .send(play.request("HEAD", "dev.azure.com/Contoso"))
        .await;
    assert_eq!(got.status, 401);
    let challenges: Vec<_> = got.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(challenges.len(), 2, "{:?}", got.headers);
    let tenant = got.header("x-vss-resourcetenant").to_owned();
    let uri = format!("Bearer authorization_uri=https://login.microsoftonline.com/{tenant}");
    assert_eq!(challenges[0], uri.as_str());
    tenant
}

#[tokio::test]
async fn anybody_can_see_the_tenant_and_zeros_mean_personal_accounts() {
    let play = Playground::of(&contoso()).await;
    assert_eq!(probed(&play).await, ZERO);
    play.connect().await;
    assert_eq!(probed(&play).await, TENANT);
}

#[tokio::test]
async fn an_unknown_organization_has_no_tenant_header() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .send(play.request("HEAD", "dev.azure.com/fabrikam"))
        .await;
    assert_eq!(got.status, 404);
    assert!(!got.headers.contains_key("x-vss-resourcetenant"));
}

const HOUR_MS: u32 = 3_600_000;

async fn slow(maps_while_connecting: bool) -> Playground {
    let settings = Settings {
        connect_takes_ms: HOUR_MS,
        devops: DevOps {
            maps_while_connecting,
            ..DevOps::default()
        },
        ..Settings::default()
    };
    Playground::with(&contoso(), settings).await
}

#[tokio::test]
async fn the_header_flips_when_the_time_is_over() {
    let play = slow(true).await;
    play.connect().await;
    for _ in 0..3 {
        assert_eq!(probed(&play).await, ZERO);
    }
    play.forward(HOUR_MS / 2).await;
    assert_eq!(probed(&play).await, ZERO);
    play.forward(HOUR_MS / 2).await;
    assert_eq!(probed(&play).await, TENANT);
    let body = json!([{ "op": 2, "path": "/TenantId", "value": ZERO }]);
    play.devops_patch(ME, &body).await.ok();
    assert_eq!(probed(&play).await, TENANT, "the way back takes as long");
    play.forward(HOUR_MS).await;
    assert_eq!(probed(&play).await, ZERO);
}

#[tokio::test]
async fn who_asks_in_vain_is_told_the_tenant_that_the_header_shows() {
    let play = slow(true).await;
    play.connect().await;
    let url = "dev.azure.com/contoso/_apis/connectionData";
    let challenge = async || {
        let request = play.request("GET", url);
        let got = play
            .send(request.header("X-TFS-FedAuthRedirect", "Suppress"))
            .await;
        got.header("www-authenticate").to_owned()
    };
    assert!(challenge().await.ends_with(ZERO));
    play.forward(HOUR_MS).await;
    assert!(challenge().await.ends_with(TENANT));
}

#[tokio::test]
async fn while_a_connection_is_made_users_are_mapped_or_refused() {
    for early in [true, false] {
        let play = slow(early).await;
        play.connect().await;
        let lee = play.graph_user("lee@outlook.com").await;
        let name = lee["descriptor"].as_str().unwrap();
        let url = format!("vssps.dev.azure.com/contoso/_apis/graph/users/{name}");
        let body = json!({ "originId": object(2) });
        let got = play.devops_json("PATCH", &url, &body).await;
        if early {
            got.ok();
            continue;
        }
        got.refused(400, "is not connected to a Microsoft Entra tenant");
        play.forward(HOUR_MS).await;
        play.devops_json("PATCH", &url, &body).await.ok();
    }
}

#[tokio::test]
async fn a_connection_that_was_under_way_begins_its_time_anew() {
    let play = slow(true).await;
    play.connect().await;
    play.forward(HOUR_MS - 60_000).await;
    let file = serde_json::to_value(play.running.world()).unwrap();
    let world = serde_json::from_value(file).unwrap();
    let play = Playground::start(Options::new(world)).await;
    play.forward(HOUR_MS / 2).await;
    assert_eq!(probed(&play).await, ZERO);
    play.forward(HOUR_MS / 2).await;
    assert_eq!(probed(&play).await, TENANT);
}

#[tokio::test]
async fn connecting_keeps_the_storage_key_and_changes_the_descriptor_of_who_matches() {
    let play = Playground::of(&contoso()).await;
    let before = play.graph_user("ana@contoso.com").await;
    assert_eq!(before["origin"], "msa");
    assert_eq!(before["domain"], "Windows Live ID");
    assert_eq!(before["originId"].as_str().unwrap().len(), 16);
    let body = json!([{ "from": "", "op": 2, "path": "/TenantId", "value": TENANT }]);
    let got = play.devops_patch(ME, &body).await;
    assert_eq!(got.ok()["tenantId"], TENANT);
    let after = play.graph_user("ana@contoso.com").await;
    assert_eq!(after["origin"], "aad");
    assert_eq!(after["domain"], TENANT);
    assert_eq!(after["originId"], "66660000-0000-4000-8000-000000000001");
    let name = after["descriptor"].as_str().unwrap();
    assert!(name.starts_with("aad."), "{name}");
    let url = format!("vssps.dev.azure.com/contoso/_apis/graph/storagekeys/{name}");
    assert_eq!(
        play.devops_get(&url).await.ok()["value"],
        key(1).to_string()
    );
}

#[tokio::test]
async fn who_does_not_match_stays_personal_and_is_disconnected() {
    let play = Playground::of(&contoso()).await;
    assert_eq!(
        play.devops_get(DISCONNECTED).await.ok()["users"],
        json!(null)
    );
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await;
    assert_eq!(lee["origin"], "msa");
    let expected = json!([{
        "descriptor": lee["descriptor"],
        "displayName": "lee",
        "preferredEmailAddress": "lee@outlook.com",
    }]);
    assert_eq!(play.devops_get(DISCONNECTED).await.ok()["users"], expected);
}

#[tokio::test]
async fn the_word_replace_means_the_same_as_its_number_and_zeros_disconnect() {
    let play = Playground::of(&contoso()).await;
    let ana = play.graph_user("ana@contoso.com").await;
    let change = |value: &str| json!([{ "op": "replace", "path": "/TenantId", "value": value }]);
    play.devops_patch(ME, &change(TENANT)).await.ok();
    play.devops_patch(ME, &change(ZERO)).await.ok();
    assert_eq!(probed(&play).await, ZERO);
    assert_eq!(play.graph_user("ana@contoso.com").await, ana);
    assert_eq!(
        play.devops_get(DISCONNECTED).await.ok()["users"],
        json!(null)
    );
}

#[tokio::test]
async fn the_tenant_change_has_to_be_json_patch() {
    let play = Playground::of(&contoso()).await;
    let body = json!([{ "op": "replace", "path": "/TenantId", "value": TENANT }]);
    let got = play.devops_json("PATCH", ME, &body).await;
    got.refused(415, "application/json-patch+json");
    assert_eq!(probed(&play).await, ZERO);
}

#[tokio::test]
async fn a_guest_of_the_tenant_may_not_connect() {
    let mut live = contoso();
    let ana = live.directory.users.values_mut().next().unwrap();
    ana.user_type = UserType::Guest;
    let play = Playground::of(&live).await;
    let body = json!([{ "op": 2, "path": "/TenantId", "value": TENANT }]);
    let got = play.devops_patch(ME, &body).await;
    got.refused(
        403,
        "Only active members of the AAD tenant are allowed to perform the link.",
    );
    assert_eq!(probed(&play).await, ZERO);
}

#[tokio::test]
async fn a_tenant_without_the_caller_refuses() {
    let play = Playground::of(&contoso()).await;
    let other = "11111111-0000-4000-8000-000000000000";
    let body = json!([{ "op": 2, "path": "/TenantId", "value": other }]);
    let got = play.devops_patch(ME, &body).await;
    got.refused(403, "does not have permission to access the tenant");
}

#[tokio::test]
async fn two_users_of_one_name_stop_the_connection() {
    let mut live = contoso();
    live.members.insert(key(3), personal("LEE@outlook.com"));
    let lee = live.members.get_mut(&key(3)).unwrap();
    lee.descriptor = Some(orgctl::model::ids::Descriptor::new("msa.b3RoZXI"));
    let play = Playground::of(&live).await;
    let body = json!([{ "op": 2, "path": "/TenantId", "value": TENANT }]);
    let got = play.devops_patch(ME, &body).await;
    got.refused(400, "multiple active identities with the same UPN");
    assert_eq!(play.graph_user("ana@contoso.com").await["origin"], "msa");
}

#[tokio::test]
async fn a_connected_organization_must_be_disconnected_before_another_tenant() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let other = "11111111-0000-4000-8000-000000000000";
    let body = json!([{ "op": 2, "path": "/TenantId", "value": other }]);
    play.devops_patch(ME, &body)
        .await
        .refused(400, "already connected");
    assert_eq!(probed(&play).await, TENANT);
}
