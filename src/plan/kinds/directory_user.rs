//! Directory users: members whom org.toml wants made in the tenant.

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, DirectoryUserAttributes};
use crate::model::ids::RemoteId;
use crate::model::live::DirectoryUser;
use crate::plan::context::Context;
use crate::plan::decide::{self, Standing};
use crate::plan::value::{Reason, Step};

/// Whoever was deleted under the name that is wanted is brought back, with everything that was
/// theirs, and is not made a second time.
///
/// Nobody is made for a line whose person is not in the organization: the mapping that would need
/// the identity cannot happen, and the mapping's part says so.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, member) in context
        .desired
        .members
        .iter()
        .filter(|(_, member)| member.create)
    {
        let found = context.directory.find(&member.to);
        let identity = found.map(|found| found.id);
        let Some((_, user)) = context.member_of_line(person) else {
            continue;
        };
        let standing = identity.map_or(Standing::Absent, |id| {
            Standing::Equal(RemoteId::ObjectId(id))
        });
        let owned = context.entry(Kind::DirectoryUser, &member.to).is_some();
        let name = member
            .name
            .as_deref()
            .unwrap_or_else(|| member.to.local_part());
        let is_own =
            |user: &DirectoryUser| user.user_principal_name == member.to && !user.is_external();
        let restored = match standing {
            Standing::Absent => context.deleted(&member.to, is_own).map(|(id, _)| id),
            Standing::Equal(_) | Standing::Unrecorded(_) | Standing::Differs(_, _) => None,
        };
        let after = || {
            Attributes::DirectoryUser(DirectoryUserAttributes {
                display_name: name.to_owned(),
                restored,
            })
        };
        let Some((change, reason)) = decide::wanted(standing, owned, after) else {
            continue;
        };
        let reason = restored.map_or(reason, |_| Reason::DeletedBefore);
        part.steps.push(Step {
            address: Address::of(Kind::DirectoryUser, &member.to),
            change,
            reason,
            needs: Vec::new(),
            source: Some(member.place.clone()),
            display_name: Some(user.display_name.clone()),
        });
    }
    part
}
