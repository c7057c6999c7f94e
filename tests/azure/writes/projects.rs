//! Membership of projects, in the same bulk change as the level.

use std::collections::BTreeMap;

use orgctl::apply::port::Outcome;
use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::Kind;
use orgctl::model::attributes::{AccessAttributes, Attributes, Identity};
use orgctl::model::ids::{ProjectId, ProjectName, RemoteId};
use orgctl::model::project::{EffectiveRole, ProjectAccess};
use orgctl::plan::value::{Change, RemoveFrom, Step};
use serde_json::{Value, json};

use super::{create, id_of, lee, send, start, step};
use crate::azure::canned::{self, LEE_KEY, NOOR_OBJECT};
use crate::azure::server::{Reply, Seen, Server};

fn project(number: u32) -> ProjectId {
    format!("88888888-7777-4777-8777-{number:012}")
        .parse()
        .unwrap()
}

fn access(level: EffectiveLevel, projects: &[(u32, EffectiveRole)]) -> AccessAttributes {
    let named = |(number, role): &(u32, EffectiveRole)| {
        let name = ProjectName::new(format!("Project {number}"));
        let id = project(*number);
        (name, ProjectAccess { id, role: *role })
    };
    AccessAttributes {
        level,
        projects: projects.iter().map(named).collect::<BTreeMap<_, _>>(),
        identity: None,
        added: false,
        account: None,
    }
}

fn update(key: &str, before: AccessAttributes, after: AccessAttributes) -> Step {
    let change = Change::Update {
        id: RemoteId::StorageKey(key.parse().unwrap()),
        before: Attributes::Access(before),
        after: Attributes::Access(after),
    };
    step(Kind::Access, &format!("{key}@outlook.com"), change)
}

fn operations(seen: &Seen) -> Vec<Value> {
    serde_json::from_str(&seen.body).unwrap()
}

/// A result for each operation, as the service writes them.
fn results(seen: &Seen) -> Reply {
    let results: Vec<Value> = operations(seen)
        .iter()
        .map(|operation| match operation["path"].as_str().unwrap() {
            "" => json!({"userId": LEE_KEY, "isSuccess": true, "errors": [], "result":
                {"id": LEE_KEY, "user": operation["value"]["user"]}}),
            path => json!({"userId": &path[1..37], "isSuccess": true, "errors": []}),
        })
        .collect();
    Reply::json(json!({"completed": true, "results": results}).to_string())
}

async fn taking() -> Server {
    start(|seen| {
        seen.is("PATCH", canned::ENTITLEMENTS)
            .then(|| results(seen))
    })
    .await
}

fn sent(server: &Server) -> Vec<Vec<Value>> {
    let seen = server.seen();
    let patches = seen.iter().filter(|seen| seen.method == "PATCH");
    patches.map(operations).collect()
}

#[tokio::test]
async fn only_what_differs_is_sent() {
    use EffectiveRole::{Administrator, Contributor, Reader};
    let server = taking().await;
    let before = access(
        EffectiveLevel::EarlyAdopter,
        &[(1, Reader), (2, Reader), (3, Administrator)],
    );
    let after = access(
        EffectiveLevel::EarlyAdopter,
        &[(1, Contributor), (2, Reader), (4, Reader)],
    );
    let outcomes = send(&server, &[update(LEE_KEY, before, after)]).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()));
    let sent = sent(&server);
    let [operations] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    let said = |operation: &Value| {
        let path = operation["path"].as_str().unwrap();
        let (_, id) = path.rsplit_once('/').unwrap();
        let role = operation["value"]["group"]["groupType"].clone();
        (operation["op"].clone(), id.to_owned(), role)
    };
    let expected = [
        (
            json!("replace"),
            project(1).to_string(),
            json!("projectContributor"),
        ),
        (json!("add"), project(4).to_string(), json!("projectReader")),
        (json!("remove"), project(3).to_string(), Value::Null),
    ];
    let said: Vec<_> = operations.iter().map(said).collect();
    assert_eq!(said, expected, "a level that stays is not asked for");
}

#[tokio::test]
async fn somebody_new_comes_with_level_and_projects_in_one_operation() {
    let server = taking().await;
    let after = AccessAttributes {
        identity: Some(Identity::ObjectId(NOOR_OBJECT.parse().unwrap())),
        ..access(EffectiveLevel::Basic, &[(1, EffectiveRole::Administrator)])
    };
    let new = create(Kind::Access, "noor@fabrikam.com", Attributes::Access(after));
    let outcomes = send(&server, &[new]).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()));
    let sent = sent(&server);
    let projects = &sent[0][0]["value"]["projectEntitlements"];
    assert_eq!(projects[0]["group"]["groupType"], "projectAdministrator");
    assert_eq!(projects[0]["projectRef"]["id"], project(1).to_string());
}

#[tokio::test]
async fn nobody_is_torn_apart_by_the_size_of_a_request() {
    let server = taking().await;
    let many: Vec<_> = (0..12).map(|n| (n, EffectiveRole::Reader)).collect();
    let steps: Vec<Step> = (0..9)
        .map(|n| {
            let key = format!("22222222-1111-6111-8111-{n:012}");
            let before = access(EffectiveLevel::Stakeholder, &[]);
            update(&key, before, access(EffectiveLevel::Basic, &many))
        })
        .collect();
    let outcomes = send(&server, &steps).await;
    assert!(
        outcomes.iter().all(|outcome| id_of(outcome).is_some()),
        "{outcomes:?}"
    );
    let sizes: Vec<usize> = sent(&server).iter().map(Vec::len).collect();
    assert_eq!(
        sizes,
        [39, 39, 39],
        "three people of thirteen operations at a time"
    );
    for operations in sent(&server) {
        let people = operations
            .iter()
            .map(|one| one["path"].as_str().unwrap()[1..37].to_owned());
        let people: std::collections::BTreeSet<String> = people.collect();
        assert_eq!(people.len(), 3);
    }
}

#[tokio::test]
async fn who_is_named_no_more_leaves_the_projects_only() {
    let server = taking().await;
    let change = Change::Remove {
        id: lee(),
        before: Attributes::Access(access(
            EffectiveLevel::Basic,
            &[(1, EffectiveRole::Reader), (2, EffectiveRole::Custom)],
        )),
        from: RemoveFrom {
            organization: None,
            directory: false,
            projects: true,
        },
    };
    let outcomes = send(&server, &[step(Kind::Access, "lee@outlook.com", change)]).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()));
    let sent = sent(&server);
    assert!(sent[0].iter().all(|operation| operation["op"] == "remove"));
    assert_eq!(sent[0].len(), 2);
    assert_eq!(
        server
            .seen()
            .iter()
            .filter(|seen| seen.method == "DELETE")
            .count(),
        0
    );
}

#[tokio::test]
async fn what_the_answer_leaves_open_is_read_with_the_projects() {
    for (role, is_done) in [("projectReader", true), ("projectAdministrator", false)] {
        let server = start(move |seen| match seen.method.as_str() {
            "PATCH" => {
                let one = json!([{"userId": LEE_KEY, "isSuccess": true, "errors": []}]);
                Some(Reply::json(json!({ "results": one }).to_string()))
            }
            "GET" if seen.path() == canned::ENTITLEMENTS => {
                assert!(seen.target.contains("select=projects"));
                let lee = canned::entitlement(LEE_KEY, "lee@outlook.com", "msa");
                let projects = json!([{"group": {"groupType": role},
                    "projectRef": {"id": project(1)}}]);
                let lee = lee.strip_suffix('}').unwrap().to_owned();
                let lee = format!("{lee},\"projectEntitlements\":{projects}}}");
                Some(canned::entitlements(&[lee], "", 1))
            }
            _ => None,
        })
        .await;
        let before = access(EffectiveLevel::Stakeholder, &[]);
        let after = access(EffectiveLevel::Basic, &[(1, EffectiveRole::Reader)]);
        let outcomes = send(&server, &[update(LEE_KEY, before, after)]).await;
        assert_eq!(id_of(&outcomes[0]).is_some(), is_done, "{role}");
        assert_eq!(
            matches!(outcomes[0], Outcome::Unsure(_)),
            !is_done,
            "{role}"
        );
    }
}
