//! Two accounts of one person, or two people behind one user's addresses.
//!
//! For: an employee may also be a guest, or have an account for administration. Which one is meant to do
//! the work is for a person to say.
//! Against: the account whose sign-in name it is comes first by the service's own rule.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    all: &[Pair<'_>],
) -> Option<Doubt> {
    if pair.by == Rule::Bound {
        return None;
    }
    let fits_better = |other: &&Pair<'_>| {
        let by_address = other.by.is_address() && !other.relation.contradicts();
        let by_name = other.relation.agrees() && !pair.relation.agrees();
        other.number != pair.number && other.account.deleted.is_none() && (by_address || by_name)
    };
    let other = all.iter().find(fits_better)?;
    let weight = match (pair.by == Rule::SignInName, pair.relation.agrees()) {
        (true, true) => Weight::Told,
        (true, false) => Weight::Lower,
        (false, _) => Weight::Ask,
    };
    let account = other.account.user_principal_name.clone();
    Some((weight, Evidence::AnotherAccount { account }))
}
