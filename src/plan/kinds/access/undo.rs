//! How access is taken back: people get the level and the projects that they had before the run, and
//! those whom the run added leave the organization. Other kinds give and take access with theirs.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::access::AccessLevel;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes, Identity};
use crate::model::ids::{ObjectId, ProjectId, ProjectName, RemoteId, StorageKey};
use crate::model::live::Member;
use crate::model::person::Email;
use crate::plan::context::{Context, MemberRef};
use crate::plan::undo::draft::UndoDraft;
use crate::plan::value::{Change, Left, NoWayBack, RemoveFrom, Step};

pub(super) fn take_back(draft: &mut UndoDraft<'_>, step: &Step) -> Result<(), NoWayBack> {
    let before = step.change.before().and_then(Attributes::access);
    let after = step.change.after().and_then(Attributes::access);
    match (&step.change, before, after) {
        (Change::Update { id, .. }, Some(before), Some(after)) => {
            back_to(draft, step, id.storage_key(), (before, after))
        }
        (Change::Remove { id, from, .. }, Some(before), _) if from.projects => {
            let after = AccessAttributes {
                projects: BTreeMap::new(),
                ..before.clone()
            };
            back_to(draft, step, id.storage_key(), (before, &after))
        }
        (Change::Remove { .. }, _, _) => Err(NoWayBack::TakenOut),
        (Change::Create { .. }, _, Some(after)) => take_out(draft, step, after),
        (
            Change::Create { .. }
            | Change::Update { .. }
            | Change::Adopt { .. }
            | Change::Forget { .. },
            _,
            _,
        ) => Ok(()),
    }
}

/// Gives people what they had before the run, as long as they still have what the run gave them.
fn back_to(
    draft: &mut UndoDraft<'_>,
    step: &Step,
    key: Option<StorageKey>,
    (before, after): (&AccessAttributes, &AccessAttributes),
) -> Result<(), NoWayBack> {
    let member = key.and_then(|key| draft.context.member(key));
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
        after: Attributes::Access(AccessAttributes::of_member(level, before.projects.clone())),
    };
    draft.put(
        step.address.clone(),
        change,
        Some(user.display_name.clone()),
    );
    Ok(())
}

/// Removes a person whom the run added to the organization, and who got nothing else there since.
fn take_out(
    draft: &mut UndoDraft<'_>,
    step: &Step,
    after: &AccessAttributes,
) -> Result<(), NoWayBack> {
    if draft.steps.contains_key(&step.address) {
        // The guest's invitation takes that along.
        return Ok(());
    }
    let identity = after.identity.as_ref();
    let id = identity.and_then(|identity| object_id(draft.context, identity));
    let Some((key, user)) = id.and_then(|id| draft.context.with_identity(id)) else {
        return Ok(());
    };
    // A person who stays a guest for another reason keeps what the run gave them.
    let mut left = draft.left.iter();
    let stays = |left: &&Left| is_guest_of(&left.address, step) && left.why != NoWayBack::GuestKept;
    if let Some(left) = left.find(stays) {
        return Err(left.why.clone());
    }
    draft.may_be_taken_out(key)?;
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
    draft.leaving.insert(key);
    draft.put(
        step.address.clone(),
        change,
        Some(user.display_name.clone()),
    );
    Ok(())
}

fn object_id(context: &Context<'_>, identity: &Identity) -> Option<ObjectId> {
    let made = |address: &Address| {
        let owned = context.state.entries.get(address);
        let owned = owned.and_then(|entry| entry.remote_id.object_id());
        let person = address.person();
        owned.or_else(|| Some(context.directory.account(&person)?.id))
    };
    identity
        .object_id()
        .or_else(|| identity.awaited().and_then(made))
}

/// Refuses, unless somebody is in the organization only because the run added them, and may be taken
/// out.
pub(in crate::plan) fn was_given(
    draft: &UndoDraft<'_>,
    person: &Email,
    (key, user): MemberRef<'_>,
) -> Result<(), NoWayBack> {
    let given = draft.given.get(person.as_str());
    let given = given.and_then(|given| given.access());
    let given = given.ok_or(NoWayBack::WasThere)?;
    draft.may_be_taken_out(key)?;
    if is_as(user, given, given) {
        Ok(())
    } else {
        Err(NoWayBack::ChangedSince {
            now: words(user, given, given),
        })
    }
}

/// Forgets the access of a guest once a step has taken that guest out.
pub(in crate::plan) fn forget_with(draft: &mut UndoDraft<'_>, person: &Email, guest: &Address) {
    let access = Address::of(Kind::Access, person);
    let Some(entry) = draft.context.state.entries.get(&access) else {
        return;
    };
    let before = entry.attributes.clone();
    draft.put(access.clone(), Change::Forget { before }, None);
    if let Some(forgets) = draft.steps.get_mut(&access) {
        forgets.needs.push(guest.clone());
    }
}

/// Whether a step gives access to somebody already.
pub(in crate::plan) fn is_given_back(draft: &UndoDraft<'_>, person: &Email) -> bool {
    let address = Address::of(Kind::Access, person);
    draft.steps.contains_key(&address)
}

/// Gives a level to somebody who was taken out.
pub(in crate::plan) fn give_back(
    draft: &mut UndoDraft<'_>,
    (person, id): (&Email, ObjectId),
    level: AccessLevel,
    display_name: Option<String>,
) {
    let after = Attributes::Access(AccessAttributes {
        level: level.into(),
        projects: BTreeMap::new(),
        identity: Some(Identity::ObjectId(id)),
        added: false,
        account: None,
    });
    let address = Address::of(Kind::Access, person);
    draft.put(address, Change::Create { after }, display_name);
}

/// Whether an address is the invitation of the person whom a step adds.
fn is_guest_of(address: &Address, step: &Step) -> bool {
    address.kind() == Kind::Invitation && address.key() == step.address.key()
}

/// Whether somebody has what one side says, in the projects that either side names.
fn is_as(user: &Member, side: &AccessAttributes, other: &AccessAttributes) -> bool {
    user.access.is_same(side.level) && now(user, side, other).roles() == side.roles()
}

/// What somebody has, in words.
fn words(user: &Member, side: &AccessAttributes, other: &AccessAttributes) -> String {
    let now = Attributes::Access(now(user, side, other));
    now.headline().into_owned()
}

/// What somebody has, in the projects that either side names, as it counts for `side`.
fn now(user: &Member, side: &AccessAttributes, other: &AccessAttributes) -> AccessAttributes {
    let named = side.projects.iter().chain(&other.projects);
    let named: BTreeSet<(&ProjectName, ProjectId)> =
        named.map(|(name, access)| (name, access.id)).collect();
    let wanted = side.roles();
    let projects = named.into_iter().filter_map(|(name, id)| {
        let access = user.project_access(id, wanted.get(&id).copied())?;
        Some((name.clone(), access))
    });
    AccessAttributes::of_member(user.access, projects.collect())
}
