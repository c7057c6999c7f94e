//! Part of the name: an initial, a short form, or one word that few accounts have.
//!
//! For: "A. Trujillo" may be Ana Trujillo; Ana Moreno may have been Ana Trujillo.
//! Against: or not. It is a hint only.

use super::{Evidence, Look};
use crate::names::Relation;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let relation = look.relation;
    matches!(
        relation,
        Relation::Short | Relation::OtherFamily | Relation::Partly
    )
    .then_some(Evidence::NameHint { relation })
}
