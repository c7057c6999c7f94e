//! Taking an invitation back: a guest whom the run invited, as long as nobody else has had to do with them.

use super::{guest_of, is_pending};
use crate::model::attributes::{Attributes, GuestBy, InvitationAttributes};
use crate::model::directory_index::Found;
use crate::model::ids::RemoteId;
use crate::model::live::UserType;
use crate::plan::context::Context;
use crate::plan::kinds::access::undo::{forget_with, was_given};
use crate::plan::undo::draft::{UndoDraft, WayBack};
use crate::plan::value::{Action, Change, NoWayBack, RemoveFrom, Step};

pub(super) fn way_back(step: &Step) -> Result<WayBack, NoWayBack> {
    if step.change.after().is_some_and(Attributes::is_restored) {
        return Err(NoWayBack::Restored);
    }
    match step.change.action() {
        Action::Create => Ok(take_back),
        Action::Delete => Err(NoWayBack::TakenOut),
        Action::Update | Action::Adopt | Action::Forget => Err(NoWayBack::MailSent),
    }
}

/// Takes a guest out whom the run invited and who has not come yet.
fn take_back(draft: &mut UndoDraft<'_>, step: &Step) -> Result<(), NoWayBack> {
    let context = draft.context;
    let person = step.address.person();
    let entry = context.state.entries.get(&step.address);
    let known = entry.and_then(|entry| guest_of(context, entry));
    let Some(found) = known.or_else(|| context.directory.account(&person)) else {
        return Ok(());
    };
    let ours = untouched(context, step, &found)?;
    let member = context
        .with_identity(found.id)
        .or_else(|| context.named(&person).next())
        .or_else(|| context.named(&found.user.user_principal_name).next());
    if let Some(member) = member {
        was_given(draft, &person, member)?;
    }
    if !context.guards.delete_guests {
        // Taken out of the organization at most, by what gave them access.
        return Err(NoWayBack::GuestKept);
    }
    let organization = member.map(|(key, _)| key);
    let change = Change::Remove {
        id: RemoteId::ObjectId(found.id),
        before: Attributes::Invitation(ours),
        from: RemoveFrom {
            organization,
            directory: true,
            projects: false,
        },
    };
    let name = found.user.display_name.clone();
    draft.put(step.address.clone(), change, Some(name));
    draft.leaving.extend(organization);
    forget_with(draft, &person, &step.address);
    Ok(())
}

/// What we own of a guest, as long as nobody but us has had to do with them.
fn untouched(
    context: &Context<'_>,
    step: &Step,
    found: &Found<'_>,
) -> Result<InvitationAttributes, NoWayBack> {
    let entry = context.state.entries.get(&step.address);
    let entry = entry.filter(|entry| entry.remote_id == RemoteId::ObjectId(found.id));
    let ours = entry.and_then(|entry| entry.attributes.invitation());
    let ours = ours.ok_or(NoWayBack::NotOurs)?;
    if ours.by != GuestBy::Invitation {
        return Err(NoWayBack::MailSent);
    }
    if found.user.user_type != UserType::Guest {
        let now = "a member of the directory".to_owned();
        return Err(NoWayBack::ChangedSince { now });
    }
    if !is_pending(found.user) {
        return Err(NoWayBack::GuestAccepted);
    }
    Ok(ours.clone())
}
