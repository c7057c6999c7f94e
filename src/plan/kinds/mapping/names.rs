//! What the two sides of a mapping are called. A reviewer compares that; nothing is decided by it here.

use super::Wanted;
use crate::model::address::Kind;
use crate::model::attributes::{Identity, MappingAttributes};
use crate::model::ids::ObjectId;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::kinds::{directory_user, invitation};

/// The attributes of a wanted mapping, with the names of both sides and the reason of its line.
pub(super) fn introduced(
    context: &Context<'_>,
    wanted: &Wanted<'_>,
    inform: bool,
) -> MappingAttributes {
    let &Wanted {
        person,
        to,
        member: (key, user),
        ref identity,
        place: _,
    } = wanted;
    let is_on_the_line = |name: &&Email| *name == person || *name == to;
    let today = Some(&user.principal_name).filter(|name| !is_on_the_line(name));
    MappingAttributes {
        inform,
        name: name(context, wanted),
        from: today.cloned(),
        account: account(context, wanted).cloned(),
        because: because(context, person).cloned(),
        ..MappingAttributes::new(key, to.clone(), identity.clone())
    }
}

/// What the member and the account are called, as far as they have names.
pub(super) fn both(context: &Context<'_>, wanted: &Wanted<'_>) -> (Option<String>, Option<String>) {
    let (_, user) = wanted.member;
    (said(&user.display_name), name(context, wanted))
}

/// What the directory calls an account that it has.
pub(super) fn of_account(context: &Context<'_>, id: ObjectId) -> Option<String> {
    let user = context.live.directory.users.get(&id)?;
    said(&user.display_name)
}

/// What the account is called, or will be: one that is brought back keeps its name, any other gets that
/// of the line.
fn name(context: &Context<'_>, wanted: &Wanted<'_>) -> Option<String> {
    let desired = context.desired;
    let awaited = match &wanted.identity {
        Identity::ObjectId(id) => return of_account(context, *id),
        Identity::After(address) => address,
    };
    let to = &awaited.person();
    let (deleted, line) = if awaited.kind() == Kind::Invitation {
        let guest = desired.guests.get(to);
        let line = guest.and_then(|guest| guest.name.as_deref());
        (invitation::deleted(context, to), line)
    } else {
        let member = desired.members.get(wanted.person);
        let line = member.and_then(|member| member.name.as_deref());
        (directory_user::deleted(context, wanted.person), line)
    };
    let deleted = deleted.map(|(_, user)| user.display_name.as_str());
    said(deleted.or(line)?)
}

/// The sign-in name of the account, where the line names it by another address. What the directory makes
/// of a guest's address is no name to sign in with.
fn account<'a>(context: &Context<'a>, wanted: &Wanted<'_>) -> Option<&'a Email> {
    let user = context
        .live
        .directory
        .users
        .get(&wanted.identity.object_id()?)?;
    let name = &user.user_principal_name;
    (name != wanted.to && !user.is_external()).then_some(name)
}

/// Why the pair is right, as its line says.
fn because<'a>(context: &Context<'a>, person: &Email) -> Option<&'a String> {
    let desired = context.desired;
    let member = desired.members.get(person).map(|line| &line.because);
    let guest = || desired.guests.get(person).map(|line| &line.because);
    member.or_else(guest)?.as_ref()
}

/// A name that says something.
fn said(name: &str) -> Option<String> {
    (!name.trim().is_empty()).then(|| name.to_owned())
}
