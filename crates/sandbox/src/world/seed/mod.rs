//! A snapshot is a seed: what was read of a live organization becomes a world of its own.
//!
//! What a snapshot does not hold is derived from what it does, so one snapshot is one world.

mod applications;
mod contents;
mod preflight;

use std::collections::BTreeMap;

use orgctl_model::access::EffectiveLevel;
use orgctl_model::directory_index::DirectoryIndex;
use orgctl_model::ids::{Descriptor, ObjectId, ProjectId, ProjectName, StorageKey, TenantId};
use orgctl_model::live::{self, Live, MemberStatus, Origin, UserType};
use orgctl_model::person::Email;
use orgctl_model::preflight::TenantKind;
use orgctl_model::project::Membership;

use super::document::{
    DeletedUser, Directory, DirectoryUser, Document, Entitlement, Invitation, Member, MemberKind,
    Organization, PersonalAccount, ProjectRole,
};
use super::organization::descriptor;
use super::settings::Settings;
use super::time::stamp::{Stamp, derived_guid, derived_puid};
use super::{World, WorldError};

/// Ends the name of the domain that every tenant is created with.
const INITIAL_DOMAIN: &str = ".onmicrosoft.com";

impl World {
    /// The world that a snapshot shows.
    ///
    /// # Errors
    /// [`WorldError`] when the snapshot contradicts itself.
    pub fn from_live(live: &Live) -> Result<Self, WorldError> {
        let Live {
            format_version,
            organization,
            caller,
            members,
            group_only,
            applications: _,
            projects: _,
            directory,
            policies: _,
            credentials: _,
            preflight,
        } = live;
        if *format_version != Live::FORMAT_VERSION {
            return Err(WorldError::UnknownVersion(*format_version));
        }
        let mut rows = BTreeMap::new();
        for (key, member) in members {
            rows.insert(*key, entitled_member(member, live));
        }
        let tenant = organization.connection.tenant();
        let backing = tenant.unwrap_or(directory.tenant);
        let index = (backing == directory.tenant).then(|| DirectoryIndex::new(directory));
        for (email, name) in group_only {
            let key = derived_guid(&["storage key", email.as_str()]);
            let row = group_member(email, name, backing);
            let member = with_group_side(row, email, index.as_ref());
            rows.insert(StorageKey::new(key), member);
        }
        rows.extend(applications::rows(live, backing));
        if !rows.contains_key(&caller.storage_key) {
            let row = preflight::caller_row(caller, tenant);
            rows.extend(row.map(|row| (caller.storage_key, row)));
        }
        let other_tenants = other_tenants(&rows, directory.tenant);
        let mut world = Self::new(Document {
            format_version: Self::FORMAT_VERSION,
            serial: 0,
            settings: Settings::default(),
            organization: Organization {
                id: organization.id,
                name: organization.name.clone(),
                tenant,
                unseen: None,
                caller: caller.storage_key,
                members: rows,
                contents: preflight::added(preflight, Some(backing), contents::shown(live)),
            },
            directory: Directory {
                kind: preflight.tenant_kind.unwrap_or(TenantKind::Workforce),
                policies: preflight::policies(preflight),
                ..seeded_directory(directory)
            },
            other_tenants,
        })?;
        if let Some(administrators) = preflight.administrators.known() {
            world.seed_administrators(administrators);
        }
        Ok(world)
    }
}

/// Of a tenant that is not the directory no more is known than who of it is in the organization.
fn other_tenants(
    rows: &BTreeMap<StorageKey, Member>,
    directory: TenantId,
) -> BTreeMap<TenantId, BTreeMap<ObjectId, DirectoryUser>> {
    let mut tenants: BTreeMap<TenantId, BTreeMap<ObjectId, DirectoryUser>> = BTreeMap::new();
    for row in rows.values().filter(|row| row.kind.is_person()) {
        let (Some(tenant), Some(id)) = (row.tenant, row.object_id) else {
            continue;
        };
        if tenant == directory {
            continue;
        }
        let user = DirectoryUser {
            user_principal_name: row.principal_name.clone(),
            display_name: row.display_name.clone(),
            mail: row.mail.clone(),
            other_mails: Vec::new(),
            user_type: UserType::Member,
            enabled: true,
            invitation: None,
            synced: false,
            created: Stamp::BEGIN,
            details: BTreeMap::new(),
        };
        tenants.entry(tenant).or_default().insert(id, user);
    }
    tenants
}

fn entitled_member(member: &live::Member, live: &Live) -> Member {
    let live::Member {
        principal_name,
        display_name,
        mail,
        origin,
        tenant,
        object_id,
        descriptor,
        access,
        status,
        disconnected,
        access_by_group,
        projects,
    } = member;
    let users = &live.directory.users;
    let user = object_id.and_then(|id| users.get(&id));
    let role = |(id, membership): (&ProjectId, &Membership)| {
        let name = live.projects.get(id).map(ProjectName::as_str);
        (id.guid(), ProjectRole::seeded(name, *membership))
    };
    let never_came = *status == MemberStatus::Pending;
    let mut row = person(principal_name, display_name);
    row.mail = mail.as_ref().map(ToString::to_string);
    row.origin = *origin;
    row.tenant = *tenant;
    row.object_id = *object_id;
    // A mailbox that Microsoft gives to everybody has a personal account behind it.
    let personal = *origin == Origin::Personal || principal_name.is_consumer();
    if personal && !never_came {
        row.personal = Some(personal_account(principal_name));
    }
    row.entitlement = Some(Entitlement {
        level: *access,
        status: *status,
        created: Stamp::BEGIN,
        last_access: (!never_came).then_some(Stamp::BEGIN),
        projects: projects.iter().map(role).collect(),
        by_rule: *access_by_group,
        own: None,
    });
    row.disconnected = *disconnected;
    with_directory_side(row, descriptor.as_ref(), user)
}

fn group_member(email: &Email, name: &str, tenant: TenantId) -> Member {
    let mut row = person(email, name);
    row.mail = Some(email.to_string());
    row.origin = Origin::Directory;
    row.tenant = Some(tenant);
    row
}

fn with_group_side(mut row: Member, email: &Email, index: Option<&DirectoryIndex<'_>>) -> Member {
    let found = index.and_then(|index| index.account(email));
    let derived = || ObjectId::new(derived_guid(&["directory user", email.as_str()]));
    row.object_id = Some(found.map_or_else(derived, |found| found.id));
    with_directory_side(row, None, found.map(|found| found.user))
}

/// The row of somebody of whom nothing but the sign-in name is known.
pub(super) fn unnamed(principal_name: &Email) -> Member {
    person(principal_name, principal_name.as_str())
}

fn person(principal_name: &Email, display_name: &str) -> Member {
    Member {
        principal_name: principal_name.to_string(),
        display_name: display_name.to_owned(),
        mail: None,
        kind: MemberKind::Person,
        origin: Origin::Personal,
        tenant: None,
        object_id: None,
        personal: None,
        user_type: None,
        directory_alias: None,
        descriptor: Descriptor::new(""),
        entitlement: None,
        enabled: true,
        removed: false,
        disconnected: false,
    }
}

/// Fills in what follows from the directory's side of a member, and its descriptor.
fn with_directory_side(
    mut row: Member,
    descriptor: Option<&Descriptor>,
    user: Option<&live::DirectoryUser>,
) -> Member {
    if let Some(user) = user {
        let unbound_guest = user.invitation == Some(live::InvitationStatus::Pending);
        row.user_type = (!unbound_guest).then_some(user.user_type);
        row.directory_alias = Some(user.user_principal_name.local_part().to_owned());
    }
    row.descriptor = descriptor.map_or_else(|| descriptor::of_member(&row), Clone::clone);
    row
}

pub(super) fn personal_account(principal_name: &Email) -> PersonalAccount {
    PersonalAccount {
        principal_name: principal_name.to_string(),
        puid: derived_puid(principal_name.as_str()),
    }
}

fn seeded_directory(directory: &live::Directory) -> Directory {
    let live::Directory {
        tenant,
        display_name,
        verified_domains,
        users,
        deleted,
        caller: _,
    } = directory;
    let given = verified_domains
        .iter()
        .find(|d| d.ends_with(INITIAL_DOMAIN));
    let made_up = || {
        let first = verified_domains.first().map_or("tenant", String::as_str);
        let label = first.split('.').next().unwrap_or(first);
        format!("{label}{INITIAL_DOMAIN}")
    };
    Directory {
        tenant: *tenant,
        display_name: display_name.clone(),
        initial_domain: given.cloned().unwrap_or_else(made_up),
        domains: verified_domains.iter().map(|d| (d.clone(), true)).collect(),
        users: users
            .iter()
            .map(|(id, user)| (*id, seeded_user(user)))
            .collect(),
        deleted: deleted
            .known()
            .into_iter()
            .flatten()
            .map(|(id, deleted)| {
                let user = seeded_user(&deleted.user);
                let deleted = Stamp::BEGIN;
                (*id, DeletedUser { deleted, user })
            })
            .collect(),
        ..Directory::empty(*tenant)
    }
}

fn seeded_user(user: &live::DirectoryUser) -> DirectoryUser {
    let live::DirectoryUser {
        user_principal_name,
        display_name,
        mail,
        other_mails,
        user_type,
        enabled,
        invitation,
        synced,
        created,
    } = user;
    DirectoryUser {
        user_principal_name: spelled(user_principal_name),
        display_name: display_name.clone(),
        mail: mail.as_ref().map(ToString::to_string),
        other_mails: other_mails.iter().map(ToString::to_string).collect(),
        user_type: *user_type,
        enabled: *enabled,
        invitation: invitation.map(|status| Invitation {
            status,
            changed: Stamp::BEGIN,
        }),
        synced: *synced,
        created: created
            .as_deref()
            .and_then(Stamp::parsed)
            .unwrap_or(Stamp::BEGIN),
        details: BTreeMap::new(),
    }
}

/// A snapshot folds the case of names; the mark of who came from outside is the one place where it
/// is known.
fn spelled(upn: &Email) -> String {
    upn.as_str().replace("#ext#", "#EXT#")
}

/// Somebody new in the organization, added by name.
pub(super) fn added_member(principal_name: &str, level: EffectiveLevel, created: Stamp) -> Member {
    let mut row = person(&Email::from_service(principal_name), principal_name);
    principal_name.clone_into(&mut row.principal_name);
    row.mail = Some(principal_name.to_owned());
    row.entitlement = Some(Entitlement {
        level,
        status: MemberStatus::Pending,
        created,
        last_access: None,
        projects: BTreeMap::new(),
        by_rule: false,
        own: None,
    });
    row
}
