//! From users on the wire to the applications among the users of an organization. Pure.
//!
//! Two lists have them: the organization's graph has all, the list of access levels those with a level
//! of their own, beside people.

use std::collections::BTreeMap;

use crate::azure::transport::text::Text;
use crate::model::application::Application;
use crate::model::ids::{ApplicationId, Descriptor, ObjectId};
use crate::model::preflight::Readable;

use super::people::{effective, is_deleted, is_workload, object_id};
use super::wire::{Entitlement, User};

/// Applications by object id.
pub(crate) type Applications = BTreeMap<ObjectId, Application>;

/// Takes a row of the graph's list of applications; none for one that its tenant has deleted. One
/// that cannot be told from others is an error: what is left out would look as if it were not there.
pub(crate) fn listed(user: &User<'_>) -> Result<Option<(ObjectId, Application)>, String> {
    if user.is_deleted_in_origin {
        return Ok(None);
    }
    let name = user.display_name.as_str();
    let missing = || format!("the application {name:?} has no object id");
    application(user).map(Some).ok_or_else(missing)
}

/// Takes a row of the list of access levels; none for what is no application.
pub(crate) fn entitled(entitlement: &Entitlement<'_>) -> Option<(ObjectId, Application)> {
    let Entitlement {
        id,
        user,
        access_level,
        ..
    } = entitlement;
    if !is_workload(user) || is_deleted(access_level) {
        return None;
    }
    let (object, application) = application(user)?;
    let application = Application {
        storage_key: id.as_str().parse().ok(),
        access: Some(effective(access_level)),
        ..application
    };
    Some((object, application))
}

fn application(user: &User<'_>) -> Option<(ObjectId, Application)> {
    let id = object_id(user)?;
    // The sign-in name is the one id or the other.
    let named = |text: &Text<'_>| {
        let named: Option<ApplicationId> = text.as_str().parse().ok();
        named.filter(|named| !named.is_nil() && named.guid() != id.guid())
    };
    let application = Application {
        display_name: user.display_name.as_str().to_owned(),
        application_id: named(&user.application_id).or_else(|| named(&user.principal_name)),
        managed_identity: user.meta_type.is("managedIdentity"),
        tenant: user.domain.as_str().parse().ok(),
        descriptor: user.descriptor.get().map(Descriptor::new),
        storage_key: None,
        access: None,
    };
    Some((id, application))
}

/// What both lists have together. What the graph did not tell is not known by half.
pub(crate) fn with_levels(
    listed: Readable<Applications>,
    entitled: Applications,
) -> Readable<Applications> {
    listed.map(|mut all| {
        for (id, application) in entitled {
            let known = all.entry(id).or_insert_with(|| application.clone());
            known.storage_key = application.storage_key;
            known.access = application.access;
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::access::EffectiveLevel;

    const TENANT: &str = "aaaabbbb-0000-4ccc-9111-dddd2222eeee";
    const OBJECT: &str = "66666666-5555-4555-8555-000000000070";
    const CLIENT: &str = "77777777-5555-4555-8555-000000000070";
    const KEY: &str = "22222222-1111-6111-8111-000000000070";

    fn user(fields: &str) -> String {
        format!(
            r#"{{"subjectKind":"servicePrincipal","directoryAlias":"{OBJECT}","domain":"{TENANT}",
            "mailAddress":null,"origin":"aad","displayName":"robot","descriptor":"aadsp.x",
            "originId":"{OBJECT}"{fields}}}"#
        )
    }

    fn of_graph(fields: &str) -> Option<(ObjectId, Application)> {
        let user = user(fields);
        listed(&serde_json::from_str::<User<'_>>(&user).unwrap()).unwrap()
    }

    fn with_level(user: &str, level: &str) -> Option<(ObjectId, Application)> {
        let json = format!(r#"{{"id":"{KEY}","user":{user},"accessLevel":{level}}}"#);
        entitled(&serde_json::from_str::<Entitlement<'_>>(&json).unwrap())
    }

    #[test]
    fn an_application_goes_by_its_id_or_that_of_its_object() {
        let ids = [
            (format!(r#","applicationId":"{CLIENT}""#), Some(CLIENT)),
            (format!(r#","principalName":"{CLIENT}""#), Some(CLIENT)),
            (format!(r#","principalName":"{OBJECT}""#), None),
            (r#","principalName":"robot""#.to_owned(), None),
        ];
        for (fields, expected) in ids {
            let (id, application) = of_graph(&fields).unwrap();
            assert_eq!(id, OBJECT.parse().unwrap());
            let expected = expected.map(|id| id.parse().unwrap());
            assert_eq!(application.application_id, expected, "{fields}");
            assert_eq!(application.tenant, Some(TENANT.parse().unwrap()));
            assert!(!application.managed_identity);
        }
    }

    #[test]
    fn what_its_tenant_has_deleted_is_left_out_and_what_has_no_id_is_an_error() {
        assert_eq!(of_graph(r#","isDeletedInOrigin":true"#), None);
        let nameless = user("").replace(OBJECT, "");
        assert!(listed(&serde_json::from_str(&nameless).unwrap()).is_err());
    }

    #[test]
    fn among_people_an_application_is_told_by_its_descriptor() {
        let level = r#"{"licensingSource":"account","accountLicenseType":"express"}"#;
        let as_user = user(r#","metaType":"managedIdentity""#).replace("servicePrincipal", "user");
        let (_, application) = with_level(&as_user, level).unwrap();
        assert_eq!(application.access, Some(EffectiveLevel::Basic));
        assert_eq!(application.storage_key, Some(KEY.parse().unwrap()));
        assert!(application.managed_identity);
        let nothing_else = user("").replace(r#""subjectKind":"servicePrincipal","#, "");
        assert!(with_level(&nothing_else, level).is_some());
        let person = nothing_else.replace("aadsp.x", "aad.x");
        assert_eq!(with_level(&person, level), None);
        let service = nothing_else.replace("aadsp.x", "svc.x");
        assert_eq!(with_level(&service, level), None);
        assert_eq!(with_level(&as_user, r#"{"status":"deleted"}"#), None);
    }

    #[test]
    fn the_two_lists_are_one() {
        let levels = || Applications::from_iter(with_level(&user(""), "{}"));
        let all = with_levels(Readable::Known(Applications::new()), levels());
        assert_eq!(all, Readable::Known(levels()));
        let listed = Applications::from_iter(of_graph(r#","metaType":"managedIdentity""#));
        let Readable::Known(all) = with_levels(Readable::Known(listed), levels()) else {
            panic!("it was known");
        };
        let [one] = all.values().collect::<Vec<_>>()[..] else {
            panic!("{all:?}");
        };
        assert!(one.managed_identity && one.access.is_some() && one.storage_key.is_some());
        let why = "answered 403".to_owned();
        let unknown = Readable::Unknown { why };
        assert_eq!(with_levels(unknown.clone(), levels()), unknown);
        assert_eq!(
            with_levels(Readable::NotAsked, levels()),
            Readable::NotAsked
        );
    }
}
