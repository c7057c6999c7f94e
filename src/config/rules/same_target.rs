//! An identity in the directory takes the place of one member.

use super::Facts;
use super::people::in_text_order;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let members = &facts.people.by_target;
    for ((to, a), (other, b)) in members.iter().zip(members.iter().skip(1)) {
        // The same member twice is told as such.
        if to != other || a.email.value == b.email.value {
            continue;
        }
        let (first, second) = in_text_order(a.says.to.span, b.says.to.span);
        remarks.push(
            Remark::new(
                Code::SameTarget,
                format!("two members are mapped to `{}`", Shown(to)),
                second,
                "and this one, too",
                "an identity in the directory can take the place of one member: correct one of \
                 the two, or name the member who is not needed under `[remove]`",
            )
            .and_at(first, "this member is mapped to it"),
        );
    }
}
