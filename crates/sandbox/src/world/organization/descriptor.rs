//! What Azure DevOps calls a subject: a prefix, and the subject's own name in base64url.
//!
//! A directory user and a personal account have one descriptor in every organization, so it is a
//! function of the account. It is never a function of the storage key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use orgctl_model::ids::{Descriptor, ObjectId, TenantId};
use orgctl_model::live::Origin;

use crate::world::document::{Member, MemberKind};
use crate::world::index::folded;
use crate::world::time::stamp::derived_guid;

/// The domain that the service writes for personal accounts.
pub(crate) const PERSONAL_DOMAIN: &str = "Windows Live ID";

fn encoded(prefix: &str, payload: &str) -> Descriptor {
    Descriptor::new(format!("{prefix}.{}", URL_SAFE_NO_PAD.encode(payload)))
}

fn of_guid(prefix: &str, guid: Uuid) -> Descriptor {
    encoded(prefix, &guid.to_string())
}

/// The descriptor of a directory user.
pub(in crate::world) fn of_directory(tenant: TenantId, id: ObjectId) -> Descriptor {
    let parts = ["directory identity", &tenant.to_string(), &id.to_string()];
    of_guid("aad", derived_guid(&parts))
}

/// The descriptor of a personal account.
pub(in crate::world) fn of_personal(principal_name: &str) -> Descriptor {
    let name = folded(principal_name);
    of_guid("msa", derived_guid(&["personal account", name.as_str()]))
}

/// The descriptor of somebody who was invited and has never signed in.
pub(in crate::world) fn of_unbound(tenant: Option<TenantId>, principal_name: &str) -> Descriptor {
    let domain = tenant.map_or_else(|| PERSONAL_DOMAIN.to_owned(), |id| id.to_string());
    encoded("bnd", &format!("upn:{domain}\\{principal_name}"))
}

/// The security identifier that the service gives to what is its own: the domain of the group, in
/// four numbers, and which group of it.
fn sid(domain: Uuid, group: &str) -> String {
    let halves = domain.as_u64_pair();
    let numbers = [halves.0, halves.1].map(|half| format!("{}-{}", half >> 32, half & 0xFFFF_FFFF));
    format!("S-1-9-1551374245-{}-{group}", numbers.join("-"))
}

/// The descriptor of a group that every organization has.
pub(in crate::world) fn of_built_in(organization: Uuid, number: u32) -> Descriptor {
    encoded("vssgp", &sid(organization, &format!("0-0-0-0-{number}")))
}

/// The descriptor of a group that somebody made.
pub(in crate::world) fn of_group(guid: Uuid) -> Descriptor {
    encoded("vssgp", &sid(guid, "1-0-0-0-0"))
}

/// The descriptor of a group of the directory.
pub(in crate::world) fn of_directory_group(guid: Uuid) -> Descriptor {
    encoded("aadgp", &sid(guid, "2-0-0-0-0"))
}

/// The descriptor of a scope: a project, or the organization.
pub(crate) fn of_scope(id: Uuid) -> Descriptor {
    of_guid("scp", id)
}

/// The descriptor of a member whose own is not known.
pub(in crate::world) fn of_member(member: &Member) -> Descriptor {
    let name = folded(&member.principal_name);
    let guid = || derived_guid(&["identity", name.as_str()]);
    match (member.kind, member.origin, member.tenant, member.object_id) {
        (MemberKind::ManagedIdentity | MemberKind::ServicePrincipal, _, _, _) => {
            of_guid("aadsp", guid())
        }
        (MemberKind::Person, Origin::Directory, Some(tenant), Some(id)) => of_directory(tenant, id),
        (MemberKind::Person, Origin::Directory, tenant, _) => {
            of_unbound(tenant, &member.principal_name)
        }
        (MemberKind::Person, Origin::Personal, _, _) if member.personal.is_none() => {
            of_unbound(None, &member.principal_name)
        }
        (MemberKind::Person, Origin::Personal, _, _) => of_personal(&member.principal_name),
        (MemberKind::Person, Origin::Other, _, _) => of_guid("svc", guid()),
    }
}
