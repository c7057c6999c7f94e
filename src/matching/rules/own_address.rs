//! An address of the tenant's own that no account holds, matched by name alone.
//!
//! For: whoever had it has mostly left, and the account of the name is a namesake's: `ana.lee2@` was not
//! `ana.lee@`.
//! Against: an account may have lost its old address. So a person decides.

use super::{Context, Doubt, Evidence, Pair, Seen, Weight};

pub(super) fn objects(
    context: &Context<'_>,
    seen: &Seen<'_>,
    pair: &Pair<'_>,
    _: &[Pair<'_>],
) -> Option<Doubt> {
    let domain = seen.domain();
    let mut verified = context.input.verified_domains.iter();
    let own = verified.any(|own| own.eq_ignore_ascii_case(domain));
    (own && !pair.by.is_address()).then(|| {
        (
            Weight::Ask,
            Evidence::OwnDomain {
                domain: domain.to_owned(),
            },
        )
    })
}
