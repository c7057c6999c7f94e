//! The same address but for dots, at a provider for whom dots matter.
//!
//! For: `analee@` and `ana.lee@` mostly are one person, and who types an address forgets the dot.
//! Against: `anal.ee@` may be somebody else. So it is likely at best.

use super::{Evidence, Look};
use crate::matching::accounts::addresses_of;
use crate::matching::addresses;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let sign_in = &look.seen.sign_in;
    let mailbox = addresses::mailbox(sign_in);
    let address = addresses_of(look.account).find(|address| {
        addresses::mailbox(address) == mailbox && !addresses::same_mailbox(address, sign_in)
    })?;
    Some(Evidence::Dots {
        address: address.to_owned(),
    })
}
