//! Everything that a plan is made from, read at one time: lists side by side, never a request a
//! person.

use std::collections::BTreeSet;

use crate::azure::devops::read::Asked;
use crate::azure::devops::{people, read as devops};
use crate::azure::graph::deleted::deleted_users;
use crate::azure::graph::{read as graph, tenant as tenants};
use crate::azure::port::ApiError;
use crate::azure::preflight;
use crate::azure::transport::client::Client;
use crate::azure::transport::optional::optional;
use crate::model::desired::Scope;
use crate::model::ids::{ObjectId, OrganizationName, TenantId};
use crate::model::live::{Connection, Directory, Live, Organization};
use crate::model::person::Email;
use crate::model::preflight::Preflight;

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
    let (asked, users, mut members, disconnected, described, count, found) = tokio::try_join!(
        devops::connection_data(client, organization),
        devops::users(client, organization),
        devops::members(client, organization),
        disconnected,
        tenants::describe(client, tenant),
        graph::user_count(client),
        preflight::read(client, organization, tenant, connection),
    )?;
    let Asked {
        organization: id,
        caller,
        descriptor,
    } = asked;
    people::mark_disconnected(&mut members, connection, disconnected.as_ref());
    let mut addresses: BTreeSet<&Email> = scope.addresses.clone();
    addresses.extend(members.values().map(|member| &member.principal_name));
    if !caller.principal_name.as_str().is_empty() {
        addresses.insert(&caller.principal_name);
    }
    let (mut directory_users, deleted_users) =
        tokio::try_join!(graph::users(client, count, &addresses), async {
            optional(deleted_users(client, &addresses).await)
        })?;
    let is_unseen = |id: &&ObjectId| !directory_users.contains_key(*id);
    let unseen: Vec<ObjectId> = scope.identities.iter().filter(is_unseen).copied().collect();
    directory_users.extend(graph::users_by_id(client, &unseen).await?);
    let group_only = people::group_only(&users, &members);
    let preflight = Preflight {
        tenant_kind: described.kind,
        deleted_users,
        ..found.into_preflight(&members, (caller.storage_key, &descriptor))
    };
    Ok(Live {
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id,
            name: organization.clone(),
            connection,
        },
        caller,
        members,
        group_only,
        directory: Directory {
            tenant,
            display_name: described.display_name,
            verified_domains: described.verified_domains,
            users: directory_users,
        },
        preflight,
    })
}
