//! A guest of the same name, with another address.
//!
//! For: people are invited under their address at work and signed up with a private one.
//! Against: nothing but the name says so, and a guest account under that address is easily made. So a
//! person decides.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let by_name = !pair.by.is_address() && pair.account.guest;
    by_name.then_some((Weight::Ask, Evidence::GuestOfAnotherAddress))
}
