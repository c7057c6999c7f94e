//! Somebody not seen for long, matched by name alone.
//!
//! For: who has not come for half a year has mostly left, and the account of the name is a namesake's.
//! Against: parents on leave come back. So a person decides.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    (!pair.by.is_address() && seen.absence.is_some()).then_some((Weight::Ask, Evidence::Away))
}
