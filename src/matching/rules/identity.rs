//! An identity with which the account is used is the user's.
//!
//! For: of a guest with a personal Microsoft account, it is the very account that signs in to an
//! organization of personal accounts.
//! Against: a one-time passcode proves an address only. The address still is the guest's.

use super::{Evidence, Look, is};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let identity = look.account.identities.iter().find(|identity| {
        identity
            .id
            .as_deref()
            .is_some_and(|id| is(id, &look.seen.sign_in))
    })?;
    Some(Evidence::Identity {
        issuer: identity.issuer.clone(),
        address: identity.id.clone()?,
    })
}
