//! An account that has long not been used, matched by name alone.
//!
//! For: somebody works in the organization and the account of the name lies idle: hardly the same person.
//! Against: the tenant shows it only with a licence, so its silence says nothing.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    context: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let idle = context.input.now.as_second() - pair.account.last_sign_in?.as_second();
    let long = idle > i64::from(context.input.unseen_days) * 86_400;
    (long && !pair.by.is_address()).then_some((Weight::Ask, Evidence::Unused))
}
