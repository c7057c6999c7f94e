//! A deleted account.
//!
//! For: nobody can be mapped onto it before it is restored, and whether it should be is for a person to say.
//! Against: nothing.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    pair.account
        .deleted
        .is_some()
        .then_some((Weight::Ask, Evidence::Deleted))
}
