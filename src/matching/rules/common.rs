//! A name of which both parts are common in the directory.
//!
//! For: where two hundred are called Müller and two hundred Thomas, somebody from outside has a namesake
//! here by mere chance. A part is common if more than four share it; both are if, put together at random,
//! they would give a sixteenth of an account or more.
//! Against: nothing. It only asks.

use super::{Context, Doubt, Evidence, Pair, Rule, Seen, Weight};
use crate::matching::accounts::name_of;
use crate::matching::index::word_key;

/// Parts that fewer accounts share are never common.
const FEW: usize = 4;

pub(super) fn objects(
    context: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    if pair.by.is_address() {
        return None;
    }
    let own = if pair.by == Rule::AddressName {
        &seen.spelled
    } else {
        &seen.name
    };
    let account = name_of(pair.account);
    let theirs: Vec<_> = account
        .forms()
        .iter()
        .flat_map(|form| &form.words)
        .collect();
    let words = own.forms().iter().flat_map(|form| &form.words);
    let shared = words.filter(|word| theirs.iter().any(|other| other.text == word.text));
    let mut counts: Vec<_> = shared
        .map(|word| context.index.words.at(word_key(&word.text)).len())
        .collect();
    counts.sort_unstable();
    let (rarest, next) = (*counts.first()?, *counts.get(1)?);
    let by_chance = rarest.saturating_mul(next).saturating_mul(16) > context.index.len();
    (rarest > FEW && by_chance).then_some((Weight::Ask, Evidence::Common { accounts: rarest }))
}
