//! Reads: what the lists become, page by page, and what is refused.

use orgctl::azure::port::ApiErrorKind;
use orgctl::model::access::EffectiveLevel;
use orgctl::model::live::{Connection, Origin};

use super::stub::{Reply, Stub};
use super::world::{self, email};

#[tokio::test]
async fn everything_is_read_and_joined() {
    let stub = Stub::start(world::answer).await;
    let live = world::read(&world::services(&stub), &[]).await.unwrap();
    let tenant = world::TENANT.parse().unwrap();
    assert_eq!(live.organization.connection, Connection::Tenant(tenant));
    assert_eq!(live.caller.principal_name, email("ana@contoso.com"));
    let ana = &live.members[&world::ANA_KEY.parse().unwrap()];
    assert_eq!(ana.object_id, Some(world::ANA_OBJECT.parse().unwrap()));
    assert_eq!(ana.access, EffectiveLevel::Basic);
    assert!(!ana.disconnected);
    let lee = &live.members[&world::LEE_KEY.parse().unwrap()];
    assert_eq!((lee.origin, lee.disconnected), (Origin::Personal, true));
    assert_eq!(
        live.group_only.keys().collect::<Vec<_>>(),
        [&email("bo@contoso.com")]
    );
    assert!(live.directory.verified_domains.contains("contoso.com"));
    let users: Vec<String> = live
        .directory
        .users
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(users, [world::ANA_OBJECT], "Zoe concerns nobody");
}
