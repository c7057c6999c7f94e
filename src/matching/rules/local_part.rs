//! The same address up to the `@`.
//!
//! For: people take the same first part wherever they can.
//! Against: so do others. It is a hint only.

use super::{Evidence, Look};
use crate::matching::index::local_key;

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let own = local_key(&look.seen.sign_in)?;
    let theirs = local_key(&look.account.user_principal_name)?;
    (own == theirs && !look.relation.contradicts()).then_some(Evidence::LocalPart)
}
