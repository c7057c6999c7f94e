//! The sign-in name is an alias of the account's mailbox.
//!
//! For: whoever marries or whose company is renamed keeps the old address as an alias.
//! Against: the mail of somebody who left is sent to a colleague by an alias as well, so the names have
//! to agree.

use super::{Evidence, Look, is};
use crate::matching::addresses;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let mut proxies = look
        .account
        .proxy_addresses
        .iter()
        .filter_map(|proxy| addresses::of_proxy(proxy));
    let address = proxies.find(|address| is(address, &look.seen.sign_in))?;
    Some(Evidence::ProxyAddress {
        address: address.to_owned(),
    })
}
