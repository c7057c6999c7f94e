//! A company whose people are guests here.
//!
//! For: who signs in with an address of a partner is one of the partner's, and the employee of the same
//! name is somebody else.
//! Against: somebody changed from the partner to us. So a person decides.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    context: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let domain = seen.domain();
    let partner = !pair.by.is_address()
        && !pair.account.guest
        && !context.is_own(domain)
        && context.index.has_guests_of(domain);
    partner.then(|| {
        (
            Weight::Ask,
            Evidence::Partner {
                domain: domain.to_owned(),
            },
        )
    })
}
