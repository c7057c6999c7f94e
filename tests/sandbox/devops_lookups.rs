//! Identities by name, projects, and where things are.

use serde_json::{Value, json};

use super::support::{Playground, contoso, edited, key, personal};

const IDENTITIES: &str = "vssps.dev.azure.com/contoso/_apis/identities";

#[tokio::test]
async fn identities_are_found_by_name_key_and_descriptor() {
    let play = Playground::of(&contoso()).await;
    let lee = play.graph_user("lee@outlook.com").await;
    let name = lee["descriptor"].as_str().unwrap();
    let queries = [
        "searchFilter=General&filterValue=LEE@outlook.com&queryMembership=None".to_owned(),
        format!("identityIds={}", key(2)),
        format!("subjectDescriptors={name}"),
        "searchFilter=AccountName&filterValue=lee@outlook.com".to_owned(),
    ];
    for query in queries {
        let list = play.devops_get(&format!("{IDENTITIES}?{query}")).await.ok();
        assert_eq!(list["count"], 1, "{query}");
        let found = &list["value"][0];
        assert_eq!(found["id"], key(2).to_string());
        assert_eq!(found["subjectDescriptor"], name);
        assert_eq!(found["isActive"], true);
        assert_eq!(found["metaTypeId"], 255);
    }
    let none = format!("{IDENTITIES}?searchFilter=General&filterValue=lee");
    assert_eq!(
        play.devops_get(&none).await.ok()["count"],
        1,
        "the display name"
    );
    play.devops_get(IDENTITIES)
        .await
        .refused(400, "must be set");
}

#[tokio::test]
async fn a_general_search_can_find_two() {
    let mut live = contoso();
    let mut twin = personal("twin@outlook.com");
    twin.display_name = "lee".to_owned();
    live.members.insert(key(3), twin);
    let play = Playground::of(&live).await;
    let url = format!("{IDENTITIES}?searchFilter=General&filterValue=Lee");
    assert_eq!(play.devops_get(&url).await.ok()["count"], 2);
}

#[tokio::test]
async fn an_identity_of_the_directory_names_its_tenant_and_object() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let url = format!("{IDENTITIES}?identityIds={}", key(1));
    let ana = play.devops_get(&url).await.ok()["value"][0].clone();
    let properties = &ana["properties"];
    assert_eq!(properties["Domain"]["$value"], super::support::TENANT);
    assert_eq!(properties["PUID"]["$value"], "aad:");
    let claim = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    let object = super::support::object(1).to_string();
    assert_eq!(properties[claim]["$value"], object);
    assert_eq!(ana["metaTypeId"], 0);
}

#[tokio::test]
async fn who_is_not_active_has_no_word_about_it() {
    let play = Playground::of(&contoso()).await;
    let lee = play.graph_user("lee@outlook.com").await;
    let name = lee["descriptor"].as_str().unwrap();
    let user = format!("vssps.dev.azure.com/contoso/_apis/graph/users/{name}");
    assert_eq!(play.send(play.devops("DELETE", &user)).await.status, 204);
    let url = format!("{IDENTITIES}?identityIds={}", key(2));
    let found = play.devops_get(&url).await.ok()["value"][0].clone();
    assert!(found.get("isActive").is_none(), "{found}");
}

#[tokio::test]
async fn projects_are_found_by_id_and_name() {
    let id = "88888888-7777-4777-8777-000000000007";
    let options = edited(&contoso(), |file| {
        file["organization"]["holdings"]["projects"] = json!({ id: { "name": "Website" } });
    });
    let play = Playground::start(options).await;
    let url = "dev.azure.com/contoso/_apis/projects?api-version=7.1";
    let list = play.devops_get(url).await.ok();
    assert_eq!(list["value"][0]["name"], "Website");
    for wanted in [id, "website"] {
        let url = format!("dev.azure.com/contoso/_apis/projects/{wanted}");
        assert_eq!(play.devops_get(&url).await.ok()["id"], id);
    }
    let url = "dev.azure.com/contoso/_apis/projects/Other";
    play.devops_get(url).await.refused(404, "TF200016");
}

#[tokio::test]
async fn a_list_of_projects_goes_on_by_a_header() {
    let id = |number: u32| format!("88888888-7777-4777-8777-{number:012}");
    let options = edited(&contoso(), |file| {
        let projects = &mut file["organization"]["holdings"]["projects"];
        for number in 0..150 {
            projects[id(number)] = json!({ "name": format!("Project {number}") });
        }
    });
    let play = Playground::start(options).await;
    let url = "dev.azure.com/contoso/_apis/projects?api-version=7.1";
    let first = play.devops_get(url).await;
    assert_eq!(first.ok()["count"], 100);
    let token = first.header("x-ms-continuationtoken");
    let rest = play
        .devops_get(&format!("{url}&continuationToken={token}"))
        .await;
    assert_eq!(rest.ok()["count"], 50);
    assert_eq!(rest.ok()["value"][0]["id"], id(100));
    assert_eq!(rest.header("x-ms-continuationtoken"), "");
}

async fn registered(play: &Playground, url: &str) -> Vec<Value> {
    let map = play.send(play.devops("OPTIONS", url)).await.ok();
    let rows = map["value"].as_array().unwrap().clone();
    assert_eq!(map["count"], rows.len());
    rows
}

#[tokio::test]
async fn each_host_registers_its_own_and_all_of_them_on_request() {
    let play = Playground::of(&contoso()).await;
    let has = |rows: &[Value], name: &str| rows.iter().any(|r| r["resourceName"] == name);
    for (host, name) in [
        ("dev.azure.com", "HierarchyQuery"),
        ("vssps.dev.azure.com", "SubjectQuery"),
        ("vsaex.dev.azure.com", "ServicePrincipalEntitlements"),
        ("auditservice.dev.azure.com", "AuditLog"),
    ] {
        let url = format!("{host}/contoso/_apis");
        let own = registered(&play, &url).await;
        assert!(has(&own, name), "{host}");
        assert!(has(&own, "ConnectionData"), "{host}");
        assert_eq!(has(&own, "SubjectQuery"), name == "SubjectQuery", "{host}");
        let all = registered(&play, &format!("{url}?allHostTypes=True")).await;
        assert!(has(&all, "SubjectQuery") && has(&all, "AuditLog"), "{host}");
    }
    let people = registered(&play, "app.vssps.visualstudio.com/_apis").await;
    assert!(has(&people, "Profiles"));
}

#[tokio::test]
async fn a_location_has_versions_as_texts() {
    let play = Playground::of(&contoso()).await;
    let rows = registered(&play, "vsaex.dev.azure.com/contoso/_apis").await;
    let id = "8480c6eb-ce60-47e9-88df-eca3c801638b";
    let row = rows.iter().find(|row| row["id"] == id).unwrap();
    let expected = json!({
        "id": id, "area": "MemberEntitlementManagement", "resourceName": "UserEntitlements",
        "routeTemplate": "_apis/{resource}/{userId}", "resourceVersion": 5,
        "minVersion": "4.1", "maxVersion": "7.2", "releasedVersion": "7.1",
    });
    assert_eq!(*row, expected);
}

#[tokio::test]
async fn the_older_names_of_hosts_mean_the_same() {
    let play = Playground::of(&contoso()).await;
    for url in [
        "contoso.visualstudio.com/_apis/connectionData",
        "contoso.vssps.visualstudio.com/_apis/graph/users",
        "contoso.vsaex.visualstudio.com/_apis/userentitlements",
    ] {
        play.devops_get(url).await.ok();
    }
}

#[tokio::test]
async fn the_location_service_names_the_host_of_identities() {
    let play = Playground::of(&contoso()).await;
    let url = "dev.azure.com/contoso/_apis/ServiceDefinitions/LocationService2/\
               951917AC-A960-4999-8464-E3F0AA25B381?api-version=1.0";
    let found = play.devops_get(url).await.ok();
    let location = &found["locationMappings"][0]["location"];
    assert_eq!(location, "https://vssps.dev.azure.com/Contoso/");
}

#[tokio::test]
async fn every_area_that_is_played_has_a_host() {
    let play = Playground::of(&contoso()).await;
    let url = "dev.azure.com/contoso/_apis/resourceAreas";
    let areas = play.devops_get(url).await.ok();
    let areas = areas["value"].as_array().unwrap();
    for (name, host) in [
        ("audit", "auditservice.dev.azure.com"),
        ("EnterpriseCatalog", "vsaex.dev.azure.com"),
        ("TokenAdmin", "vssps.dev.azure.com"),
    ] {
        let area = areas.iter().find(|area| area["name"] == name).unwrap();
        assert_eq!(area["locationUrl"], format!("https://{host}/Contoso/"));
    }
}
