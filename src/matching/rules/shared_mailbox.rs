//! A shared mailbox: the address names a function, and the user is a person.
//!
//! For: many people can have signed up with `support@`.
//! Against: one of them has the name of the account.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};
use crate::names::Name;

pub(super) fn objects(
    _: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let address = if pair.by == Rule::Contact {
        seen.contact.as_deref()?
    } else {
        &seen.sign_in
    };
    let shared = pair.by.is_address() && Name::of_address(address).is_function();
    let weight = if pair.relation.agrees() {
        Weight::Lower
    } else {
        Weight::Ask
    };
    (shared && !seen.name.is_function()).then_some((weight, Evidence::SharedMailbox))
}
