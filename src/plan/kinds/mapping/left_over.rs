//! Mappings that no line asks for any more.

use crate::model::address::{Address, Kind};
use crate::model::person::Email;
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::LeftOver;
use crate::state::value::Entry;

/// What is left of a mapping that no line asks for.
pub(super) fn left_over(context: &Context<'_>, address: &Address, entry: &Entry) -> LeftOver {
    let key = entry.remote_id.storage_key();
    match key.and_then(|key| context.member(key)) {
        None => LeftOver::Gone,
        Some(member) if is_by_directory(context, &address.person(), member) => LeftOver::Holds,
        Some(_) => LeftOver::Final,
    }
}

/// Whether the directory asked for a mapping, not a line, and it still holds.
fn is_by_directory(context: &Context<'_>, person: &Email, (key, user): MemberRef<'_>) -> bool {
    let is_theirs = |id| {
        context
            .directory
            .holders(person)
            .any(|found| found.id == id)
    };
    user.object_id.is_some_and(is_theirs)
        && context.entry(Kind::Invitation, person).is_none()
        && !context.roster.unwanted.contains(&key)
        && context.signs_in(user)
}
