//! Nobody who is protected is removed.

use super::Facts;
use super::people::removal_of;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    for protected in &facts.file.guards.protected {
        if let Some(removed) = removal_of(facts.file, &protected.value) {
            let who = Shown(protected.value.as_str());
            remarks.push(
                Remark::new(
                    Code::ProtectedRemoved,
                    format!("`{who}` is protected, but removed"),
                    removed.span,
                    "removed here",
                    "delete this line, or take the person off the `protected` list",
                )
                .and_at(protected.span, "protected by this line"),
            );
        }
    }
}
