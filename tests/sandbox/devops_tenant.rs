//! A change of tenant where the documentation leaves a question open, and the limits that a world
//! can set.

use serde_json::{Value, json};

use super::support::{Playground, TENANT, ZERO, contoso, edited};

const ME: &str = "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";
const OTHER: &str = "aaaabbbb-0000-cccc-1111-dddd2222ffff";

async fn change(play: &Playground, tenant: &str) -> super::support::Got {
    let patch = json!([{ "op": 2, "path": "/TenantId", "value": tenant }]);
    play.devops_patch(ME, &patch).await
}

#[tokio::test]
async fn from_one_tenant_to_another_goes_directly_or_not() {
    for (direct, status) in [(false, 400), (true, 200)] {
        let options = edited(&contoso(), |file| {
            file["settings"]["devops"]["direct_change"] = json!(direct);
            file["organization"]["tenant"] = json!(OTHER);
        });
        let play = Playground::start(options).await;
        assert_eq!(change(&play, TENANT).await.status, status);
        let probe = play.request("HEAD", "dev.azure.com/contoso");
        let shown = if direct { TENANT } else { OTHER };
        let probe = play.send(probe).await;
        assert_eq!(probe.header("x-vss-resourcetenant"), shown);
    }
}

#[tokio::test]
async fn an_owner_without_a_personal_account_keeps_the_tenant_where_the_world_says_so() {
    for (needs, status) in [(true, 400), (false, 200)] {
        let options = edited(&contoso(), |file| {
            file["settings"]["devops"]["owner_must_be_personal"] = json!(needs);
            let members = file["organization"]["members"].as_object_mut().unwrap();
            for member in members.values_mut() {
                member["personal"] = Value::Null;
            }
        });
        let play = Playground::start(options).await;
        play.connect().await;
        let got = change(&play, ZERO).await;
        assert_eq!(got.status, status, "{}", got.text);
    }
}

#[tokio::test]
async fn the_limit_of_memberships_is_the_worlds() {
    let options = edited(&contoso(), |file| {
        file["settings"]["devops"]["membership_limit"] = json!(1);
    });
    let play = Playground::start(options).await;
    let graph = "vssps.dev.azure.com/contoso/_apis/graph";
    let groups = play.devops_get(&format!("{graph}/groups")).await.ok();
    let groups = groups["value"].as_array().unwrap().clone();
    let title = "Project Collection Valid Users";
    let group = groups.iter().find(|g| g["displayName"] == title).unwrap();
    let name = group["descriptor"].as_str().unwrap();
    let url = format!("{graph}/memberships/{name}?direction=down");
    play.devops_get(&url)
        .await
        .refused(400, "maximum allowed is 1");
}

#[tokio::test]
async fn connection_data_names_the_way_in_on_request() {
    let play = Playground::of(&contoso()).await;
    let url = "dev.azure.com/contoso/_apis/connectionData";
    let plain = play.devops_get(url).await.ok();
    assert!(plain["locationServiceData"].get("accessMappings").is_none());
    let url = format!("{url}?connectOptions=IncludeServices");
    let whole = play.devops_get(&url).await.ok();
    let mapping = &whole["locationServiceData"]["accessMappings"][0];
    assert_eq!(mapping["accessPoint"], "https://dev.azure.com/Contoso/");
}
