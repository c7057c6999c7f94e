//! A directory user who is created has a name.

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    for member in &facts.file.members {
        if let (Some(created), None) = (member.says.creates_at(), &member.says.keys.name) {
            let to = Shown(member.says.to.value.as_str());
            remarks.push(Remark::new(
                Code::CreateWithoutName,
                format!("`{to}` is to be created, but has no name"),
                created,
                "a new directory user needs a name that others see",
                "add for example `name = \"Sam Ode\"` between the same braces",
            ));
        }
    }
}
