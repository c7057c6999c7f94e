//! One account for one person at most.
//!
//! Where several users lead to one account, they are one person with several accounts, or namesakes. The
//! better evidence keeps the account, and the others are asked. Where none is better, all are asked,
//! unless the account itself lists the addresses of all: then the one who was seen last keeps it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::proposal::Proposal;
use super::value::Class;

/// Leaves one proposal an account; the others become questions.
pub(super) fn one_account_one_person(proposals: &mut [Proposal<'_>]) {
    let mut by_account: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, proposal) in proposals.iter().enumerate() {
        if let Some(number) = proposal.target {
            by_account.entry(number).or_default().push(place);
        }
    }
    for places in by_account.into_values().filter(|places| places.len() > 1) {
        let keeper = keeper(proposals, &places);
        let name = |place: usize| {
            let of = proposals.get(place);
            of.map(|proposal| proposal.seen.user.principal_name.clone())
                .unwrap_or_default()
        };
        let named: Vec<_> = places.iter().map(|place| (*place, name(*place))).collect();
        for (place, _) in named.iter().filter(|(place, _)| Some(*place) != keeper) {
            let by = keeper.or_else(|| places.iter().copied().find(|other| other != place));
            let by = named.iter().find(|(other, _)| Some(*other) == by);
            let by = by.map(|(_, name)| name.clone()).unwrap_or_default();
            if let Some(proposal) = proposals.get_mut(*place) {
                proposal.becomes_a_question(Evidence::Taken { by });
            }
        }
    }
}

/// Who keeps an account that several lead to.
fn keeper(proposals: &[Proposal<'_>], places: &[usize]) -> Option<usize> {
    let mut ranked: Vec<_> = places
        .iter()
        .filter_map(|place| Some((proposals.get(*place)?.strength(), *place)))
        .collect();
    ranked.sort();
    let (first, second) = (ranked.first()?, ranked.get(1)?);
    if first.0 < second.0 {
        return Some(first.1);
    }
    let equal = ranked.iter().filter(|(strength, _)| *strength == first.0);
    // Two lines that lead to one account are for a person to mend, and so are two names.
    let (class, rule) = first.0;
    if class != Class::Certain || rule.is_none() {
        return None;
    }
    equal.map(|(_, place)| *place).min_by_key(|place| {
        let user = proposals.get(*place).map(|proposal| proposal.seen.user);
        let seen = user.and_then(|user| user.last_seen);
        (
            Reverse(seen),
            user.map(|user| (&user.principal_name, user.id)),
        )
    })
}
