//! Applications that a snapshot shows among the users of an organization.

use std::collections::BTreeMap;

use orgctl_model::application::Application;
use orgctl_model::ids::{ObjectId, StorageKey, TenantId};
use orgctl_model::live::{Caller, CallerKind, Live, MemberStatus, Origin};
use orgctl_model::person::Email;

use super::person;
use crate::world::document::{Entitlement, Member, MemberKind};
use crate::world::organization::descriptor;
use crate::world::time::stamp::{Stamp, derived_guid};

/// The rows of a snapshot's applications; `tenant` is the one that backs the organization.
pub(in crate::world) fn rows(live: &Live, tenant: TenantId) -> BTreeMap<StorageKey, Member> {
    let all = live.applications.known().into_iter().flatten();
    let one = |(id, application): (&ObjectId, &Application)| {
        row(*id, application, (&live.caller, tenant))
    };
    all.map(one).collect()
}

fn row(
    id: ObjectId,
    application: &Application,
    (caller, tenant): (&Caller, TenantId),
) -> (StorageKey, Member) {
    let Application {
        display_name,
        application_id,
        managed_identity,
        tenant: own,
        descriptor,
        storage_key,
        access,
    } = application;
    let name = application_id.map_or_else(|| id.to_string(), |id| id.to_string());
    let name = Email::from_service(&name);
    let is_caller = caller.kind == CallerKind::Application && caller.principal_name == name;
    let known = storage_key.or_else(|| is_caller.then_some(caller.storage_key));
    let derived = || StorageKey::new(derived_guid(&["application", &id.to_string()]));
    let mut row = Member {
        kind: if *managed_identity {
            MemberKind::ManagedIdentity
        } else {
            MemberKind::ServicePrincipal
        },
        origin: Origin::Directory,
        tenant: Some(own.unwrap_or(tenant)),
        object_id: Some(id),
        directory_alias: Some(id.to_string()),
        entitlement: access.map(|level| Entitlement {
            level,
            status: MemberStatus::Active,
            created: Stamp::BEGIN,
            last_access: Some(Stamp::BEGIN),
            projects: BTreeMap::new(),
            by_rule: false,
            own: None,
        }),
        ..person(&name, display_name)
    };
    row.descriptor = match descriptor {
        Some(descriptor) => descriptor.clone(),
        None => descriptor::of_member(&row),
    };
    (known.unwrap_or_else(derived), row)
}
