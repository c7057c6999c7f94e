//! The planner's inputs and its indexes over live, built once a plan.

use std::collections::BTreeSet;

use crate::model::address::{Address, Kind};
use crate::model::attributes::AccessAttributes;
use crate::model::desired::{Desired, DesiredConnection, Guards};
use crate::model::directory_index::{DirectoryIndex, Found, FoundBy};
use crate::model::ids::{ObjectId, StorageKey, TenantId};
use crate::model::live::{Connection, DirectoryUser, Live, Member, Origin};
use crate::model::person::Email;
use crate::state::value::{Entry, State};

/// A member of the organization and its key.
pub(super) type MemberRef<'a> = (StorageKey, &'a Member);

/// The planner's inputs with their indexes. It knows addresses and ids; which line is about whom, the
/// roster knows.
pub(super) struct Lookup<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
    pub(super) state: &'a State,
    pub(super) guards: &'a Guards,
    pub(super) directory: DirectoryIndex<'a>,
    by_name: Vec<(&'a Email, StorageKey)>,
    by_identity: Vec<(ObjectId, StorageKey)>,
    // Deleted users by each of their addresses, who was deleted last at the end.
    deleted_at: Vec<(&'a Email, &'a str, ObjectId)>,
    // Who is to be made in the directory, by the names that their lines give them.
    to_be_made: BTreeSet<&'a str>,
    connection: Option<&'a Entry>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(
        desired: &'a Desired,
        live: &'a Live,
        state: &'a State,
        guards: &'a Guards,
    ) -> Self {
        let mut by_name: Vec<_> = live
            .members
            .iter()
            .map(|(key, member)| (&member.principal_name, *key))
            .collect();
        by_name.sort_unstable();
        let mut by_identity: Vec<_> = live
            .members
            .iter()
            .filter(|(_, member)| is_in_tenant(member, live))
            .filter_map(|(key, member)| member.object_id.map(|id| (id, *key)))
            .collect();
        by_identity.sort_unstable();
        let directory = DirectoryIndex::new(&live.directory);
        Self {
            desired,
            live,
            state,
            guards,
            directory,
            by_name,
            by_identity,
            deleted_at: deleted_at(live),
            to_be_made: to_be_made(desired),
            connection: state
                .entries
                .get(&Address::connection(&desired.organization)),
        }
    }

    /// The organization's users, in the order of their sign-in names.
    pub(super) fn members(&self) -> impl Iterator<Item = MemberRef<'a>> {
        self.by_name.iter().filter_map(|(_, key)| self.member(*key))
    }

    pub(super) fn member(&self, key: StorageKey) -> Option<MemberRef<'a>> {
        self.live.members.get(&key).map(|member| (key, member))
    }

    /// Everybody who signs in under a name today.
    pub(super) fn named(&self, name: &Email) -> impl Iterator<Item = MemberRef<'a>> {
        let start = self.by_name.partition_point(|(other, _)| *other < name);
        let same = self
            .by_name
            .iter()
            .skip(start)
            .take_while(move |(other, _)| *other == name);
        // Collected, because the name may not live as long as the indexes.
        let keys: Vec<StorageKey> = same.map(|(_, key)| *key).collect();
        keys.into_iter().filter_map(|key| self.member(key))
    }

    /// The user who is an identity of the tenant.
    pub(super) fn with_identity(&self, id: ObjectId) -> Option<MemberRef<'a>> {
        let found = self.by_identity.partition_point(|(other, _)| *other < id);
        let (other, key) = self.by_identity.get(found)?;
        if *other == id {
            self.member(*key)
        } else {
            None
        }
    }

    /// The user of the directory with an id.
    pub(super) fn account_with_id(&self, id: ObjectId) -> Option<Found<'a>> {
        let user = self.live.directory.users.get(&id)?;
        let by = FoundBy::PrincipalName;
        Some(Found { id, by, user })
    }

    /// The user whom connecting makes an identity of the tenant: somebody of a tenant that was left
    /// may have that name already.
    pub(super) fn will_be(&self, id: ObjectId) -> Option<MemberRef<'a>> {
        let name = &self.live.directory.users.get(&id)?.user_principal_name;
        let mut named = self.named(name);
        named.find(|(_, member)| self.matches_on_connecting(member))
    }

    /// The user whom the state knows under a name: the one that we mapped from it, or gave access.
    pub(super) fn owned_member(&self, name: &Email) -> Option<MemberRef<'a>> {
        let kinds = [Kind::Mapping, Kind::Access].into_iter();
        let entries = kinds.filter_map(|kind| self.remembered(kind, name));
        let mut members = entries.filter_map(|entry| self.member(entry.remote_id.storage_key()?));
        members.next()
    }

    /// Whether we added somebody to the organization under a name. Until they have signed in, the
    /// service may not show which identity they are.
    pub(super) fn is_added_by_us(&self, name: &Email, (key, _): MemberRef<'_>) -> bool {
        let entry = self.entry(Kind::Access, name);
        let ours = entry.filter(|entry| entry.remote_id.storage_key() == Some(key));
        let access = ours.and_then(|entry| entry.attributes.access());
        access.is_some_and(AccessAttributes::is_of_added)
    }

    /// The deleted user of an address who is brought back instead of making somebody new: of those
    /// that fit, the one who was deleted last.
    pub(super) fn deleted_at(
        &self,
        address: &Email,
        fits: impl Fn(&DirectoryUser) -> bool,
    ) -> Option<(ObjectId, &'a DirectoryUser)> {
        let start = self
            .deleted_at
            .partition_point(|(other, _, _)| *other < address);
        let mut same: Vec<ObjectId> = self
            .deleted_at
            .iter()
            .skip(start)
            .take_while(|(other, _, _)| *other == address)
            .map(|(_, _, id)| *id)
            .collect();
        same.reverse();
        let mut users = same.into_iter().filter_map(|id| {
            let deleted = self.live.directory.deleted.known()?.get(&id)?;
            Some((id, &deleted.user))
        });
        users.find(|(_, user)| fits(user))
    }

    /// A deleted user by id.
    pub(super) fn deleted(&self, id: ObjectId) -> Option<(ObjectId, &'a DirectoryUser)> {
        let deleted = self.live.directory.deleted.known()?.get(&id)?;
        Some((id, &deleted.user))
    }

    /// Whether a line of org.toml has somebody made in the directory under the name of an address.
    pub(super) fn is_to_be_made(&self, address: &Address) -> bool {
        self.to_be_made.contains(address.key())
    }

    /// Whether somebody is an identity of the tenant and can sign in with it.
    pub(super) fn signs_in(&self, member: &Member) -> bool {
        !member.disconnected && self.is_in_tenant(member)
    }

    /// Whether somebody is an identity of the tenant, be it one that is gone from it.
    pub(super) fn is_in_tenant(&self, member: &Member) -> bool {
        is_in_tenant(member, self.live)
    }

    /// Whether connecting the organization makes somebody an identity of the directory by itself:
    /// the service goes by the sign-in name.
    pub(super) fn matches_on_connecting(&self, member: &Member) -> bool {
        !self.is_connected()
            && self
                .directory
                .account(&member.principal_name)
                .is_some_and(|found| found.by == FoundBy::PrincipalName && found.user.enabled)
    }

    /// Whether the wanted tenant backs the organization already.
    pub(super) fn is_connected(&self) -> bool {
        self.live.organization.connection == Connection::Tenant(self.live.directory.tenant)
    }

    /// Whether the tenant is to back the organization at all.
    pub(super) fn wants_tenant(&self) -> bool {
        self.desired.connection == DesiredConnection::Connected
    }

    /// The tenant that the organization has to be taken off.
    pub(super) fn leaves(&self) -> Option<TenantId> {
        let now = self.live.organization.connection.tenant()?;
        let stays = self.wants_tenant() && now == self.live.directory.tenant;
        (!stays).then_some(now)
    }

    /// What the state says of the connection.
    pub(super) const fn connection_entry(&self) -> Option<&'a Entry> {
        self.connection
    }

    /// Whether the state speaks of something that was made for another tenant than the wanted one,
    /// or for none any more. It is not drift that this is gone, and nothing of it is ours now.
    pub(super) fn is_left_behind(&self, kind: Kind, entry: &Entry) -> bool {
        let wanted = self.live.directory.tenant;
        let backing = self.connection.map(backing);
        // A mapping lasts as long as its tenant backs the organization.
        if kind.maps() && (!self.wants_tenant() || backing.is_some_and(|it| it != Some(wanted))) {
            return true;
        }
        let own = entry.tenant.filter(|_| kind.belongs_to_tenant());
        own.map_or_else(|| self.seems_left_behind(kind, entry), |own| own != wanted)
    }

    /// The same of an entry that does not say for which tenant it was made.
    fn seems_left_behind(&self, kind: Kind, entry: &Entry) -> bool {
        let Some(connection) = self.connection else {
            return false;
        };
        if kind.maps() {
            // A mapping comes after the connection that it is made for.
            return entry.applied_at < connection.applied_at;
        }
        // Whereas accounts come before, and wait for a connection that may be cut short.
        let other = backing(connection).filter(|it| *it != self.live.directory.tenant);
        kind.makes_account() && other.is_some()
    }

    /// What we applied to somebody and own.
    pub(super) fn entry(&self, kind: Kind, person: &Email) -> Option<&'a Entry> {
        let entry = self.remembered(kind, person)?;
        (!self.is_left_behind(kind, entry)).then_some(entry)
    }

    /// What the state says of somebody, be it of a tenant that was left.
    pub(super) fn remembered(&self, kind: Kind, person: &Email) -> Option<&'a Entry> {
        // Most plans are made before anything is applied: spare them an address a person.
        if self.state.entries.is_empty() {
            return None;
        }
        self.state.entries.get(&Address::of(kind, person))
    }

    /// The address of the connection, which every step after it needs.
    pub(super) fn connection_address(&self) -> Address {
        Address::connection(&self.desired.organization)
    }
}

/// The tenant in an entry of a connection.
pub(super) fn backing(entry: &Entry) -> Option<TenantId> {
    entry
        .attributes
        .connection()
        .and_then(|connection| connection.tenant)
}

fn is_in_tenant(member: &Member, live: &Live) -> bool {
    member.origin == Origin::Directory
        && member
            .tenant
            .is_none_or(|tenant| tenant == live.directory.tenant)
        && live.organization.connection == Connection::Tenant(live.directory.tenant)
}

fn to_be_made(desired: &Desired) -> BTreeSet<&str> {
    let lines = desired.members.values().filter(|line| line.create);
    lines.map(|line| line.to.as_str()).collect()
}

fn deleted_at(live: &Live) -> Vec<(&Email, &str, ObjectId)> {
    let mut deleted_at = Vec::new();
    for (id, deleted) in live.directory.deleted.known().into_iter().flatten() {
        let addresses = deleted.user.addresses();
        deleted_at.extend(addresses.map(|address| (address, deleted.deleted.as_str(), *id)));
    }
    deleted_at.sort_unstable();
    deleted_at
}
