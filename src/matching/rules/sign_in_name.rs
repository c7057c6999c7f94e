//! The same sign-in name.
//!
//! For: it is what the service itself goes by when an organization is connected.
//! Against: a name can be given to somebody else, so names and ages are looked at as well.

use super::{Evidence, Look, is};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    is(&look.account.user_principal_name, &look.seen.sign_in).then_some(Evidence::SignInName)
}
