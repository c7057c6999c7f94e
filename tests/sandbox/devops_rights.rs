//! What Azure DevOps refuses to who does not administer the organization.

use serde_json::json;

use super::support::{Playground, contoso, key, object, without_rights};

const GRAPH: &str = "vssps.dev.azure.com/contoso/_apis/graph";
const USERS: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";

async fn somebody(denial: &str) -> Playground {
    let options = without_rights(&contoso(), |file| {
        file["settings"]["devops"]["denial"] = json!(denial);
    });
    Playground::start(options).await
}

#[tokio::test]
async fn who_does_not_administer_reads_the_graph_and_writes_nothing() {
    let play = somebody("forbidden").await;
    let lee = play.graph_user("lee@outlook.com").await;
    play.devops_get(&format!("{GRAPH}/groups")).await.ok();
    let name = lee["descriptor"].as_str().unwrap();
    let user = format!("{GRAPH}/users/{name}");
    let denied = play.send(play.devops("DELETE", &user)).await;
    denied.refused(403, "Project Collection Administrators");
    let body = json!({ "originId": object(2) });
    play.devops_json("PATCH", &user, &body)
        .await
        .refused(403, "ana@contoso.com");
    let body = json!({ "displayName": "Poets" });
    let url = format!("{GRAPH}/groups");
    play.devops_json("POST", &url, &body).await.refused(403, "");
    assert_eq!(play.graph_user("lee@outlook.com").await, lee);
}

#[tokio::test]
async fn a_denial_is_one_of_three_answers() {
    for (denial, status, text) in [
        ("forbidden", 403, "Access denied"),
        ("unauthorized", 401, "TF400813"),
        ("not_found", 404, "cannot be found"),
    ] {
        let play = somebody(denial).await;
        play.devops_get(USERS).await.refused(status, text);
        let url = format!("{USERS}/{}", key(2));
        let got = play.send(play.devops("DELETE", &url)).await;
        got.refused(status, text);
        let url = "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";
        play.devops_get(url).await.refused(status, text);
    }
}

#[tokio::test]
async fn without_rights_the_tenant_stays() {
    let play = somebody("forbidden").await;
    let url = "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";
    let patch = json!([{ "op": 2, "path": "/TenantId", "value": super::support::TENANT }]);
    play.devops_patch(url, &patch).await.refused(403, "");
    let probe = play
        .send(play.request("HEAD", "dev.azure.com/contoso"))
        .await;
    assert_eq!(probe.header("x-vss-resourcetenant"), super::support::ZERO);
}

#[tokio::test]
async fn one_entitlement_without_rights_looks_as_if_it_were_not_there() {
    let play = somebody("forbidden").await;
    let url = format!("{USERS}/{}", key(2));
    assert_eq!(play.devops_get(&url).await.status, 404);
}

#[tokio::test]
async fn an_administrator_through_a_group_has_the_rights() {
    let options = without_rights(&contoso(), |file| {
        let groups = &mut file["organization"]["holdings"]["groups"];
        let inner = "22222222-9999-4999-8999-000000000001";
        let groups = groups.as_object_mut().unwrap();
        for group in groups.values_mut() {
            if group["kind"] == "administrators" {
                group["members"] = json!([inner]);
            }
        }
        groups.insert(
            inner.to_owned(),
            json!({
                "display_name": "Keepers",
                "descriptor": "vssgp.S2VlcGVycw",
                "members": [key(1)],
            }),
        );
    });
    let play = Playground::start(options).await;
    play.devops_get(USERS).await.ok();
}

#[tokio::test]
async fn a_world_from_before_there_were_groups_is_still_one() {
    let world = orgctl::sandbox::World::from_live(&contoso()).unwrap();
    let mut file = serde_json::to_value(&world).unwrap();
    file["organization"]
        .as_object_mut()
        .unwrap()
        .remove("holdings");
    file["settings"].as_object_mut().unwrap().remove("devops");
    let again: orgctl::sandbox::World = serde_json::from_value(file).unwrap();
    assert_eq!(again, world);
}
