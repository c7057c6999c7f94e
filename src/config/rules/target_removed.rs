//! No member is mapped to somebody who is removed.

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let members = &facts.people.by_target;
    for removal in &facts.file.remove {
        let person = removal.email.value.as_str();
        let start = members.partition_point(|(target, _)| *target < person);
        let Some((_, member)) = members.get(start).filter(|(target, _)| *target == person) else {
            continue;
        };
        // Somebody mapped to their own name is both mapped and removed; told as such.
        if member.email.value.as_str() == person {
            continue;
        }
        let who = Shown(member.email.value.as_str());
        remarks.push(
            Remark::new(
                Code::TargetRemoved,
                format!("`{who}` is mapped to somebody who is removed"),
                member.says.to.span,
                "mapped to this identity",
                "map the member to another identity, or delete the line under `[remove]`",
            )
            .and_at(removal.email.span, "which is removed here"),
        );
    }
}
