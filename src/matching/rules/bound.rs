//! The organization has the account's object id.
//!
//! For: once the organization is connected, or somebody was mapped, it goes by the id itself.
//! Against: nothing; names and addresses may change under an id.

use super::{Evidence, Look};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    (look.seen.user.object_id == Some(look.account.id)).then_some(Evidence::Bound)
}
