//! A person is mapped or removed, not both.

use super::Facts;
use super::people::Section;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    for ((email, section, mapped), (_, other, removed)) in facts.people.twins() {
        if (*section, *other) == (Section::Members, Section::Remove) {
            remarks.push(
                Remark::new(
                    Code::MappedAndRemoved,
                    format!("`{}` is both mapped and removed", Shown(email.as_str())),
                    *removed,
                    "removed here",
                    "keep the line under `[members]` if this person stays, the one under \
                     `[remove]` if they go",
                )
                .and_at(*mapped, "mapped here"),
            );
        }
    }
}
