//! What rules look at besides users: lists that are read side by side, each of them answered,
//! refused or not asked for. What is refused is no reason to make no plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::port::CallError;
use crate::azure::devops::{creation, groups, licences, owner};
use crate::azure::graph::policies;
use crate::azure::transport::client::Client;
use crate::azure::transport::optional::optional;
use crate::model::access::EffectiveLevel;
use crate::model::ids::{ObjectId, OrganizationName, StorageKey, TenantId};
use crate::model::live::{Connection, Member};
use crate::model::preflight::{Administrators, CreationPolicy, Preflight, Readable};

/// What was found: everything that does not need to know who the users are, and who administers
/// the organization by the names that it gives them today.
pub(crate) struct Found {
    preflight: Preflight,
    owner: Readable<owner::Owner>,
    administrators: Readable<groups::Administrators>,
}

/// Reads everything.
pub(crate) async fn read(
    client: &Client,
    organization: &OrganizationName,
    tenant: TenantId,
    connection: Connection,
) -> Result<Found, CallError> {
    let (owner, (directory_groups, administrators), licences, group_rules, creation, guests) = tokio::try_join!(
        async { optional(owner::owner(client, organization).await) },
        read_groups(client, organization),
        async { optional(licences::licences(client, organization).await) },
        group_rules(client, organization, connection),
        creation_policy(client, tenant, connection),
        async {
            tokio::try_join!(
                async { optional(policies::invitations(client).await) },
                async { optional(policies::guest_domains(client).await) },
            )
        },
    )?;
    let (invitations, guest_domains) = guests;
    let preflight = Preflight {
        licences,
        directory_groups,
        group_rules,
        creation,
        invitations,
        guest_domains,
        ..Preflight::default()
    };
    Ok(Found {
        preflight,
        owner,
        administrators,
    })
}

async fn read_groups(
    client: &Client,
    organization: &OrganizationName,
) -> Result<
    (
        Readable<BTreeMap<ObjectId, String>>,
        Readable<groups::Administrators>,
    ),
    CallError,
> {
    Ok(
        match optional(groups::groups(client, organization).await)? {
            Readable::Known(list) => {
                let found = groups::administrators(client, organization, &list).await;
                (Readable::Known(list.of_directory()), optional(found)?)
            }
            Readable::Unknown { why } => {
                let unknown = Readable::Unknown { why: why.clone() };
                (Readable::Unknown { why }, unknown)
            }
            Readable::NotAsked => (Readable::NotAsked, Readable::NotAsked),
        },
    )
}

/// Without a directory there is no group of one.
async fn group_rules(
    client: &Client,
    organization: &OrganizationName,
    connection: Connection,
) -> Result<Readable<BTreeMap<ObjectId, EffectiveLevel>>, CallError> {
    match connection {
        Connection::Tenant(_) => optional(licences::group_rules(client, organization).await.map(
            |rules| {
                rules
                    .into_iter()
                    .map(|(id, rule)| (id, rule.level))
                    .collect()
            },
        )),
        Connection::Personal | Connection::Unknown => Ok(Readable::NotAsked),
    }
}

/// An organization that is in the tenant needs nobody's leave to come.
async fn creation_policy(
    client: &Client,
    tenant: TenantId,
    connection: Connection,
) -> Result<Readable<CreationPolicy>, CallError> {
    if connection == Connection::Tenant(tenant) {
        return Ok(Readable::NotAsked);
    }
    let policy = optional(creation::policy(client, tenant).await)?;
    // Where no organization is in the tenant, nobody can be asked.
    Ok(policy.and_then(|policy| policy.map_or(Readable::NotAsked, Readable::Known)))
}

impl Found {
    /// The same once it is known who the users are. `caller` is who asks, and what the organization
    /// calls them: they need not be among the people.
    pub(crate) fn into_preflight(
        self,
        members: &BTreeMap<StorageKey, Member>,
        caller: (StorageKey, &str),
    ) -> Preflight {
        let Self {
            mut preflight,
            owner,
            administrators,
        } = self;
        let (own_key, own_name) = caller;
        let known = |found: groups::Administrators| {
            let groups::Administrators {
                users: names,
                directory_groups,
            } = found;
            let is_one = |name: &str| !name.is_empty() && names.contains(name);
            let mut users: BTreeSet<StorageKey> = members
                .iter()
                .filter(|(_, member)| {
                    member
                        .descriptor
                        .as_ref()
                        .is_some_and(|d| is_one(d.as_str()))
                })
                .map(|(key, _)| *key)
                .collect();
            users.extend(is_one(own_name).then_some(own_key));
            Administrators {
                users,
                directory_groups,
            }
        };
        preflight.owner = owner.and_then(|owner| match owner.among(members) {
            Some(key) => Readable::Known(key),
            None => Readable::Unknown {
                why: "the owner is none of the users".to_owned(),
            },
        });
        preflight.administrators = administrators.map(known);
        preflight
    }
}
