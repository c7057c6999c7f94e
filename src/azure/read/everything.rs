//! Everything that a plan is made from, read at one time: lists side by side, never a request a
//! person.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::port::ApiError;
use crate::azure::devops::read::{Asked, With};
use crate::azure::devops::{people, read as devops, tokens};
use crate::azure::graph::{deleted, read as graph, tenant as tenants};
use crate::azure::read::on_request;
use crate::azure::read::preflight;
use crate::azure::transport::client::Client;
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
) -> Result<Live, ApiError> {
    let (connection, tenant) = backing;
    let disconnected = async {
        match connection {
            Connection::Tenant(_) => devops::disconnected(client, organization).await,
            Connection::Personal | Connection::Unknown => Ok(None),
        }
    };
    let with = if scope.projects {
        With::Projects
    } else {
        With::Nothing
    };
    let read = tokio::try_join!(
        devops::connection_data(client, organization),
        devops::users(client, organization),
        devops::members(client, organization, with),
        disconnected,
        tenants::describe(client, tenant),
        graph::user_count(client),
        on_request::read(client, organization, scope),
        preflight::read(client, organization, tenant, connection),
    )?;
    let (who, users, mut members, disconnected, described, count, answers, found) = read;
    // Once the organization is connected nothing asks for them any more.
    let is_connected = connection == Connection::Tenant(tenant);
    let credentials = if scope.revocations || (scope.credentials && !is_connected) {
        Some(credentials(client, organization, &members).await?)
    } else {
        None
    };
    people::mark_disconnected(&mut members, connection, disconnected.as_ref());
    let group_only = people::group_only(&users, &members, connection);
    // As many as there are members, and there is the directory still to be read.
    drop(users);
    let Asked {
        organization: id,
        caller,
        descriptor,
    } = who;
    let (directory_users, deleted) =
        directory_users(client, count, scope, (&members, &caller)).await?;
    Ok(Live {
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id,
            name: organization.clone(),
            connection,
        },
        preflight: Preflight {
            tenant_kind: described.kind,
            ..found.into_preflight(&members, (caller.storage_key, &descriptor))
        },
        caller,
        group_only,
        members,
        projects: answers.projects,
        directory: Directory {
            tenant,
            display_name: described.display_name,
            verified_domains: described.verified_domains,
            users: directory_users,
            deleted,
            caller: answers.caller,
        },
        policies: answers.policies,
        credentials,
    })
}

type Users = BTreeMap<ObjectId, DirectoryUser>;
type Deleted = Readable<BTreeMap<ObjectId, DeletedUser>>;

/// The users of the tenant whose address concerns the organization, and those deleted ones who can be
/// restored for it.
async fn directory_users(
    client: &Client,
    count: u64,
    scope: &Scope<'_>,
    (members, caller): (&BTreeMap<StorageKey, Member>, &Caller),
) -> Result<(Users, Deleted), ApiError> {
    let mut addresses: BTreeSet<&Email> = scope.addresses.clone();
    addresses.extend(members.values().map(|member| &member.principal_name));
    if !caller.principal_name.as_str().is_empty() {
        addresses.insert(&caller.principal_name);
    }
    let mut users = graph::users(client, count, &addresses).await?;
    let is_unseen = |id: &&ObjectId| !users.contains_key(*id);
    let unseen: Vec<ObjectId> = scope.identities.iter().filter(is_unseen).copied().collect();
    users.extend(graph::users_by_id(client, &unseen).await?);
    let deleted = deleted::users(client, &scope.newcomers, &users).await?;
    Ok((users, deleted))
}

/// Everybody's tokens and keys.
async fn credentials(
    client: &Client,
    organization: &OrganizationName,
    members: &BTreeMap<StorageKey, Member>,
) -> Result<Credentials, ApiError> {
    let described = members.iter();
    let described = described
        .filter_map(|(key, member)| Some((*key, member.descriptor.clone()?)))
        .collect();
    tokens::credentials(client, organization, &described).await
}
