//! The accounts that may be somebody's: found by key, then looked at one by one.

use std::collections::BTreeSet;

use super::index::{self, MAX_ALIKE};
use super::rules::{self, Context, Look, Pair};
use super::seen::Seen;
use crate::names::Name;

/// The most accounts of one name that are looked at: two already say that the name is not enough.
const NAMESAKES: usize = 8;

/// A word that more accounts have hints at nobody.
const RARE: usize = 8;

/// Every account for which something speaks, in the order of the directory.
pub(super) fn of<'a>(context: &Context<'a>, seen: &Seen<'_>) -> Vec<Pair<'a>> {
    let numbers = numbers(context, seen);
    let looks = numbers.into_iter().filter_map(|number| {
        let account = context.index.account(number)?;
        let relation = seen.relation(account);
        let (by, evidence) = rules::speak_for(Look {
            context,
            seen,
            account,
            relation,
        })?;
        Some(Pair {
            number,
            account,
            relation,
            by,
            evidence,
        })
    });
    looks.collect()
}

fn numbers(context: &Context<'_>, seen: &Seen<'_>) -> BTreeSet<u32> {
    let index = context.index;
    let mut numbers = BTreeSet::new();
    let mut addresses = vec![
        index::mailbox_key(&seen.sign_in),
        index::external_key(&seen.sign_in),
    ];
    addresses.extend(seen.contact.as_deref().map(index::mailbox_key));
    addresses.extend(seen.user.object_id.as_ref().map(index::id_key));
    addresses.extend(seen.user.puid.as_deref().map(index::personal_key));
    let renamed = context.renamed.rewritten(&seen.sign_in);
    addresses.extend(renamed.as_deref().map(index::mailbox_key));
    for key in addresses {
        numbers.extend(index.addresses.at(key).take(MAX_ALIKE));
    }
    let spelled = [&seen.name, &seen.spelled];
    for key in spelled.into_iter().flat_map(index::name_keys) {
        numbers.extend(index.names.at(key).take(NAMESAKES));
    }
    if let Some(found) = index::local_key(&seen.sign_in).map(|key| index.locals.at(key))
        && found.len() <= RARE
    {
        numbers.extend(found);
    }
    if numbers.is_empty() {
        numbers.extend(hints(context, &seen.name));
    }
    numbers
}

/// The accounts that share a rare word of a name.
fn hints(context: &Context<'_>, name: &Name) -> Vec<u32> {
    let words = name.forms().iter().flat_map(|form| &form.words);
    let long = words.filter(|word| word.text.len() > 2);
    long.map(|word| context.index.words.at(index::word_key(&word.text)))
        .filter(|found| found.len() <= RARE)
        .flatten()
        .collect()
}
