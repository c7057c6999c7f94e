//! The address for mail in the organization is one of the account's.
//!
//! For: who signs in with a private account has mail sent to work.
//! Against: it is not what they sign in with, and may be the team's. So the names have to agree.

use super::{Evidence, Look, is};
use crate::matching::accounts::addresses_of;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let contact = look.seen.contact.as_deref()?;
    let address = addresses_of(look.account).find(|address| is(address, contact))?;
    Some(Evidence::Contact {
        address: address.to_owned(),
    })
}
