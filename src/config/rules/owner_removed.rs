//! The owner is not removed.

use super::Facts;
use super::people::removal_of;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(owner) = &facts.file.organization.owner else {
        return;
    };
    if let Some(removed) = removal_of(facts.file, &owner.value) {
        let who = Shown(owner.value.as_str());
        remarks.push(
            Remark::new(
                Code::OwnerRemoved,
                format!("the owner `{who}` is removed"),
                removed.span,
                "removed here",
                "delete this line; to let the owner go, first make somebody else the owner in \
                 the organization settings and name them as `owner`",
            )
            .and_at(owner.span, "the owner by this line"),
        );
    }
}
