//! What every request to Azure DevOps meets: hosts, credentials, versions, headers, the location of
//! things.

use serde_json::{Value, json};

use super::support::{Playground, contoso, key};
use orgctl::sandbox::{Links, Options, World};

const DATA: &str = "dev.azure.com/contoso/_apis/connectionData";

#[tokio::test]
async fn connection_data_says_who_asks() {
    let play = Playground::of(&contoso()).await;
    let data = play.devops_get(DATA).await.ok();
    let user = &data["authenticatedUser"];
    assert_eq!(user["id"], key(1).to_string());
    assert_eq!(user["properties"]["Account"]["$value"], "ana@contoso.com");
    let claims = user["descriptor"].as_str().unwrap();
    assert!(claims.ends_with("@Live.com"), "{claims}");
    assert_eq!(data["instanceId"], "00000000-0000-0000-0000-000000000007");
    play.connect().await;
    let user = play.devops_get(DATA).await.ok()["authorizedUser"].clone();
    let claims = user["descriptor"].as_str().unwrap();
    assert!(claims.ends_with("2eeee\\ana@contoso.com"), "{claims}");
}

#[tokio::test]
async fn names_of_routes_and_organizations_have_no_case() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .devops_get("dev.azure.com/CONTOSO/_APIS/ConnectionDATA")
        .await;
    got.ok();
}

#[tokio::test]
async fn the_host_header_names_the_host_as_well_as_the_path() {
    let play = Playground::of(&contoso()).await;
    let request = play.devops("GET", "contoso/_apis/connectionData");
    play.send(request.header("Host", "dev.azure.com"))
        .await
        .ok();
}

#[tokio::test]
async fn a_personal_access_token_opens_like_a_bearer_token() {
    let play = Playground::of(&contoso()).await;
    let request = || {
        play.request("GET", DATA)
            .query(&[("api-version", "7.1-preview.1")])
    };
    let got = play
        .send(request().basic_auth("", Some("sandbox-pat")))
        .await;
    got.ok();
    let got = play
        .send(request().basic_auth("", Some("sandbox-part")))
        .await;
    assert_eq!(got.status, 203);
}

#[tokio::test]
async fn with_suppress_a_bad_credential_is_401_and_empty() {
    let play = Playground::of(&contoso()).await;
    for token in [None, Some("expired"), Some("sandbox-graph")] {
        let mut request = play.request("GET", DATA);
        request = request.header("X-TFS-FedAuthRedirect", "Suppress");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let got = play.send(request).await;
        assert_eq!(got.status, 401);
        assert!(got.bytes.is_empty(), "{}", got.text);
        assert_eq!(got.headers.get_all("www-authenticate").iter().count(), 2);
        assert!(got.header("x-tfs-serviceerror").starts_with("TF400813%3A"));
    }
}

#[tokio::test]
async fn without_suppress_a_bad_credential_is_a_sign_in_page_and_a_success() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .send(play.request("GET", DATA).bearer_auth("expired"))
        .await;
    assert_eq!(got.status, 203);
    assert!(got.header("content-type").starts_with("text/html"));
    assert!(
        got.text.contains("Azure DevOps Services | Sign In"),
        "{}",
        got.text
    );
}

#[tokio::test]
async fn without_suppress_a_bad_credential_on_patch_is_401_in_json() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .send(play.request("PATCH", DATA).bearer_auth("expired"))
        .await;
    got.refused(401, "TF400813");
    assert_eq!(got.json()["typeKey"], "UnauthorizedRequestException");
}

#[tokio::test]
async fn a_browser_without_credential_is_sent_to_sign_in() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .send(play.request("GET", DATA).header("Accept", "text/html"))
        .await;
    assert_eq!(got.status, 302);
    assert!(got.header("location").contains("/_signin?"));
}

#[tokio::test]
async fn the_version_comes_from_the_query_or_the_accept_header_and_is_echoed() {
    let play = Playground::of(&contoso()).await;
    let by_header = play.devops_get(DATA).await;
    let echoed = "application/json; charset=utf-8; api-version=7.1-preview.1";
    assert_eq!(by_header.header("content-type"), echoed);
    let url = format!("{DATA}?API-Version=5.0-preview.1");
    let by_query = play
        .send(play.request("GET", &url).bearer_auth("sandbox-devops"))
        .await;
    let echoed = "application/json; charset=utf-8; api-version=5.0-preview.1";
    assert_eq!(by_query.header("content-type"), echoed);
}

#[tokio::test]
async fn a_bad_version_is_refused_by_name() {
    let play = Playground::of(&contoso()).await;
    let asked = async |url: String| {
        let got = play
            .send(play.request("GET", &url).bearer_auth("sandbox-devops"))
            .await;
        assert_eq!(got.status, 400, "{}", got.text);
        got.json()["typeKey"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        asked(DATA.to_owned()).await,
        "VssVersionNotSpecifiedException"
    );
    let preview = asked(format!("{DATA}?api-version=7.1")).await;
    assert_eq!(preview, "VssInvalidPreviewVersionException");
    let future = asked(format!("{DATA}?api-version=9.0-preview.1")).await;
    assert_eq!(future, "VssVersionOutOfRangeException");
}

#[tokio::test]
async fn an_error_has_its_members_in_the_order_of_the_service() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .devops_get("vssps.dev.azure.com/contoso/_apis/graph/users/aad.x")
        .await;
    got.refused(404, "does not exist");
    let names = [
        "$id",
        "innerException",
        "message",
        "typeName",
        "typeKey",
        "errorCode",
        "eventId",
    ];
    let places: Vec<_> = names
        .iter()
        .map(|n| got.text.find(&format!("\"{n}\":")))
        .collect();
    assert!(places.iter().all(Option::is_some), "{}", got.text);
    assert!(places.is_sorted(), "{}", got.text);
}

#[tokio::test]
async fn every_answer_names_itself_and_echoes_the_session() {
    let play = Playground::of(&contoso()).await;
    let session = "0c5e7f5e-9b0e-4d0e-8a0e-1c5e7f5e9b0e";
    let first = play
        .send(play.devops("GET", DATA).header("X-TFS-Session", session))
        .await;
    assert_eq!(first.header("x-tfs-session"), session);
    let user = format!("{}:ana@contoso.com", key(1));
    assert_eq!(first.header("x-vss-userdata"), user);
    let second = play.devops_get(DATA).await;
    assert_eq!(first.header("activityid").len(), 36);
    assert_ne!(first.header("activityid"), second.header("activityid"));
}

#[tokio::test]
async fn a_path_that_is_not_routed_is_404_in_plain_text() {
    let play = Playground::of(&contoso()).await;
    let got = play.devops_get("dev.azure.com/contoso/_apis/nothing").await;
    got.refused(404, "was not found or does not implement IController.");
    assert!(got.header("content-type").starts_with("text/plain"));
}

#[tokio::test]
async fn resource_areas_name_the_other_hosts() {
    let play = Playground::of(&contoso()).await;
    let url = "dev.azure.com/contoso/_apis/resourceAreas";
    let areas = play.devops_get(url).await.ok();
    let list = areas["value"].as_array().unwrap();
    assert_eq!(areas["count"], list.len());
    let graph = list.iter().find(|area| area["name"] == "Graph").unwrap();
    assert_eq!(graph["locationUrl"], "https://vssps.dev.azure.com/Contoso/");
    let id = graph["id"].as_str().unwrap();
    let one = play.devops_get(&format!("{url}/{id}")).await.ok();
    assert_eq!(&one, graph);
}

#[tokio::test]
async fn for_clients_that_follow_links_blindly_they_lead_to_the_sandbox() {
    let mut options = Options::new(World::from_live(&contoso()).unwrap());
    options.links = Links::Endpoint;
    let play = Playground::start(options).await;
    let id = "bb1e7ec9-e901-4b68-999a-de7012b920f8";
    let url = format!("dev.azure.com/contoso/_apis/resourceAreas/{id}");
    let area = play.devops_get(&url).await.ok();
    let expected = format!("{}/vssps.dev.azure.com/Contoso/", play.running.endpoint());
    assert_eq!(area["locationUrl"], expected);
    let by_name = play.devops("GET", &format!("contoso/_apis/resourceAreas/{id}"));
    let area = play
        .send(by_name.header("Host", "dev.azure.com"))
        .await
        .ok();
    let of_the_cloud = "https://vssps.dev.azure.com/Contoso/";
    assert_eq!(area["locationUrl"], of_the_cloud);
}

#[tokio::test]
async fn each_host_has_its_own_location_map_with_versions_as_texts() {
    let play = Playground::of(&contoso()).await;
    let map = async |host: &str| {
        let request = play.request("OPTIONS", &format!("{host}/contoso/_apis"));
        play.send(request.bearer_auth("sandbox-devops")).await.ok()
    };
    let has = |map: &Value, name: &str| {
        let entries = map["value"].as_array().unwrap();
        entries.iter().any(|entry| entry["resourceName"] == name)
    };
    let core = map("dev.azure.com").await;
    assert!(has(&core, "DisconnectedUser") && !has(&core, "UserEntitlements"));
    assert!(has(&map("vssps.dev.azure.com").await, "StorageKeys"));
    let entitlements = map("vsaex.dev.azure.com").await;
    let list = entitlements["value"].as_array().unwrap();
    let entry = list
        .iter()
        .find(|e| e["resourceName"] == "UserEntitlements")
        .unwrap();
    assert_eq!(entry["releasedVersion"], json!("7.1"));
    assert_eq!(entry["resourceVersion"], json!(5));
    assert_eq!(entitlements["count"], list.len());
}
