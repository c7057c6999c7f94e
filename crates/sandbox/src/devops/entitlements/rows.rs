//! Everybody who has an access level, as a search goes through them.

use crate::world::{Entitlement, Member, World};
use orgctl_model::ids::StorageKey;

/// Somebody and their access level.
pub(crate) type Row<'a> = (StorageKey, &'a Member, &'a Entitlement);

/// Who has an access level, in the order of storage keys.
pub(crate) fn rows<'a>(
    world: &'a World,
    after: Option<StorageKey>,
) -> impl Iterator<Item = Row<'a>> {
    let row =
        |(key, member): (StorageKey, &'a Member)| Some((key, member, member.entitlement.as_ref()?));
    world.members_after(after).filter_map(row)
}
