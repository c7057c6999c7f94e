//! An address of a domain that the company renamed.
//!
//! Which domains were renamed is learnt from the certain pairs: at least two people whose sign-in name of
//! the old domain is another address of an account that has the same first part at the new one, and
//! nearly nobody for whom it is otherwise.
//!
//! For: companies rename everybody at once, and keep the first part.
//! Against: after a merger `t.mueller@` may be somebody else at the new domain. So the names have to agree.

use std::collections::BTreeMap;

use super::{Evidence, Look, is};
use crate::matching::accounts::addresses_of;
use crate::matching::addresses;
use crate::matching::value::DirectoryAccount;

/// How many pairs have to show it.
const LEAST_PAIRS: usize = 2;

/// Domains that were renamed: the old one, the new one and how many pairs show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::matching) struct Renamed(BTreeMap<String, (String, usize)>);

impl Renamed {
    /// Learns from pairs of a sign-in name and an account that are certain.
    pub(in crate::matching) fn learn<'a>(
        certain: impl Iterator<Item = (&'a str, &'a DirectoryAccount)>,
    ) -> Self {
        // Old domain → how many pairs, and how many of them for each new domain.
        let mut counts: BTreeMap<&str, (usize, BTreeMap<String, usize>)> = BTreeMap::new();
        for (sign_in, account) in certain {
            let Some((local, old)) = addresses::split(sign_in) else {
                continue;
            };
            if account.guest || addresses::is_private(old) {
                continue;
            }
            let name = addresses::folded(&account.user_principal_name);
            let Some((new_local, new)) = addresses::split(&name) else {
                continue;
            };
            let (all, renamed) = counts.entry(old).or_default();
            *all += 1;
            if new_local == local && new != old {
                *renamed.entry(new.to_owned()).or_default() += 1;
            }
        }
        let learnt = counts.into_iter().filter_map(|(old, (all, renamed))| {
            let (new, pairs) = renamed.into_iter().max_by_key(|(_, pairs)| *pairs)?;
            let nearly_all = pairs * 5 >= all * 4;
            (pairs >= LEAST_PAIRS && nearly_all).then(|| (old.to_owned(), (new, pairs)))
        });
        Self(learnt.collect())
    }

    /// What a domain is called now.
    pub(in crate::matching) fn to(&self, old: &str) -> Option<(&str, usize)> {
        self.0.get(old).map(|(new, pairs)| (new.as_str(), *pairs))
    }

    /// Whether nothing was learnt.
    pub(in crate::matching) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The address as it would be now.
    pub(in crate::matching) fn rewritten(&self, address: &str) -> Option<String> {
        let (local, old) = addresses::split(address)?;
        let (new, _) = self.to(old)?;
        Some(format!("{local}@{new}"))
    }
}

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let renamed = &look.context.renamed;
    let rewritten = renamed.rewritten(&look.seen.sign_in)?;
    let (to, pairs) = renamed.to(look.seen.domain())?;
    addresses_of(look.account)
        .any(|address| is(address, &rewritten))
        .then(|| Evidence::RenamedDomain {
            from: look.seen.domain().to_owned(),
            to: to.to_owned(),
            pairs,
        })
}
