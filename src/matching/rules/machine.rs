//! A machine or a service account.
//!
//! For: its name is given to many, and nobody signs in as it.
//! Against: with the same address on both sides it is the same machine. So it lowers and does not exclude.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let weight = if pair.by.is_address() {
        Weight::Lower
    } else {
        Weight::Ask
    };
    seen.name
        .is_function()
        .then_some((weight, Evidence::Machine))
}
