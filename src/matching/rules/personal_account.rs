//! The same personal account, by the id that Microsoft gave it.
//!
//! For: the id is never given to anybody else.
//! Against: directories seldom show it.

use super::{Evidence, Look};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let puid = look
        .seen
        .user
        .puid
        .as_deref()
        .filter(|puid| !puid.is_empty())?;
    let mut ids = look
        .account
        .identities
        .iter()
        .filter_map(|identity| identity.id.as_deref());
    ids.any(|id| id.trim().eq_ignore_ascii_case(puid))
        .then_some(Evidence::PersonalAccount)
}
