//! Everything that a plan is made from, read at one time: lists side by side, never a request a
//! person.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::port::CallError;
use crate::azure::devops::applications::{self, Applications};
use crate::azure::devops::people::{Disconnected, ListedUser};
use crate::azure::devops::read::{Asked, Entitled, With};
use crate::azure::devops::{people, read as devops, tokens};
use crate::azure::graph::tenant::Tenant;
use crate::azure::graph::{deleted, read as graph, tenant as tenants};
use crate::azure::read::on_request::{self, Answers};
use crate::azure::read::preflight::{self, Found};
use crate::azure::transport::client::Client;
use crate::azure::transport::optional::optional;
use crate::model::credential::Credentials;
use crate::model::desired::Scope;
use crate::model::ids::{ObjectId, OrganizationName, StorageKey, TenantId};
use crate::model::live::{
    Caller, Connection, DeletedUser, Directory, DirectoryUser, Live, Member, Organization,
};
use crate::model::person::Email;
use crate::model::preflight::{Preflight, Readable};

/// Reads the organization, and the part of the tenant that concerns it. `backing` is what backs
/// the organization now, and the tenant that is to.
pub(crate) async fn read(
    client: &Client,
    organization: &OrganizationName,
    backing: (Connection, TenantId),
    scope: &Scope<'_>,
) -> Result<Live, CallError> {
    let (connection, tenant) = backing;
    let Lists {
        who,
        users,
        entitled,
        applications,
        disconnected,
        tenant: described,
        user_count,
        on_request,
        preflight,
    } = Box::pin(lists(client, organization, backing, scope)).await?;
    let Entitled {
        mut members,
        applications: with_a_level,
    } = entitled;
    // Tokens and keys are read person by person, so it has to be known who there is.
    let credentials = credentials(client, organization, backing, scope, &members).await?;
    people::mark_disconnected(&mut members, connection, disconnected.as_ref());
    let group_only = people::group_only(&users, &members, connection);
    // There are as many as members, and there is the directory still to be read.
    drop(users);
    let Asked {
        organization: id,
        caller,
        descriptor,
    } = who;
    // Which users of the directory matter depends on who is in the organization.
    let concerned = (&members, &caller);
    let whose = (tenant, user_count);
    let (directory_users, deleted) = directory_users(client, whose, scope, concerned).await?;
    Ok(Live {
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id,
            name: organization.clone(),
            connection,
        },
        preflight: Preflight {
            tenant_kind: described.kind,
            ..preflight.into_preflight(&members, (caller.storage_key, &descriptor))
        },
        caller,
        group_only,
        applications: applications::with_levels(applications, with_a_level),
        members,
        projects: on_request.projects,
        directory: Directory {
            tenant,
            display_name: described.display_name,
            verified_domains: described.verified_domains,
            users: directory_users,
            deleted,
            caller: on_request.caller,
        },
        policies: on_request.policies,
        credentials,
    })
}

/// What does not depend on anything else that is read.
struct Lists {
    who: Asked,
    users: Vec<ListedUser>,
    entitled: Entitled,
    applications: Readable<Applications>,
    disconnected: Option<Disconnected>,
    tenant: Tenant,
    user_count: u64,
    on_request: Answers,
    preflight: Found,
}

/// Reads the lists, all of them at once.
async fn lists(
    client: &Client,
    organization: &OrganizationName,
    (connection, tenant): (Connection, TenantId),
    scope: &Scope<'_>,
) -> Result<Lists, CallError> {
    let with = if scope.projects {
        With::Projects
    } else {
        With::Nothing
    };
    let (
        who,
        users,
        entitled,
        applications,
        disconnected,
        tenant,
        user_count,
        on_request,
        preflight,
    ) = tokio::try_join!(
        devops::connection_data(client, organization),
        devops::users(client, organization),
        devops::members(client, organization, with),
        applications(client, organization, connection),
        disconnected(client, organization, connection),
        tenants::describe(client, tenant),
        graph::user_count(client),
        on_request::read(client, organization, scope),
        preflight::read(client, organization, tenant, connection),
    )?;
    Ok(Lists {
        who,
        users,
        entitled,
        applications,
        disconnected,
        tenant,
        user_count,
        on_request,
        preflight,
    })
}

/// Applications among the users, which only an organization that is in a tenant has.
async fn applications(
    client: &Client,
    organization: &OrganizationName,
    connection: Connection,
) -> Result<Readable<Applications>, CallError> {
    match connection {
        Connection::Tenant(_) => optional(devops::applications(client, organization).await),
        Connection::Personal | Connection::Unknown => Ok(Readable::NotAsked),
    }
}

/// Users that lost their sign-in, which only an organization that is in a tenant has.
async fn disconnected(
    client: &Client,
    organization: &OrganizationName,
    connection: Connection,
) -> Result<Option<Disconnected>, CallError> {
    match connection {
        Connection::Tenant(_) => devops::disconnected(client, organization).await,
        Connection::Personal | Connection::Unknown => Ok(None),
    }
}

type Users = BTreeMap<ObjectId, DirectoryUser>;
type Deleted = Readable<BTreeMap<ObjectId, DeletedUser>>;

/// The users of the tenant whose address concerns the organization, and those deleted ones who can be
/// restored for it.
async fn directory_users(
    client: &Client,
    (tenant, count): (TenantId, u64),
    scope: &Scope<'_>,
    (members, caller): (&BTreeMap<StorageKey, Member>, &Caller),
) -> Result<(Users, Deleted), CallError> {
    let mut addresses: BTreeSet<&Email> = scope.addresses.clone();
    addresses.extend(members.values().map(|member| &member.principal_name));
    if !caller.principal_name.as_str().is_empty() {
        addresses.insert(&caller.principal_name);
    }
    let mut users = graph::users(client, count, &addresses).await?;
    // Somebody whom a line names may have another name in the directory by now.
    let named = members
        .values()
        .filter(|member| scope.addresses.contains(&member.principal_name));
    let in_tenant = named.filter(|member| member.tenant == Some(tenant));
    let mut identities: BTreeSet<ObjectId> =
        in_tenant.filter_map(|member| member.object_id).collect();
    identities.extend(&scope.identities);
    identities.retain(|id| !users.contains_key(id));
    let unseen: Vec<ObjectId> = identities.iter().copied().collect();
    users.extend(graph::users_by_id(client, &unseen).await?);
    identities.retain(|id| !users.contains_key(id));
    let gone = identities;
    let deleted = deleted::users(client, &scope.newcomers, &gone, &users).await?;
    Ok((users, deleted))
}

/// Everybody's tokens and keys, where they matter: once the organization is connected, only a
/// revocation asks for them.
async fn credentials(
    client: &Client,
    organization: &OrganizationName,
    (connection, tenant): (Connection, TenantId),
    scope: &Scope<'_>,
    members: &BTreeMap<StorageKey, Member>,
) -> Result<Option<Credentials>, CallError> {
    let is_connected = connection == Connection::Tenant(tenant);
    if !scope.revocations && (!scope.credentials || is_connected) {
        return Ok(None);
    }
    let described = members.iter();
    let described = described
        .filter_map(|(key, member)| Some((*key, member.descriptor.clone()?)))
        .collect();
    let read = tokens::credentials(client, organization, &described).await?;
    Ok(Some(read))
}
