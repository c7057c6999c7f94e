//! The same mailbox, spelled differently: with a plus tag, wide letters, or dots at Google.
//!
//! For: mail to both spellings arrives at one person.
//! Against: a provider may do without tags. So the names have to agree.

use super::{Evidence, Look, is};
use crate::matching::accounts::addresses_of;
use crate::matching::addresses;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let sign_in = &look.seen.sign_in;
    let mut spelled = addresses_of(look.account).filter(|address| !is(address, sign_in));
    let address = spelled.find(|address| addresses::same_mailbox(address, sign_in))?;
    Some(Evidence::SameMailbox {
        address: address.to_owned(),
    })
}
