//! Groups of the directory, roles, and who is in them.

use serde_json::json;

use super::graph_world::{ids, with_groups};
use super::support::object;

const DEVOPS_ADMINISTRATOR: &str = "e3973bdf-4987-49ae-837a-ba8e231c7286";

fn members() -> String {
    format!("groups/{}/members", object(0x20))
}

fn reference(number: u128) -> serde_json::Value {
    let id = object(number);
    json!({ "@odata.id": format!("https://anywhere.example/v1.0/directoryObjects/{id}") })
}

#[tokio::test]
async fn a_group_is_found_by_its_name_and_made_and_deleted() {
    let play = with_groups().await;
    let found = play.graph_get("groups?$filter=displayName eq 'builders'&$select=id,groupTypes");
    let found = found.await.ok();
    assert_eq!(ids(&found), [object(0x20).to_string()]);
    assert_eq!(found["value"][0].as_object().unwrap().len(), 2, "{found}");
    let body = json!({ "displayName": "New", "mailNickname": "new", "mailEnabled": false,
                       "securityEnabled": true, "groupTypes": [] });
    let made = play.graph_json("POST", "groups", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("groups/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(play.graph_get(&path).await.ok()["displayName"], "New");
    assert_eq!(play.send(play.graph("DELETE", &path)).await.status, 204);
    play.graph_get(&path)
        .await
        .refused(404, "Request_ResourceNotFound");
    let got = play
        .graph_json("POST", "groups", &json!({ "displayName": "x" }))
        .await;
    got.refused(400, "mailNickname");
}

#[tokio::test]
async fn a_member_is_added_once_by_whatever_host_the_reference_names() {
    let play = with_groups().await;
    let add = format!("{}/$ref", members());
    let got = play.graph_json("POST", &add, &reference(1)).await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (204, ""));
    let got = play.graph_json("POST", &add, &reference(1)).await;
    got.refused(400, "One or more added object references already exist");
    let keyed = format!("https://x/v1.0/directoryObjects('{}')", object(1));
    let keyed = json!({ "@odata.id": keyed });
    let got = play.graph_json("POST", &add, &keyed).await;
    got.refused(400, "already exist");
    let got = play.graph_json("POST", &add, &reference(77)).await;
    got.refused(404, "Request_ResourceNotFound");
    let page = play.graph_get(&members()).await.ok();
    assert_eq!(ids(&page), [object(1).to_string(), object(2).to_string()]);
    assert_eq!(page["value"][0]["@odata.type"], "#microsoft.graph.user");
}

#[tokio::test]
async fn a_reference_that_is_removed_leaves_the_person() {
    let play = with_groups().await;
    let path = format!("{}/{}/$ref", members(), object(2));
    assert_eq!(play.send(play.graph("DELETE", &path)).await.status, 204);
    assert_eq!(play.send(play.graph("DELETE", &path)).await.status, 404);
    let user = format!("users/{}", object(2));
    assert_eq!(play.graph_get(&user).await.status, 200);
}

#[tokio::test]
async fn a_delete_without_ref_deletes_the_person() {
    let play = with_groups().await;
    let path = format!("{}/{}", members(), object(2));
    assert_eq!(play.send(play.graph("DELETE", &path)).await.status, 204);
    let user = format!("users/{}", object(2));
    assert_eq!(play.graph_get(&user).await.status, 404);
    let bin = play
        .graph_get("directory/deletedItems/graph.user")
        .await
        .ok();
    assert_eq!(ids(&bin), [object(2).to_string()]);
}

#[tokio::test]
async fn members_are_bound_all_or_not_at_all_and_twenty_at_most() {
    let play = with_groups().await;
    let path = format!("groups/{}", object(0x20));
    let url = |number: u128| format!("https://graph.microsoft.com/v1.0/users/{}", object(number));
    let bind = |urls: &[String]| json!({ "members@odata.bind": urls });
    let got = play
        .graph_json("PATCH", &path, &bind(&[url(1), url(77)]))
        .await;
    assert_eq!(got.status, 404, "{}", got.text);
    assert_eq!(ids(&play.graph_get(&members()).await.ok()).len(), 1);
    let many: Vec<String> = (0..21).map(url).collect();
    assert_eq!(
        play.graph_json("PATCH", &path, &bind(&many)).await.status,
        400
    );
    assert_eq!(
        play.graph_json("PATCH", &path, &bind(&[url(1)]))
            .await
            .status,
        204
    );
    assert_eq!(ids(&play.graph_get(&members()).await.ok()).len(), 2);
}

#[tokio::test]
async fn synced_and_dynamic_groups_are_not_written() {
    let play = with_groups().await;
    for (number, status, text) in [
        (0x21, 400, "on-premises mastered"),
        (0x22, 403, "privileges"),
    ] {
        let path = format!("groups/{}/members/$ref", object(number));
        play.graph_json("POST", &path, &reference(1))
            .await
            .refused(status, text);
    }
}

#[tokio::test]
async fn a_cast_lists_one_type_and_refuses_what_cannot_be_there() {
    let play = with_groups().await;
    let outer = format!("groups/{}", object(0x23));
    let cast = async |path: &str| play.graph_get(&format!("{outer}/{path}")).await;
    let users = cast("members/microsoft.graph.user").await.ok();
    assert_eq!(users["value"], json!([]));
    let groups = cast("members/microsoft.graph.group?$select=id").await.ok();
    assert_eq!(ids(&groups), [object(0x20).to_string()]);
    let all = cast("transitiveMembers/microsoft.graph.user?$select=id,mail")
        .await
        .ok();
    assert_eq!(all["value"][0]["mail"], "lee@contoso.com");
    cast("members/microsoft.graph.directoryRole")
        .await
        .refused(400, "Request_UnsupportedQuery");
}

#[tokio::test]
async fn a_role_is_found_by_its_template_and_takes_no_page_size() {
    let play = with_groups().await;
    let ana = [object(1).to_string()];
    for path in [
        format!("directoryRoles/roleTemplateId={DEVOPS_ADMINISTRATOR}/members"),
        format!("directoryRoles(roleTemplateId='{DEVOPS_ADMINISTRATOR}')/members"),
    ] {
        assert_eq!(ids(&play.graph_get(&path).await.ok()), ana);
        let got = play.graph_get(&format!("{path}?$top=5")).await;
        got.refused(400, "does not support custom page sizes");
    }
    let roles = play.graph_get("directoryRoles").await.ok();
    assert_eq!(
        roles["value"][0]["displayName"],
        "Azure DevOps Administrator"
    );
    let path = format!("directoryRoles/{}/members", ids(&roles)[0]);
    assert_eq!(ids(&play.graph_get(&path).await.ok()), ana);
    let never = "directoryRoles/roleTemplateId=62e90394-69f5-4237-9190-012177145e10/members";
    play.graph_get(never)
        .await
        .refused(404, "Request_ResourceNotFound");
}

#[tokio::test]
async fn assignments_are_found_by_principal_and_by_role() {
    let play = with_groups().await;
    let list = "roleManagement/directory/roleAssignments";
    for filter in [
        format!("principalId eq '{}'", object(1)),
        format!("roleDefinitionId eq '{DEVOPS_ADMINISTRATOR}'"),
    ] {
        let path = format!("{list}?$filter={filter}&$expand=principal");
        let page = play.graph_get(&path).await.ok();
        let row = &page["value"][0];
        assert_eq!(row["directoryScopeId"], "/", "{filter}: {page}");
        assert_eq!(row["principal"]["id"], object(1).to_string());
    }
    let nobody = format!("{list}?$filter=principalId eq '{}'", object(2));
    assert_eq!(play.graph_get(&nobody).await.ok()["value"], json!([]));
}

#[tokio::test]
async fn the_signed_in_person_can_ask_for_their_own_roles() {
    let play = with_groups().await;
    assert_eq!(play.graph_get("me").await.ok()["id"], object(1).to_string());
    let path = "me/memberOf/microsoft.graph.directoryRole?$select=roleTemplateId";
    let page = play.graph_get(path).await.ok();
    assert_eq!(page["value"][0]["roleTemplateId"], DEVOPS_ADMINISTRATOR);
    let body = json!({ "ids": [DEVOPS_ADMINISTRATOR, object(0x20)] });
    let got = play
        .graph_json("POST", "me/checkMemberObjects", &body)
        .await
        .ok();
    assert_eq!(got["value"], json!([DEVOPS_ADMINISTRATOR]));
    let lee = format!("users/{}/checkMemberObjects", object(2));
    let body = json!({ "ids": [object(0x23)] });
    let got = play.graph_json("POST", &lee, &body).await.ok();
    assert_eq!(
        got["value"],
        json!([object(0x23)]),
        "through the inner group"
    );
}
