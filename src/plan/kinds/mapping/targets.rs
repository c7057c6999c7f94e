//! Targets: the accounts that users become by a mapping, by connecting, or are already.

use crate::model::address::{Address, Kind};
use crate::model::attributes::Identity;
use crate::model::desired::DesiredMember;
use crate::model::directory_index::{Found, FoundBy};
use crate::model::ids::ObjectId;
use crate::model::live::Member;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::kinds::{directory_user, invitation};

/// The identity that another step makes for a line, where nobody is there.
pub(super) fn awaited(
    context: &Context<'_>,
    person: &Email,
    line: &DesiredMember,
) -> Option<Identity> {
    let to = &line.to;
    if directory_user::may_be_made(context, person) {
        return Some(Identity::After(Address::of(Kind::DirectoryUser, to)));
    }
    if line.id.is_some() {
        return None;
    }
    let is_invited =
        context.desired.guests.contains_key(to) && invitation::refusal(context, to).is_none();
    is_invited.then(|| Identity::After(Address::of(Kind::Invitation, to)))
}

/// Whether connecting makes a user an account.
pub(super) fn is_matched(context: &Context<'_>, user: &Member, found: Found<'_>) -> bool {
    found.user.user_principal_name == user.principal_name && context.matches_on_connecting(user)
}

/// Whether a user is an identity of the tenant already.
pub(super) fn is_identity(context: &Context<'_>, user: &Member, id: ObjectId) -> bool {
    context.signs_in(user) && user.object_id == Some(id)
}

/// The account that connecting would make a user, if it were not disabled.
pub(super) fn disabled_match<'a>(context: &Context<'a>, user: &Member) -> Option<Found<'a>> {
    let found = context.directory.account(&user.principal_name)?;
    let is_match = found.by == FoundBy::PrincipalName && !found.user.enabled;
    is_match.then_some(found)
}
