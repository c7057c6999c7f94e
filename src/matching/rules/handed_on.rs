//! An address that was handed on: the account is younger than the last visit.
//!
//! For: when somebody leaves, a namesake or a successor gets the address; whoever used the organization
//! before the account was made did so without it.
//! Against: in a new tenant every account is young. So it lowers and does not exclude.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let younger = pair.account.created? > seen.last_known()?;
    let by_id = matches!(pair.by, Rule::Bound | Rule::PersonalAccount);
    let weight = if pair.by.is_address() && pair.relation.agrees() {
        Weight::Lower
    } else {
        Weight::Ask
    };
    (younger && !by_id).then_some((weight, Evidence::Younger))
}
