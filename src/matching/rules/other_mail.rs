//! The sign-in name is among the account's further addresses.
//!
//! For: it is where people write their private address, with which they signed up.
//! Against: families share an address, and some write down that of the help desk. So the names have to
//! agree, and an address that several accounts list is nobody's.

use super::{Evidence, Look, is};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let others = &look.account.other_mails;
    let address = others.iter().find(|other| is(other, &look.seen.sign_in))?;
    Some(Evidence::OtherMail {
        address: address.clone(),
    })
}
