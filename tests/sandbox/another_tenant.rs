//! From one tenant to another, and off it: what becomes of users and groups, what the portal's
//! buttons do, and what is refused.

use orgctl::model::access::EffectiveLevel;
use orgctl::model::ids::{ObjectId, TenantId};
use orgctl::model::live::{Connection, Live, Origin, UserType};
use orgctl::model::preflight::Readable;
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Playground, TENANT, ZERO, contoso, email, key, object};

const OTHER: &str = "bbbbcccc-1111-4ddd-8222-eeee3333ffff";
const ME: &str =
    "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me?api-version=5.0-preview.1";
const PAGE: &str = "dev.azure.com/contoso/_settings/organizationAad";
const DISCONNECTED: &str = "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";

/// The small organization on another tenant than its directory: Ana came to it with a mailbox that
/// Microsoft gives to everybody, Lee is one of its own.
fn on_another() -> Live {
    let mut live = contoso();
    let other: TenantId = OTHER.parse().unwrap();
    live.organization.connection = Connection::Tenant(other);
    let names = ["ana@outlook.com", "lee@adatum.com"];
    for ((number, name), member) in (1_u128..).zip(names).zip(live.members.values_mut()) {
        member.principal_name = email(name);
        member.mail = Some(email(name));
        member.origin = Origin::Directory;
        member.tenant = Some(other);
        member.object_id = Some(object(100 + number));
    }
    live.caller.principal_name = email("ana@outlook.com");
    let ana = live.directory.users.values_mut().next().unwrap();
    ana.user_principal_name = email("ana_outlook.com#ext#@contoso.onmicrosoft.com");
    ana.mail = Some(email("ana@outlook.com"));
    live
}

fn change(tenant: &str) -> Value {
    json!([{ "op": 2, "path": "/TenantId", "value": tenant }])
}

async fn shown(play: &Playground) -> String {
    let probe = play.request("HEAD", "dev.azure.com/contoso");
    play.send(probe)
        .await
        .header("x-vss-resourcetenant")
        .to_owned()
}

async fn page(play: &Playground) -> String {
    let request = play.request("GET", PAGE).header("Accept", "text/html");
    play.send(request).await.text
}

async fn disconnected(play: &Playground) -> Vec<String> {
    let list = play.devops_get(DISCONNECTED).await.ok();
    let users = list["users"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> = users
        .iter()
        .map(|user| user["preferredEmailAddress"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn leaving_a_tenant_gives_back_personal_accounts_of_the_same_name_only() {
    let play = Playground::of(&on_another()).await;
    play.devops_patch(ME, &change(ZERO)).await.ok();
    assert_eq!(shown(&play).await, ZERO);
    let ana = play.graph_user("ana@outlook.com").await;
    assert_eq!(ana["origin"], "msa");
    assert_eq!(ana["originId"].as_str().unwrap().len(), 16, "{ana}");
    let lee = play.graph_user("lee@adatum.com").await;
    assert_eq!(
        (&lee["origin"], &lee["domain"]),
        (&json!("aad"), &json!(OTHER))
    );
    assert_eq!(disconnected(&play).await, ["lee@adatum.com"]);
}

#[tokio::test]
async fn whoever_left_a_tenant_is_matched_by_name_in_the_next_one() {
    let mut live = on_another();
    let lee = live.directory.users.get_mut(&object(2)).unwrap();
    lee.user_principal_name = email("lee@adatum.com");
    let play = Playground::of(&live).await;
    play.devops_patch(ME, &change(ZERO)).await.ok();
    play.devops_patch(ME, &change(TENANT)).await.ok();
    let lee = play.graph_user("lee@adatum.com").await;
    assert_eq!(lee["domain"], TENANT);
    assert_eq!(lee["originId"], object(2).to_string());
    // Ana is in the tenant under a name of its own making, so she is not found by hers.
    assert_eq!(disconnected(&play).await, ["ana@outlook.com"]);
}

#[tokio::test]
async fn a_person_switches_from_one_tenant_to_another_in_one_go() {
    let play = Playground::of(&on_another()).await;
    assert!(page(&play).await.contains("Switch directory"));
    let form = play.request("POST", PAGE).body("do=connect");
    let form = form
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Origin", play.running.endpoint())
        .header("Sec-Fetch-Site", "same-origin");
    assert_eq!(play.send(form).await.status, 303);
    assert_eq!(shown(&play).await, TENANT);
    assert_eq!(
        disconnected(&play).await,
        ["ana@outlook.com", "lee@adatum.com"]
    );
    assert!(!page(&play).await.contains("Switch directory"));
    let off = play.request("POST", "_sandbox/connect");
    play.send(off.json(&json!({ "tenant": ZERO }))).await.ok();
    assert_eq!(shown(&play).await, ZERO);
}

#[tokio::test]
async fn an_organization_can_go_back_to_a_tenant_of_which_only_its_users_are_known() {
    let play = Playground::of(&on_another()).await;
    for tenant in [ZERO, TENANT, ZERO, OTHER] {
        play.devops_patch(ME, &change(tenant)).await.ok();
    }
    let lee = play.graph_user("lee@adatum.com").await;
    assert_eq!(lee["domain"], OTHER);
    assert_eq!(lee["originId"], object(102).to_string());
    assert!(disconnected(&play).await.is_empty());
    let url = format!("login.microsoftonline.com/{OTHER}/v2.0/.well-known/openid-configuration");
    play.send(play.request("GET", &url)).await.ok();
}

#[tokio::test]
async fn who_came_from_outside_and_was_made_a_member_may_connect() {
    for (user_type, status) in [(UserType::Member, 200), (UserType::Guest, 403)] {
        let mut live = on_another();
        live.organization.connection = Connection::Personal;
        live.directory.users.get_mut(&object(1)).unwrap().user_type = user_type;
        let play = Playground::of(&live).await;
        let got = play.devops_patch(ME, &change(TENANT)).await;
        assert_eq!(got.status, status, "{}", got.text);
    }
    let mut live = on_another();
    live.organization.connection = Connection::Personal;
    live.directory.users.remove(&object(1));
    let play = Playground::of(&live).await;
    play.devops_patch(ME, &change(TENANT))
        .await
        .refused(403, "does not have permission to access the tenant");
}

#[tokio::test]
async fn the_groups_of_a_snapshots_tenant_are_there_and_go_with_it() {
    let mut live = on_another();
    let group = |n| ObjectId::new(Uuid::from_u128(n));
    live.preflight.owner = Readable::Known(key(2));
    live.preflight.directory_groups = Readable::Known(
        [
            (group(71), "Everybody".to_owned()),
            (group(72), "Operators".to_owned()),
        ]
        .into(),
    );
    live.preflight.group_rules = Readable::Known([(group(71), EffectiveLevel::Basic)].into());
    let play = Playground::of(&live).await;
    let groups = "vssps.dev.azure.com/contoso/_apis/graph/groups?subjectTypes=aadgp";
    let rules = "vsaex.dev.azure.com/contoso/_apis/groupentitlements";
    let counts = async || {
        let [groups, rules] = [
            play.devops_get(groups).await.ok(),
            play.devops_get(rules).await.ok(),
        ];
        [groups["count"].clone(), rules["count"].clone()]
    };
    assert_eq!(counts().await, [json!(2), json!(1)]);
    play.devops_patch(ME, &change(ZERO)).await.ok();
    assert_eq!(counts().await, [json!(0), json!(0)]);
}

#[tokio::test]
async fn a_token_of_a_tenant_that_was_left_is_worth_nothing() {
    let play = Playground::of(&on_another()).await;
    let settings = json!({ "directory": { "fixed_tokens": false } });
    play.hook("settings", &settings).await.ok();
    let url = format!("login.microsoftonline.com/{OTHER}/oauth2/v2.0/token");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("scope", "499b84ac-1321-427f-aa17-267ca6975798/.default"),
    ];
    let got = play.send(play.request("POST", &url).form(&form)).await.ok();
    let token = got["access_token"].as_str().unwrap().to_owned();
    assert_ne!(token, "sandbox-devops");
    let asked = async || {
        let url = "dev.azure.com/contoso/_apis/connectionData?api-version=7.1-preview.1";
        let request = play.request("GET", url).bearer_auth(&token);
        let request = request.header("x-tfs-fedauthredirect", "Suppress");
        play.send(request).await.status.as_u16()
    };
    assert_eq!(asked().await, 200);
    play.devops_patch(ME, &change(ZERO)).await.ok();
    assert_eq!(asked().await, 401, "personal accounts sign in");
    play.devops_patch(ME, &change(TENANT)).await.ok();
    assert_eq!(asked().await, 401);
}

#[tokio::test]
async fn a_change_of_tenant_is_refused_in_the_words_that_were_ordered() {
    for (order, tenant, status, words) in [
        (
            "guest",
            TENANT,
            403,
            "Only active members of the AAD tenant",
        ),
        ("no_account", TENANT, 403, "permission to access the tenant"),
        (
            "shared_name",
            TENANT,
            400,
            "multiple active identities with the same UPN",
        ),
        ("restricted", TENANT, 403, "restricts who may create"),
        ("spoilt", ZERO, 500, "prc_UpdateIdentityIdTranslations"),
    ] {
        let mut live = on_another();
        if tenant == TENANT {
            live.organization.connection = Connection::Personal;
        }
        let play = Playground::of(&live).await;
        let settings = json!({ "devops": { "tenant_refusal": order } });
        play.hook("settings", &settings).await.ok();
        let before = shown(&play).await;
        play.devops_patch(ME, &change(tenant))
            .await
            .refused(status, words);
        assert_eq!(shown(&play).await, before, "{order}");
    }
}
