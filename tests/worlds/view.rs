//! What the services show of the world: the live that a reader gets. Nothing of it says who is who.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::model::desired::Scope;
use orgctl::model::ids::{ObjectId, OrganizationId, OrganizationName, TenantId};
use orgctl::model::live::{
    Caller, CallerKind, Connection, DeletedUser, Directory, DirectoryUser, Live, Member,
    MemberStatus, Organization, Origin,
};
use orgctl::model::person::Email;
use orgctl::model::preflight::{Preflight, Readable};
use uuid::Uuid;

use crate::humans::{ADMINISTRATOR, WORK};
use crate::world::{Account, User, World};

/// The tenant.
pub(crate) const TENANT: TenantId =
    TenantId::new(Uuid::from_u128(0xaaaa_bbbb_0000_4ccc_8111_dddd_2222_eeee));

/// The name of the organization.
pub(crate) const ORGANIZATION: &str = "contoso";

/// Reads everything that a plan needs, as the services answer it.
pub(crate) fn live(world: &World, scope: &Scope<'_>) -> Live {
    let caller = caller(world);
    let mut addresses = scope.addresses.clone();
    addresses.extend(world.members().map(|(_, user)| &user.name));
    addresses.insert(&caller.principal_name);
    let is_wanted = |account: &Account| addresses.iter().any(|address| account.has(address));
    let named = world
        .members()
        .filter(|(_, user)| scope.addresses.contains(&user.name));
    let mut identities: BTreeSet<ObjectId> = named.filter_map(|(_, user)| user.account).collect();
    identities.extend(&scope.identities);
    let users: BTreeMap<ObjectId, DirectoryUser> = world
        .directory()
        .filter(|(id, account)| is_wanted(account) || identities.contains(id))
        .map(|(id, account)| (id, directory_user(account)))
        .collect();
    Live {
        applications: Readable::NotAsked,
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id: OrganizationId::new(Uuid::from_u128(3)),
            name: OrganizationName::new(ORGANIZATION),
            connection: connection(world),
        },
        members: world
            .members()
            .map(|(key, user)| (key, member(user)))
            .collect(),
        group_only: BTreeMap::new(),
        projects: BTreeMap::new(),
        directory: Directory {
            tenant: TENANT,
            display_name: "Contoso".to_owned(),
            verified_domains: BTreeSet::from([
                WORK.to_owned(),
                format!("{ORGANIZATION}.onmicrosoft.com"),
            ]),
            deleted: deleted(world, (&scope.newcomers, &identities), &users),
            users,
            caller: CallerKind::Person,
        },
        caller,
        preflight: Preflight::default(),
        policies: BTreeMap::new(),
        credentials: None,
    }
}

/// What backs the organization.
pub(crate) const fn connection(world: &World) -> Connection {
    if world.connected {
        Connection::Tenant(TENANT)
    } else {
        Connection::Personal
    }
}

fn caller(world: &World) -> Caller {
    let mut users = world.users.iter();
    let (key, user) = users.find(|(_, user)| user.human == ADMINISTRATOR).unwrap();
    Caller {
        storage_key: *key,
        principal_name: user.name.clone(),
        kind: CallerKind::Person,
    }
}

fn member(user: &User) -> Member {
    let in_directory = user.account.is_some();
    Member {
        principal_name: user.name.clone(),
        display_name: user.display_name.clone(),
        mail: user.mail.clone(),
        origin: if in_directory {
            Origin::Directory
        } else {
            Origin::Personal
        },
        tenant: in_directory.then_some(TENANT),
        object_id: user.account,
        descriptor: None,
        access: user.level,
        status: MemberStatus::Active,
        disconnected: user.disconnected,
        access_by_group: false,
        projects: BTreeMap::new(),
    }
}

fn directory_user(account: &Account) -> DirectoryUser {
    DirectoryUser {
        created: Some(date(account.created)),
        user_principal_name: account.upn.clone(),
        display_name: account.display_name.clone(),
        mail: account.mail.clone(),
        other_mails: account.others.clone(),
        user_type: account.kind,
        enabled: account.enabled,
        invitation: account.invitation,
        synced: false,
    }
}

/// The deleted users at an address where somebody is wanted and nobody is, and those who are asked for by
/// id.
fn deleted(
    world: &World,
    (newcomers, identities): (&BTreeSet<&Email>, &BTreeSet<ObjectId>),
    users: &BTreeMap<ObjectId, DirectoryUser>,
) -> Readable<BTreeMap<ObjectId, DeletedUser>> {
    let taken: BTreeSet<&Email> = users.values().flat_map(DirectoryUser::addresses).collect();
    let free: Vec<&&Email> = newcomers.difference(&taken).collect();
    let mut gone = identities.iter().filter(|id| !users.contains_key(*id));
    if free.is_empty() && gone.next().is_none() {
        return Readable::NotAsked;
    }
    let is_wanted = |account: &Account| free.iter().any(|address| account.has(address));
    let found = world.accounts.iter().filter_map(|(id, account)| {
        let is_asked_for = identities.contains(id) || is_wanted(account);
        let deleted = date(account.deleted.filter(|_| is_asked_for)?);
        let user = directory_user(account);
        Some((*id, DeletedUser { deleted, user }))
    });
    Readable::Known(found.collect())
}

/// A day, as the service writes it.
fn date(day: u32) -> String {
    format!("2026-01-{:02}T00:00:00Z", day + 1)
}
