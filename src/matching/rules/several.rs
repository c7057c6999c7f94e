//! An address that several accounts hold.
//!
//! For: the mailbox of a help desk or a family is nobody's.
//! Against: whose sign-in name it is, or the only one whose name agrees, is likely meant.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};

pub(super) fn objects(
    _: &Context<'_>,
    _: &Seen<'_>,
    pair: &Pair<'_>,
    all: &[Pair<'_>],
) -> Option<Doubt> {
    if !pair.by.is_address() || pair.by == Rule::Bound || pair.by == Rule::PersonalAccount {
        return None;
    }
    let others = || {
        let held = all.iter().filter(|other| other.by.is_address());
        held.filter(|other| other.number != pair.number && other.account.deleted.is_none())
    };
    let accounts = others().count() + 1;
    if accounts == 1 {
        return None;
    }
    let only_name = pair.relation.agrees() && !others().any(|other| !other.relation.contradicts());
    let weight = match (only_name, pair.by == Rule::SignInName) {
        (true, true) => Weight::Told,
        (true, false) | (false, true) => Weight::Lower,
        (false, false) => Weight::Ask,
    };
    Some((weight, Evidence::Several { accounts }))
}
