//! The sign-in name of a guest spells the address that was invited.
//!
//! For: `ana_outlook.com#EXT#@…` stays when the address for mail is cleared.
//! Against: two addresses can be spelled alike there, so the names have to agree.

use super::{Evidence, Look};
use crate::matching::addresses;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let part = addresses::external_part(&look.account.user_principal_name)?;
    let sign_in = &look.seen.sign_in;
    (part == addresses::as_external_part(sign_in)).then(|| Evidence::GuestName {
        address: sign_in.clone(),
    })
}
