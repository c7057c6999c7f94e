//! What a snapshot shows besides users, taken over into a world: the owner and the administrators,
//! licences, the directory's groups and the rules on them, the tenant's policies.
//! What it does not show stays as in any new world.

use std::collections::BTreeMap;

use uuid::Uuid;

use orgctl_model::ids::{ObjectId, StorageKey, TenantId};
use orgctl_model::live::{Caller, CallerKind, Origin};
use orgctl_model::preflight::{self, Administrators, Preflight};

use super::unnamed;
use crate::world::World;
use crate::world::directory::policies::{InvitesFrom, Policies};
use crate::world::document::organization_contents::{
    Group, GroupKind, GroupRule, OrganizationContents, OtherOrganization, TenantPolicy,
};
use crate::world::document::{Member, MemberKind};
use crate::world::organization::connect::CREATION_RESTRICTION;
use crate::world::organization::descriptor;
use crate::world::organization::groups::directory_group_guid;
use crate::world::time::stamp::{Stamp, derived_guid};

/// What the organization holds besides `contents`; `tenant` is the one that backs it.
pub(in crate::world) fn added(
    preflight: &Preflight,
    tenant: Option<TenantId>,
    contents: OrganizationContents,
) -> OrganizationContents {
    let licences = preflight.licences.known().into_iter().flatten();
    let mut contents = OrganizationContents {
        owner: preflight.owner.known().copied(),
        licences: licences
            .map(|(level, licences)| (*level, licences.total))
            .collect(),
        ..contents
    };
    if let Some(policy) = preflight.creation.known() {
        restrict_creation(&mut contents, policy);
    }
    let Some(tenant) = tenant else {
        return contents;
    };
    let mut keys = BTreeMap::new();
    for (id, name) in preflight.directory_groups.known().into_iter().flatten() {
        let guid = directory_group_guid(tenant, *id);
        let key = StorageKey::new(guid);
        keys.insert(*id, key);
        contents
            .groups
            .insert(key, directory_group(guid, *id, name));
    }
    for (id, level) in preflight.group_rules.known().into_iter().flatten() {
        let rule = GroupRule {
            level: *level,
            projects: BTreeMap::new(),
            last_executed: Some(Stamp::BEGIN),
            pending: None,
        };
        contents.rules.extend(keys.get(id).map(|key| (*key, rule)));
    }
    contents
}

/// The policy, and the other organization through which alone it can be seen.
fn restrict_creation(contents: &mut OrganizationContents, policy: &preflight::CreationPolicy) {
    let name = policy.through.to_string();
    let restriction = TenantPolicy {
        on: policy.restricted,
        allowed: policy.allowed.iter().copied().collect(),
        ..TenantPolicy::default()
    };
    contents
        .tenant_policies
        .insert(CREATION_RESTRICTION.to_owned(), restriction);
    contents.other_organizations.push(OtherOrganization {
        id: derived_guid(&["organization", &name]),
        name,
        owner: String::new(),
        trouble: None,
    });
}

fn directory_group(guid: Uuid, id: ObjectId, name: &str) -> Group {
    Group {
        display_name: name.to_owned(),
        description: String::new(),
        kind: GroupKind::Directory,
        project: None,
        object_id: Some(id),
        descriptor: descriptor::of_directory_group(guid),
        deleted: false,
        members: std::collections::BTreeSet::new(),
    }
}

/// Who may be invited into the tenant.
pub(in crate::world) fn policies(preflight: &Preflight) -> Policies {
    let mut policies = Policies::default();
    if let Some(policy) = preflight.invitations.known() {
        policies.invites_from = match policy.from {
            preflight::InvitesFrom::Nobody => InvitesFrom::None,
            preflight::InvitesFrom::AdminsAndGuestInviters => InvitesFrom::AdminsAndGuestInviters,
            preflight::InvitesFrom::AdminsGuestInvitersAndAllMembers => {
                InvitesFrom::AdminsGuestInvitersAndAllMembers
            }
            preflight::InvitesFrom::Everyone => InvitesFrom::Everyone,
        };
    }
    if let Some(domains) = preflight.guest_domains.known() {
        policies.allowed_domains.clone_from(&domains.allowed);
        policies.blocked_domains.clone_from(&domains.blocked);
    }
    policies
}

/// The caller's own row, where the caller is none of the people.
pub(in crate::world) fn caller_row(caller: &Caller, tenant: Option<TenantId>) -> Option<Member> {
    if caller.kind == CallerKind::Person {
        return None;
    }
    let id = derived_guid(&["application", &caller.storage_key.to_string()]);
    let mut row = Member {
        kind: MemberKind::ManagedIdentity,
        origin: Origin::Directory,
        tenant,
        object_id: Some(ObjectId::new(id)),
        ..unnamed(&caller.principal_name)
    };
    row.descriptor = descriptor::of_member(&row);
    Some(row)
}

impl World {
    /// Puts exactly these into the group of administrators, as far as they are in this world.
    pub(in crate::world) fn seed_administrators(&mut self, administrators: &Administrators) {
        let Administrators {
            users,
            directory_groups,
        } = administrators;
        let groups = directory_groups.keys();
        let groups = groups.filter_map(|id| self.membership_index.group_by_object(*id));
        let there = |key: &StorageKey| self.member(*key).is_some();
        let members = users.iter().copied().filter(there).chain(groups).collect();
        let is_theirs = |group: &Group| group.kind == GroupKind::Administrators;
        let found = self.groups_after(None).find(|(_, group)| is_theirs(group));
        let key = found.map(|(key, _)| key);
        let Some((key, group)) = key.and_then(|key| Some((key, self.drop_group(key)?))) else {
            return;
        };
        self.put_group(key, Group { members, ..group });
    }
}
