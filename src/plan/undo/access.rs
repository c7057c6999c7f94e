//! Access, back to what it was: the level, the projects, and being in the organization at all.

use std::collections::{BTreeMap, BTreeSet};

use super::{Left, NoWayBack, Undo};
use crate::model::access::EffectiveLevel;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes, Identity};
use crate::model::ids::{ObjectId, ProjectId, ProjectName, RemoteId, StorageKey};
use crate::model::live::Member;
use crate::model::project::{EffectiveRole, ProjectAccess};
use crate::plan::value::{Change, Fact, RemoveFrom, Step};

impl Undo<'_> {
    pub(super) fn access(&mut self, step: &Step) -> Result<(), NoWayBack> {
        match &step.change {
            Change::Update {
                id,
                before: Attributes::Access(before),
                after: Attributes::Access(after),
            } => self.back_to(step, id.storage_key(), before, after),
            Change::Remove {
                id,
                before: Attributes::Access(before),
                from,
            } if from.projects => {
                let after = AccessAttributes {
                    projects: BTreeMap::new(),
                    ..before.clone()
                };
                self.back_to(step, id.storage_key(), before, &after)
            }
            Change::Remove { .. } => Err(NoWayBack::TakenOut),
            Change::Create {
                after: Attributes::Access(after),
            } => self.take_out(step, after),
            Change::Create { .. }
            | Change::Update { .. }
            | Change::Adopt { .. }
            | Change::Forget { .. } => Ok(()),
        }
    }

    /// Whoever has by now what the run gave them gets what they had before.
    fn back_to(
        &mut self,
        step: &Step,
        key: Option<StorageKey>,
        before: &AccessAttributes,
        after: &AccessAttributes,
    ) -> Result<(), NoWayBack> {
        let member = key.and_then(|key| self.context.member(key));
        let (key, user) = member.ok_or(NoWayBack::MemberGone)?;
        if is_as(user, before, after) {
            return Ok(());
        }
        if !is_as(user, after, before) {
            let now = words(user, after, before);
            return Err(NoWayBack::ChangedSince { now });
        }
        let now = now(user, after, before);
        if !user.access.is_same(before.level) && before.level.requestable().is_none() {
            let before = before.level.to_string();
            return Err(NoWayBack::NotRequestable { before });
        }
        let unasked = before.projects.iter().find(|(_, access)| {
            access.role.requestable().is_none() && now.roles().get(&access.id) != Some(&access.role)
        });
        if let Some((name, access)) = unasked {
            let before = format!("{} in {name}", access.role);
            return Err(NoWayBack::NotRequestable { before });
        }
        let level = if user.access.is_same(before.level) {
            user.access
        } else {
            before.level
        };
        let change = Change::Update {
            id: RemoteId::StorageKey(key),
            before: Attributes::Access(now),
            after: Attributes::Access(AccessAttributes {
                level,
                projects: before.projects.clone(),
                identity: None,
            }),
        };
        self.put(
            step.address.clone(),
            change,
            Some(user.display_name.clone()),
        );
        Ok(())
    }

    /// Whoever came into the organization by the run, and has had nothing else to do with it.
    fn take_out(&mut self, step: &Step, after: &AccessAttributes) -> Result<(), NoWayBack> {
        if self.steps.contains_key(&step.address) {
            // The guest's invitation takes that along.
            return Ok(());
        }
        let identity = after.identity.as_ref();
        let id = identity.and_then(|identity| self.identity(identity));
        let Some((key, user)) = id.and_then(|id| self.context.with_identity(id)) else {
            return Ok(());
        };
        // Whoever stays a guest for a reason of their own keeps what was given to them.
        let mut left = self.left.iter();
        let stays =
            |left: &&Left| is_guest_of(&left.address, step) && left.why != NoWayBack::GuestKept;
        if let Some(left) = left.find(stays) {
            return Err(left.why.clone());
        }
        self.may_be_taken_out(key)?;
        if !is_as(user, after, after) {
            let now = words(user, after, after);
            return Err(NoWayBack::ChangedSince { now });
        }
        let change = Change::Remove {
            id: RemoteId::StorageKey(key),
            before: Attributes::Access(now(user, after, after)),
            from: RemoveFrom {
                organization: Some(key),
                directory: false,
                projects: false,
            },
        };
        self.leaving.insert(key);
        self.put(
            step.address.clone(),
            change,
            Some(user.display_name.clone()),
        );
        Ok(())
    }

    fn identity(&self, identity: &Identity) -> Option<ObjectId> {
        let made = |address: &Address| {
            let owned = self.context.state.entries.get(address);
            let owned = owned.and_then(|entry| entry.remote_id.object_id());
            let person = address.person();
            owned.or_else(|| Some(self.context.directory.find(&person)?.id))
        };
        identity
            .object_id()
            .or_else(|| identity.awaited().and_then(made))
    }

    /// Whoever was taken out and is known to the tenant gets the level of before again. What else they
    /// had, the organization keeps with their name.
    pub(super) fn removal(&mut self, step: &Step) -> Result<(), NoWayBack> {
        let Some(Attributes::Removal(removal)) = step.change.after() else {
            return Ok(());
        };
        if self.context.member(removal.member).is_some() {
            return Ok(());
        }
        let person = step.address.person();
        let found = self.context.directory.find(&person);
        let found = found.filter(|found| found.user.enabled && self.context.is_connected());
        let id = found.ok_or(NoWayBack::NotInDirectory)?.id;
        let address = Address::of(Kind::Access, &person);
        if self.context.with_identity(id).is_some() || self.steps.contains_key(&address) {
            return Ok(());
        }
        let facts = self.record.plan.facts.get(&step.address);
        let level = facts
            .and_then(|facts| facts.get(Fact::Access))
            .unwrap_or_default();
        let level: Option<EffectiveLevel> = serde_json::from_value(level.into()).ok();
        let level = level.and_then(EffectiveLevel::requestable);
        let level = level.ok_or_else(|| NoWayBack::NotRequestable {
            before: "a user of another level".to_owned(),
        })?;
        let after = Attributes::Access(AccessAttributes {
            level: level.into(),
            projects: BTreeMap::new(),
            identity: Some(Identity::ObjectId(id)),
        });
        self.put(address, Change::Create { after }, step.display_name.clone());
        Ok(())
    }
}

/// Whether an address is the invitation of the person whom a step adds.
fn is_guest_of(address: &Address, step: &Step) -> bool {
    address.kind() == Kind::Invitation && address.key() == step.address.key()
}

/// Whether somebody has what one side says, in the projects that either side names.
pub(super) fn is_as(user: &Member, side: &AccessAttributes, other: &AccessAttributes) -> bool {
    user.access.is_same(side.level) && now(user, side, other).roles() == side.roles()
}

/// What somebody has, in words.
pub(super) fn words(user: &Member, side: &AccessAttributes, other: &AccessAttributes) -> String {
    let now = Attributes::Access(now(user, side, other));
    now.headline().into_owned()
}

/// What somebody has, in the projects that either side names. A role by a group that does for `side`
/// counts as that role; any other by a group is nothing of theirs.
fn now(user: &Member, side: &AccessAttributes, other: &AccessAttributes) -> AccessAttributes {
    let named = side.projects.iter().chain(&other.projects);
    let named: BTreeSet<(&ProjectName, ProjectId)> =
        named.map(|(name, access)| (name, access.id)).collect();
    let wanted = side.roles();
    let projects = named.into_iter().filter_map(|(name, id)| {
        let role = role(user, id, wanted.get(&id).copied())?;
        Some((name.clone(), ProjectAccess { id, role }))
    });
    AccessAttributes {
        level: user.access,
        projects: projects.collect(),
        identity: None,
    }
}

fn role(user: &Member, id: ProjectId, wanted: Option<EffectiveRole>) -> Option<EffectiveRole> {
    let membership = user.projects.get(&id)?;
    let asked = wanted.and_then(EffectiveRole::requestable);
    if asked.is_some_and(|role| membership.meets(role)) {
        wanted
    } else {
        (!membership.by_group).then_some(membership.role)
    }
}
