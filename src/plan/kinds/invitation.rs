//! Invitations: guests of the tenant. What is managed is the guest, not the letter.

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, GuestBy, InvitationAttributes};
use crate::model::desired::DesiredGuest;
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::{CallerKind, DirectoryUser, Found, InvitationStatus, UserType};
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::decide::{self, LeftOver, Standing};
use crate::plan::rules::{
    self, Evidence, Finding, GuestDomainRefused, GuestIsMember, InvitationRefused, MessageLeftOut,
    OwnDomainGuest, Remark as _,
};
use crate::plan::value::{Change, Reason, RemoveFrom, Step};

pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    let mut left_out = 0;
    for (person, guest) in &context.desired.guests {
        if let Some(evidence) = refusal(context, person) {
            part.findings.push(Finding {
                severity: rules::severity_for_guest(context, person),
                evidence,
                place: Some(guest.place.clone()),
            });
            continue;
        }
        let entry = context
            .entry(Kind::Invitation, person)
            .and_then(|entry| entry.attributes.invitation());
        let decided = match context.directory.find(person) {
            None => invite(context, person, guest, entry.is_some()),
            Some(found) => once_more(context, guest, found, entry),
        };
        let Some((change, reason)) = decided else {
            continue;
        };
        left_out += u32::from(text_is_left_out(context, &change));
        let live_name = || Some(context.member_of_line(person)?.1.display_name.clone());
        part.steps.push(Step {
            address: Address::of(Kind::Invitation, person),
            change,
            reason,
            needs: Vec::new(),
            source: Some(guest.place.clone()),
            display_name: guest.name.clone().or_else(live_name),
        });
    }
    if left_out > 0 {
        let guests = left_out;
        part.findings.push(MessageLeftOut { guests }.found(None));
    }
    part
}

/// Somebody who is not there is invited, or brought back if they were deleted.
fn invite(
    context: &Context<'_>,
    person: &Email,
    guest: &DesiredGuest,
    owned: bool,
) -> Option<(Change, Reason)> {
    let deleted = context.deleted(person, DirectoryUser::is_external);
    let by = deleted.map_or(GuestBy::Invitation, |(user, deleted)| GuestBy::Restoring {
        user,
        with_invitation: guest.resend && is_pending(deleted),
    });
    let after = || Attributes::Invitation(attributes(context, guest, by));
    let (change, reason) = decide::wanted(Standing::Absent, owned, after)?;
    let reason = deleted.map_or(reason, |_| Reason::DeletedBefore);
    Some((change, reason))
}

/// Somebody who is there keeps the invitation that they have, unless another was asked for. What
/// was asked for once is done once: the record remembers.
fn once_more(
    context: &Context<'_>,
    guest: &DesiredGuest,
    found: Found<'_>,
    entry: Option<&InvitationAttributes>,
) -> Option<(Change, Reason)> {
    let id = RemoteId::ObjectId(found.id);
    let pending = is_pending(found.user);
    let is_new =
        |wish: bool, done: fn(&InvitationAttributes) -> bool| wish && !entry.is_some_and(done);
    let owed = entry.is_some_and(|entry| entry.mail_owed);
    let resets = !pending && is_new(guest.reset_redemption, |entry| entry.reset_redemption);
    let resends = pending && (owed || is_new(guest.resend, |entry| entry.resend));
    let after = match (resets, resends) {
        (true, _) => attributes(context, guest, GuestBy::Resetting),
        (false, true) => attributes(context, guest, GuestBy::Resending),
        // Nothing is sent, so how it was done stays as it is.
        (false, false) => InvitationAttributes {
            by: entry.map_or(GuestBy::Invitation, |entry| entry.by),
            sender: entry.and_then(|entry| entry.sender.clone()),
            ..attributes(context, guest, GuestBy::Invitation)
        },
    };
    let same_wishes = |entry: &InvitationAttributes| {
        let wishes = (entry.resend, entry.reset_redemption, entry.mail_owed);
        wishes == (after.resend, after.reset_redemption, false)
    };
    let standing = if resets || resends {
        let before = entry.cloned().unwrap_or_else(|| InvitationAttributes {
            resend: false,
            reset_redemption: false,
            sender: None,
            by: GuestBy::Invitation,
            ..after.clone()
        });
        Standing::Differs(id, Attributes::Invitation(before))
    } else if entry.is_some_and(|entry| !same_wishes(entry)) {
        Standing::Unrecorded(id)
    } else {
        Standing::Equal(id)
    };
    let (change, reason) =
        decide::wanted(standing, entry.is_some(), || Attributes::Invitation(after))?;
    let reason = match (resets || resends, owed && !resets) {
        (true, true) => Reason::MailOwed,
        (true, false) => Reason::AskedAgain,
        (false, _) => reason,
    };
    Some((change, reason))
}

fn attributes(context: &Context<'_>, guest: &DesiredGuest, by: GuestBy) -> InvitationAttributes {
    // The service leaves a text out when no person stands behind the invitation.
    let is_ours = invites_as_application(context) && guest.message.is_some() && sends_mail(by);
    let notices = context.desired.notices.as_ref().filter(|_| is_ours);
    InvitationAttributes {
        display_name: guest.name.clone(),
        message: guest.message.clone(),
        sender: notices.and_then(|notices| notices.sender.clone()),
        by,
        resend: guest.resend,
        reset_redemption: guest.reset_redemption,
        mail_owed: false,
    }
}

fn text_is_left_out(context: &Context<'_>, change: &Change) -> bool {
    let (Change::Create { after } | Change::Update { after, .. }) = change else {
        return false;
    };
    let Attributes::Invitation(invitation) = after else {
        return false;
    };
    invites_as_application(context)
        && invitation.message.is_some()
        && invitation.sender.is_none()
        && sends_mail(invitation.by)
}

/// Whether no person stands behind an invitation.
fn invites_as_application(context: &Context<'_>) -> bool {
    context.live.directory.caller == CallerKind::Application
}

/// Whether a mail goes out.
const fn sends_mail(by: GuestBy) -> bool {
    match by {
        GuestBy::Invitation | GuestBy::Resending | GuestBy::Resetting => true,
        GuestBy::Restoring {
            with_invitation, ..
        } => with_invitation,
    }
}

fn is_pending(user: &DirectoryUser) -> bool {
    user.invitation == Some(InvitationStatus::Pending)
}

/// Why somebody cannot be a guest of this tenant: they are one of its own, or it takes no guests
/// from where they are.
pub(in crate::plan) fn refusal(context: &Context<'_>, person: &Email) -> Option<Evidence> {
    if context.directory.find(person).is_some() {
        return GuestIsMember::look(context, person).map(Evidence::from);
    }
    let own = || OwnDomainGuest::look(context, person).map(Evidence::from);
    let domain = || GuestDomainRefused::look(context, person).map(Evidence::from);
    let invitation = || InvitationRefused::look(context, person).map(Evidence::from);
    own().or_else(domain).or_else(invitation)
}

/// What is left of an invitation whose line is gone. Whoever another line speaks of, or who is
/// protected, stays: this line only lets go.
pub(in crate::plan) fn left_over(context: &Context<'_>, person: &Email) -> LeftOver {
    let Some(found) = context.directory.find(person) else {
        return LeftOver::Gone;
    };
    let member = context
        .with_identity(found.id)
        .or_else(|| context.named(person).next())
        .map(|(key, _)| key);
    let roster = &context.roster;
    let stays = |key: StorageKey| {
        roster.spoken_of.contains(&key) || roster.is_protected(key) || roster.owner == Some(key)
    };
    let written =
        context.desired.removals.contains_key(person) || context.guards.protected.contains(person);
    let directory = context.guards.delete_guests && found.user.user_type == UserType::Guest;
    let from = RemoveFrom {
        organization: member,
        directory,
        projects: false,
    };
    if written || member.is_some_and(stays) || (member.is_none() && !directory) {
        LeftOver::Final
    } else {
        LeftOver::Removable(RemoteId::ObjectId(found.id), from)
    }
}
