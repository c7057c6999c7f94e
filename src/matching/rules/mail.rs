//! The sign-in name is the account's address for mail.
//!
//! For: many sign in to the organization with what they take for their address.
//! Against: the address of a team may stand there.

use super::{Evidence, Look, is};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let mail = look.account.mail.as_deref()?;
    is(mail, &look.seen.sign_in).then(|| Evidence::Mail {
        address: mail.to_owned(),
    })
}
