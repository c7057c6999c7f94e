//! Invitations: guests of the tenant. What is managed is the guest, not the letter.

mod undo;

use super::{Answers, Part, facts};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, GuestBy, Identity, InvitationAttributes};
use crate::model::desired::DesiredGuest;
use crate::model::directory_index::Found;
use crate::model::ids::{ObjectId, RemoteId, StorageKey};
use crate::model::live::{CallerKind, DirectoryUser, InvitationStatus, UserType};
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::resolver::Account;
use crate::plan::rules::{
    self, Evidence, Finding, GuestAddressHeld, GuestDomainRefused, GuestIsMember,
    InvitationRefused, MessageLeftOut, OwnDomainGuest, PlusAddress, Remark as _, SyncedUser,
};
use crate::plan::value::{Change, Facts, Reason, RemoveFrom, Step};
use crate::state::value::Entry;

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Invitation,
    rules: &[
        GuestIsMember::RULE,
        OwnDomainGuest::RULE,
        GuestDomainRefused::RULE,
        InvitationRefused::RULE,
        GuestAddressHeld::RULE,
        PlusAddress::RULE,
        MessageLeftOut::RULE,
        SyncedUser::RULE,
    ],
    still_wanted: |context, address| context.desired.guests.contains_key(&address.person()),
    left_over,
    facts,
    carried_out,
    way_back: undo::way_back,
};

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
        let decided = match context.account_of_line(person) {
            Account::There(found) => once_more(context, guest, found, entry),
            Account::Missing { .. } => invite(context, person, guest, entry.is_some()),
            // The plan says so, and does nothing until the line says who is meant.
            Account::Renamed(_) | Account::SomebodyElse { .. } => continue,
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
    let deleted = deleted(context, person);
    let by = deleted.map_or(GuestBy::Invitation, |(user, deleted)| GuestBy::Restoring {
        user,
        with_invitation: guest.resend && is_pending(deleted),
    });
    let after = || Attributes::Invitation(attributes(context, guest, by));
    let (change, reason) = decide::wanted(Presence::Absent, owned, after)?;
    let reason = deleted.map_or(reason, |_| Reason::DeletedBefore);
    Some((change, reason))
}

/// The deleted guest who is brought back instead of inviting somebody new.
pub(super) fn deleted<'a>(
    context: &Context<'a>,
    person: &Email,
) -> Option<(ObjectId, &'a DirectoryUser)> {
    context.deleted_of_line(person)?.theirs()
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
    // A guest who was there before the state knew them was not invited by us.
    let wanted = |by| InvitationAttributes {
        adopted: entry.is_none_or(|entry| entry.adopted),
        ..attributes(context, guest, by)
    };
    let resets = !pending && is_new(guest.reset_redemption, |entry| entry.reset_redemption);
    let resends = pending && (owed || is_new(guest.resend, |entry| entry.resend));
    let after = match (resets, resends) {
        (true, _) => wanted(GuestBy::Resetting),
        (false, true) => wanted(GuestBy::Resending),
        // Nothing is sent, so how it was done stays as it is.
        (false, false) => InvitationAttributes {
            by: entry.map_or(GuestBy::Invitation, |entry| entry.by),
            sender: entry.and_then(|entry| entry.sender.clone()),
            ..wanted(GuestBy::Invitation)
        },
    };
    let same_wishes = |entry: &InvitationAttributes| {
        let wishes = (entry.resend, entry.reset_redemption, entry.mail_owed);
        wishes == (after.resend, after.reset_redemption, false)
    };
    let presence = if resets || resends {
        let before = entry.cloned().unwrap_or_else(|| InvitationAttributes {
            resend: false,
            reset_redemption: false,
            sender: None,
            by: GuestBy::Invitation,
            ..after.clone()
        });
        Presence::Differs(id, Attributes::Invitation(before))
    } else if entry.is_some_and(|entry| !same_wishes(entry)) {
        Presence::Unrecorded(id)
    } else {
        Presence::Equal(id)
    };
    let (change, reason) =
        decide::wanted(presence, entry.is_some(), || Attributes::Invitation(after))?;
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
        adopted: false,
    }
}

fn text_is_left_out(context: &Context<'_>, change: &Change) -> bool {
    let (Change::Create { after } | Change::Update { after, .. }) = change else {
        return false;
    };
    let Some(invitation) = after.invitation() else {
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
pub(super) fn refusal(context: &Context<'_>, person: &Email) -> Option<Evidence> {
    match context.account_of_line(person) {
        Account::There(found) | Account::Renamed(found) => {
            return GuestIsMember::look(person, &found).map(Evidence::from);
        }
        Account::SomebodyElse { .. } => return None,
        Account::Missing { .. } => {}
    }
    let mut holders = context.directory.holders(person);
    if let Some(found) = holders.next() {
        let is_member = GuestIsMember::look(person, &found).map(Evidence::from);
        return is_member.or_else(|| Some(GuestAddressHeld::of(person, &found).into()));
    }
    let own = || OwnDomainGuest::look(context, person).map(Evidence::from);
    let domain = || GuestDomainRefused::look(context, person).map(Evidence::from);
    let plus = || PlusAddress::look(person).map(Evidence::from);
    let invitation = || InvitationRefused::look(context, person).map(Evidence::from);
    let restore = || rules::restore_refused(context, person);
    let refused = own().or_else(domain).or_else(plus).or_else(invitation);
    refused.or_else(restore)
}

fn left_over(context: &Context<'_>, address: &Address, entry: &Entry) -> LeftOver {
    let person = address.person();
    let Some(found) = guest_of(context, entry) else {
        return LeftOver::Gone;
    };
    match removable(context, &person, entry, &found) {
        Some((id, from)) => LeftOver::Removable(id, from, entry.attributes.clone()),
        None => LeftOver::Final,
    }
}

/// The guest whom an entry is about, under whatever name.
fn guest_of<'a>(context: &Context<'a>, entry: &Entry) -> Option<Found<'a>> {
    let id = entry.remote_id.object_id()?;
    context.account_with_id(id)
}

/// The identity of a guest: theirs, or the one that the invitation makes.
pub(super) fn identity(context: &Context<'_>, person: &Email) -> Identity {
    let found = context.account_of_line(person).found();
    found.map_or_else(
        || Identity::After(Address::of(Kind::Invitation, person)),
        |found| Identity::ObjectId(found.id),
    )
}

/// Whether somebody was a guest whose line is gone, and is taken out of the organization with it.
pub(super) fn takes_out(context: &Context<'_>, person: &Email) -> bool {
    let entry = context.entry(Kind::Invitation, person);
    let was_guest = !context.desired.guests.contains_key(person);
    let removable = entry.filter(|_| was_guest).and_then(|entry| {
        let found = guest_of(context, entry)?;
        removable(context, person, entry, &found)
    });
    removable.is_some_and(|(_, from)| from.organization.is_some())
}

/// Where a guest is taken away from whose line is gone. A person of whom another line speaks, who is
/// protected, or who was there before orgctl stays: this line only stops to be managed.
fn removable(
    context: &Context<'_>,
    person: &Email,
    entry: &Entry,
    found: &Found<'_>,
) -> Option<(RemoteId, RemoveFrom)> {
    let member = context
        .with_identity(found.id)
        .or_else(|| context.owned_member(person))
        .or_else(|| context.named(person).next());
    let was_there = member.is_some_and(|member| !context.is_added_by_us(person, member));
    let member = member.map(|(key, _)| key);
    let roster = &context.roster;
    let stays = |key: StorageKey| {
        roster.spoken_of.contains(&key) || roster.is_protected(key) || roster.is_owner(key)
    };
    let written =
        context.desired.removals.contains_key(person) || context.guards.protected.contains(person);
    let directory = context.guards.delete_guests
        && found.user.user_type == UserType::Guest
        && is_invited_by_us(entry);
    if was_there || written || member.is_some_and(stays) || (member.is_none() && !directory) {
        return None;
    }
    let from = RemoveFrom {
        organization: member,
        directory,
        projects: false,
    };
    Some((RemoteId::ObjectId(found.id), from))
}

/// Whether we invited a guest, as far as that is certain: the guest neither was there before, nor was
/// brought back.
fn is_invited_by_us(entry: &Entry) -> bool {
    let invitation = entry.attributes.invitation();
    let is_new = invitation.is_some_and(|it| !it.adopted && !entry.attributes.is_restored());
    is_new && entry.request_id.is_some()
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(member) = step.change.taken_out() {
        facts::put_person_with_access(&mut facts, index, member);
    }
    facts::put_account(&mut facts, index.user_at(&step.address.person()));
    facts
}

fn carried_out(index: &LiveIndex<'_>, address: &Address, wanted: &Attributes) -> Option<RemoteId> {
    let (id, user) = index.user_at(&address.person())?;
    // Whoever begins anew has not accepted, so the one who has did not begin anew.
    let is_undone = wanted.invitation()?.by == GuestBy::Resetting && !is_pending(user);
    (!is_undone).then_some(RemoteId::ObjectId(id))
}
