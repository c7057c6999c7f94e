//! Guests: invited, brought back, reminded, or asked to begin anew.

use std::borrow::Cow;

use super::{Content, Value, Wording, of_domain, parts};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, GuestBy, InvitationAttributes};
use crate::plan::value::{Change, Step};
use crate::report::sanitize::clean;

pub(super) const WORDING: Wording = Wording {
    create: verb,
    update: verb,
    name: |guest| guest.invitation()?.display_name.as_deref(),
    fields,
    // What is asked of a guest is the verb of the row.
    in_row: &["by", "resend", "reset", "mail owed"],
    alike: |key, guest| Some([parts(key).1, text(guest.invitation()?)]),
    changed_alike,
    of_many: of_domain,
    ..Wording::of(Kind::Invitation)
};

/// The label of the text to a guest: prose with lines of its own, and the only value that is not clean.
pub(in crate::report) const MESSAGE: &str = "message";

/// What is asked of a guest.
fn verb(step: &Step) -> &'static str {
    let after = step.change.after().and_then(Attributes::invitation);
    match after.map_or(GuestBy::Invitation, |guest| guest.by) {
        GuestBy::Invitation if matches!(step.change, Change::Update { .. }) => "update",
        GuestBy::Invitation => "invite",
        GuestBy::Restoring { .. } => "restore",
        GuestBy::Resending => "resend",
        GuestBy::Resetting => "reset",
    }
}

fn text(guest: &InvitationAttributes) -> &str {
    guest.message.as_deref().unwrap_or_default()
}

fn changed_alike<'a>(before: &'a Attributes, after: &'a Attributes) -> Option<Content<'a>> {
    let (before, after) = (before.invitation()?, after.invitation()?);
    let differ = before.display_name != after.display_name || before.sender != after.sender;
    (!differ).then(|| [text(before), text(after)])
}

fn yes(flag: bool) -> Option<Cow<'static, str>> {
    flag.then_some(Cow::Borrowed("yes"))
}

fn fields(guest: &Attributes) -> Option<Vec<Value<'_>>> {
    let InvitationAttributes {
        display_name,
        message,
        sender,
        by,
        resend,
        reset_redemption,
        mail_owed,
        adopted: _,
    } = guest.invitation()?;
    let by = (*by != GuestBy::Invitation).then_some(Cow::Borrowed(by.as_str()));
    let sender = sender.as_ref().map(|sender| clean(sender.as_str()));
    Some(vec![
        ("name", display_name.as_deref().map(clean)),
        (MESSAGE, message.as_deref().map(Cow::Borrowed)),
        ("sender", sender),
        ("by", by),
        ("resend", yes(*resend)),
        ("reset", yes(*reset_redemption)),
        ("mail owed", yes(*mail_owed)),
    ])
}
