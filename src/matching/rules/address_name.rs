//! The sign-in name spells the account's name, and the shown name says nothing.
//!
//! For: `ana.trujillo@` is called Ana Trujillo, whatever she shows.
//! Against: as with names.

use super::{Evidence, Look};
use crate::matching::accounts::name_of;
use crate::names::Relation;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let spelled = &look.seen.spelled;
    let shown = look.shown_relation();
    let agrees = spelled.relation(&name_of(look.account)).agrees();
    (spelled.is_full() && shown == Relation::Unknown && agrees && !look.seen.is_function())
        .then_some(Evidence::AddressName)
}
