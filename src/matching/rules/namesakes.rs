//! Several accounts of one name.
//!
//! For: a name that two accounts have points to neither.
//! Against: an exact address still does.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    all: &[Pair<'_>],
) -> Option<Doubt> {
    let live = all.iter().filter(|other| other.account.deleted.is_none());
    let accounts = live
        .filter(|other| other.relation.agrees() || other.by == Rule::AddressName)
        .count();
    let weight = match pair.by {
        by if by <= Rule::OtherMail => return None,
        by if by.is_address() => Weight::Lower,
        _ => Weight::Ask,
    };
    (accounts > 1).then_some((weight, Evidence::Namesakes { accounts }))
}
