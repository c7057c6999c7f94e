//! The same name: given and family name agree, in any order and script.
//!
//! For: where no address is known on both sides, it is all there is.
//! Against: names are not unique, and chosen by people. So it is likely at best, and only where nobody
//! else has the name.

use super::{Evidence, Look};

pub(super) fn speaks(look: Look<'_>) -> Option<Evidence> {
    let full = look.seen.name.is_full() && !look.seen.is_function();
    (full && look.shown_relation().agrees()).then_some(Evidence::FullName)
}
