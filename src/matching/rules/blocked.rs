//! A blocked account.
//!
//! For: who left the company is blocked there, and is a match with that said.
//! Against: for a match by name alone, somebody who works is not the blocked one.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let weight = if pair.by.is_address() {
        Weight::Told
    } else {
        Weight::Ask
    };
    (!pair.account.enabled && pair.account.deleted.is_none()).then_some((weight, Evidence::Blocked))
}
