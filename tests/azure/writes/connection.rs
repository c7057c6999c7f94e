//! Connecting the organization, and mapping its members.

use std::time::Duration;

use orgctl::apply::port::{Bindings, Outcome, StepError};
use orgctl::azure::settings::Settings;
use orgctl::model::address::Kind;
use orgctl::model::attributes::{Attributes, Identity, MappingAttributes};
use orgctl::model::desired::ConnectWith;
use orgctl::model::ids::{Descriptor, RemoteId};
use orgctl::plan::value::Step;
use serde_json::json;

use super::{
    CONNECT, DESCRIPTOR, LEE_AFTER, LEE_DESCRIPTOR, LEE_USER, body_of, connection, create, id_of,
    lee, mapping, send, send_with, start,
};
use crate::azure::canned::{self, ANA_OBJECT, LEE_KEY, NOOR_OBJECT};
use crate::azure::server::{Reply, Seen, Server};

#[tokio::test]
async fn connecting_by_api_is_one_request_and_by_portal_none() {
    let server = start(|seen| {
        seen.is("PATCH", CONNECT)
            .then(|| Reply::new(200).content("application/json", "whatever"))
    })
    .await;
    let outcomes = send(&server, &[connection(ConnectWith::Api)]).await;
    let tenant = RemoteId::TenantId(canned::TENANT.parse().unwrap());
    assert_eq!(id_of(&outcomes[0]), Some(tenant));
    let operations = json!([{"from": "", "op": 2, "path": "/TenantId", "value": canned::TENANT}]);
    assert_eq!(body_of(&server, "PATCH", CONNECT), operations);
    let outcomes = send(&server, &[connection(ConnectWith::Portal)]).await;
    let Outcome::Failed(StepError::NoRequest { why, .. }) = &outcomes[0] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(*why, "a person connects in the organization settings");
    assert_eq!(server.count("PATCH", CONNECT), 1);
}

#[tokio::test]
async fn a_refusal_to_connect_is_passed_through() {
    let words = "User: ana@fabrikam.com is not allowed to link organization: contoso to AAD tenant";
    let server = start(move |seen| {
        seen.is("PATCH", CONNECT).then(|| {
            Reply::json(json!({"message": words, "typeKey": "LinkException"}).to_string())
                .status(400)
        })
    })
    .await;
    let outcomes = send(&server, &[connection(ConnectWith::Api)]).await;
    let Outcome::Failed(StepError::Call(error)) = &outcomes[0] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(error.message(), words);
}

#[tokio::test]
async fn a_connection_whose_answer_is_lost_is_settled_by_the_headers() {
    let server = start(|seen| seen.is("PATCH", CONNECT).then(Reply::lost)).await;
    let outcomes = send(&server, &[connection(ConnectWith::Api)]).await;
    assert!(id_of(&outcomes[0]).is_some(), "{outcomes:?}");
    let other = start(|seen| match seen.path() {
        CONNECT => Some(Reply::lost()),
        canned::PROBE => Some(Reply::new(401)),
        _ => None,
    })
    .await;
    let outcomes = send(&other, &[connection(ConnectWith::Api)]).await;
    assert!(matches!(outcomes[0], Outcome::Unsure(_)), "{outcomes:?}");
    assert_eq!(other.count("PATCH", CONNECT), 1);
}

fn lee_is_known() -> Bindings {
    let mut ids = Bindings::default();
    let descriptor = Descriptor::new(DESCRIPTOR);
    ids.descriptors.insert(LEE_KEY.parse().unwrap(), descriptor);
    ids
}

#[tokio::test]
async fn a_mapping_patches_the_user_by_descriptor() {
    let server = start(|seen| match seen.path() {
        LEE_USER if seen.method == "PATCH" => Some(Reply::json("{}")),
        LEE_DESCRIPTOR => Some(Reply::json(r#"{"value":"msa.lee"}"#)),
        _ => None,
    })
    .await;
    let outcomes = send_with(canned::settings(&server), &[mapping()], &lee_is_known()).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()));
    assert_eq!(
        body_of(&server, "PATCH", LEE_USER),
        json!({"originId": ANA_OBJECT})
    );
    assert_eq!(server.count("GET", LEE_DESCRIPTOR), 0);
    let outcomes = send(&server, &[mapping()]).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()));
    assert_eq!(
        server.count("GET", LEE_DESCRIPTOR),
        1,
        "asked for where it is not known"
    );
}

#[tokio::test]
async fn a_mapping_by_a_descriptor_of_before_is_sent_by_the_one_of_now() {
    let server = start(|seen| match seen.path() {
        LEE_DESCRIPTOR => Some(Reply::json(r#"{"value":"aad.lee"}"#)),
        LEE_AFTER if seen.method == "PATCH" => Some(Reply::json("{}")),
        LEE_AFTER => Some(Reply::json(r#"{"origin":"msa","descriptor":"aad.lee"}"#)),
        _ => None,
    })
    .await;
    let outcomes = send_with(canned::settings(&server), &[mapping()], &lee_is_known()).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()));
    assert_eq!(server.count("PATCH", LEE_USER), 1);
}

/// A mapping that is answered like this, while the member is that identity or another.
async fn map_in_doubt(reply: Reply, identity: &'static str) -> (Server, Outcome) {
    let server = start(move |seen| match seen.path() {
        LEE_USER => Some(reply.clone()),
        LEE_DESCRIPTOR => Some(Reply::json(r#"{"value":"aad.lee"}"#)),
        LEE_AFTER => Some(Reply::json(format!(
            r#"{{"origin":"aad","originId":"{identity}","descriptor":"aad.lee"}}"#
        ))),
        _ => None,
    })
    .await;
    let mut outcomes = send_with(canned::settings(&server), &[mapping()], &lee_is_known()).await;
    (server, outcomes.remove(0))
}

#[tokio::test]
async fn a_mapping_that_is_so_already_is_no_error() {
    let refusal = || Reply::json(r#"{"message":"VS403283: already active"}"#).status(400);
    let (_server, outcome) = map_in_doubt(refusal(), ANA_OBJECT).await;
    assert_eq!(outcome, Outcome::AlreadySo { remote_id: lee() });
    let (_server, outcome) = map_in_doubt(refusal(), NOOR_OBJECT).await;
    let Outcome::Failed(StepError::Call(error)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.message(), "VS403283: already active");
}

#[tokio::test]
async fn a_mapping_whose_answer_is_lost_is_looked_up_before_it_is_repeated() {
    let (server, outcome) = map_in_doubt(Reply::lost(), ANA_OBJECT).await;
    assert_eq!(id_of(&outcome), Some(lee()));
    assert_eq!(server.count("PATCH", LEE_USER), 1);
    assert_eq!(server.count("PATCH", LEE_AFTER), 0);
    let (server, outcome) = map_in_doubt(Reply::lost(), NOOR_OBJECT).await;
    assert_eq!(id_of(&outcome), Some(lee()));
    assert_eq!(server.count("PATCH", LEE_USER), 1);
    assert_eq!(
        server.count("PATCH", LEE_AFTER),
        1,
        "by the descriptor of now"
    );
}

#[tokio::test]
async fn a_mapping_that_shows_late_is_not_sent_again() {
    // The answer is lost. The first look goes to a replica that knows nothing of the mapping, the
    // second finds the new name at one that knows and nobody under it at one that does not.
    let server = start(|seen| match (seen.path(), seen.nth) {
        (LEE_USER, _) if seen.method == "PATCH" => Some(Reply::lost()),
        (LEE_USER, _) => Some(Reply::json(r#"{"origin":"msa","descriptor":"msa.lee"}"#)),
        (LEE_DESCRIPTOR, 0) => Some(Reply::json(r#"{"value":"msa.lee"}"#)),
        (LEE_DESCRIPTOR, _) => Some(Reply::json(r#"{"value":"aad.lee"}"#)),
        (LEE_AFTER, 0) if seen.method == "GET" => Some(Reply::new(404)),
        (LEE_AFTER, _) => Some(Reply::json(format!(
            r#"{{"origin":"aad","originId":"{ANA_OBJECT}","descriptor":"aad.lee"}}"#
        ))),
        _ => None,
    })
    .await;
    let outcomes = send_with(canned::settings(&server), &[mapping()], &lee_is_known()).await;
    assert_eq!(id_of(&outcomes[0]), Some(lee()), "{outcomes:?}");
    assert_eq!(server.count("PATCH", LEE_USER), 1);
    assert_eq!(server.count("PATCH", LEE_AFTER), 0);
}

#[tokio::test]
async fn a_mapping_that_nothing_can_be_said_of_is_unsure() {
    let server = start(|seen| match seen.path() {
        LEE_USER => Some(Reply::lost()),
        LEE_DESCRIPTOR => Some(Reply::new(403)),
        _ => None,
    })
    .await;
    let outcomes = send_with(canned::settings(&server), &[mapping()], &lee_is_known()).await;
    assert!(matches!(outcomes[0], Outcome::Unsure(_)), "{outcomes:?}");
    assert_eq!(server.count("PATCH", LEE_USER), 1);
}

#[tokio::test]
async fn a_connection_that_is_not_made_for_certain_is_asked_for_again() {
    let server = start(|seen| match (seen.path(), seen.nth) {
        (CONNECT, 0) => Some(Reply::new(503)),
        (CONNECT, _) => Some(Reply::new(200)),
        (canned::PROBE, _) => {
            let zero = "00000000-0000-0000-0000-000000000000";
            Some(Reply::new(401).with("X-VSS-ResourceTenant", zero))
        }
        _ => None,
    })
    .await;
    let outcomes = send(&server, &[connection(ConnectWith::Api)]).await;
    assert!(id_of(&outcomes[0]).is_some(), "{outcomes:?}");
    assert_eq!(server.count("PATCH", CONNECT), 2);
}

#[tokio::test]
async fn a_mapping_whose_answer_is_lost_again_and_again_is_sent_ten_times() {
    for (losses, is_done) in [(9, true), (10, false)] {
        let server = start(move |seen| match (seen.method.as_str(), seen.path()) {
            ("PATCH", LEE_AFTER) if seen.nth < losses => Some(Reply::lost()),
            ("PATCH", LEE_AFTER) => Some(Reply::json("{}")),
            (_, LEE_DESCRIPTOR) => Some(Reply::json(r#"{"value":"aad.lee"}"#)),
            (_, LEE_AFTER) => Some(Reply::json(r#"{"origin":"msa","descriptor":"aad.lee"}"#)),
            _ => None,
        })
        .await;
        let outcomes = send(&server, &[mapping()]).await;
        assert_eq!(id_of(&outcomes[0]).is_some(), is_done, "{outcomes:?}");
        assert_eq!(server.count("PATCH", LEE_AFTER), 10);
    }
}

/// Who is who after every second of them was mapped; whoever is not there is null.
fn identities(seen: &Seen) -> Reply {
    let (_, ids) = seen.target.split_once("identityIds=").unwrap();
    let ids = ids.split('&').next().unwrap().split(',');
    let identity = |id: &str| {
        let number: usize = id[24..].parse().unwrap();
        let (sort, domain) = match number % 2 {
            0 => ("aad", canned::TENANT),
            _ => ("msa", "Windows Live ID"),
        };
        json!({ "id": id, "subjectDescriptor": format!("{sort}.{number}"),
            "properties": { "Domain": { "$value": domain },
                "http://schemas.microsoft.com/identity/claims/objectidentifier":
                    { "$value": ANA_OBJECT } } })
    };
    let value: Vec<_> = ids.map(identity).chain([json!(null)]).collect();
    Reply::json(json!({ "value": value }).to_string())
}

#[tokio::test]
async fn mappings_in_doubt_are_looked_at_together() {
    const IDENTITIES: &str = "vssps.dev.azure.com/contoso/_apis/identities";
    let key = |n: usize| format!("22222222-1111-6111-8111-{n:012}");
    // Every first answer is lost, and every second mapping was carried out: those have a new name.
    let server = start(move |seen| {
        let (_, name) = seen.path().split_once("/graph/users/").unwrap_or_default();
        match (seen.method.as_str(), seen.path()) {
            ("PATCH", _) if name.starts_with("msa.") && seen.nth == 0 => Some(Reply::lost()),
            ("PATCH", _) if name.starts_with("msa.") => Some(Reply::json("{}")),
            ("GET", IDENTITIES) => Some(identities(seen)),
            _ => None,
        }
    })
    .await;
    let mut ids = Bindings::default();
    let steps: Vec<Step> = (0..50)
        .map(|n| {
            let member = key(n).parse().unwrap();
            ids.descriptors
                .insert(member, Descriptor::new(format!("msa.{n}")));
            let after = Attributes::Mapping(MappingAttributes::new(
                member,
                canned::email("ana@contoso.com"),
                Identity::ObjectId(ANA_OBJECT.parse().unwrap()),
            ));
            create(Kind::Mapping, &format!("p{n}@outlook.com"), after)
        })
        .collect();
    // Long enough for all of them to come in, however busy the machine is.
    let settings = Settings {
        backoff_first: Duration::from_millis(400),
        ..canned::settings(&server)
    };
    let outcomes = send_with(settings, &steps, &ids).await;
    let done = outcomes.iter().filter(|outcome| id_of(outcome).is_some());
    assert_eq!(done.count(), 50, "{outcomes:?}");
    let seen = server.seen();
    let count = |method: &str| seen.iter().filter(|seen| seen.method == method).count();
    assert_eq!(
        count("PATCH"),
        75,
        "those that were carried out are not sent again"
    );
    let reads = seen
        .iter()
        .filter(|seen| seen.path().contains("/graph/"))
        .count()
        - 75;
    assert_eq!(reads, 0, "no request a person");
    assert!(
        server.count("GET", IDENTITIES) <= 8,
        "{}",
        server.count("GET", IDENTITIES)
    );
}

#[tokio::test]
async fn a_table_of_identities_that_is_spoilt_is_not_spoilt_further() {
    let words = "System.Data.SqlClient.SqlError: %error=\"400101\";%:\
                 prc_UpdateIdentityIdTranslations: new translations have a record that may corrupt";
    let server = start(move |seen| {
        seen.is("PATCH", CONNECT).then(|| {
            Reply::json(json!({"message": words, "typeKey": "SqlException"}).to_string())
                .status(500)
        })
    })
    .await;
    let outcomes = send(&server, &[connection(ConnectWith::Api)]).await;
    let Outcome::Failed(StepError::Call(error)) = &outcomes[0] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(error.message(), words);
    assert_eq!(server.count("PATCH", CONNECT), 1, "it is not sent again");
}
