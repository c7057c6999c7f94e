//! The address of a directory user who is created is one that a user can have.

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

/// Microsoft Graph, "user resource type": the characters that a user principal name may hold, and
/// the most that the mail nickname, which is made from its first part, may have.
pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    const ALLOWED: &str = "'.-_!#^~";
    const MAX_LOCAL_CHARS: usize = 64;
    for member in &facts.file.members {
        if member.says.creates_at().is_none() {
            continue;
        }
        let to = &member.says.to.value;
        let local = to.local_part();
        let refused = |c: &char| !c.is_ascii_alphanumeric() && !ALLOWED.contains(*c);
        let label = if let Some(bad) = local.chars().find(refused) {
            let bad = bad.to_string();
            format!("`{}` cannot be part of a user principal name", Shown(&bad))
        } else if local.chars().count() > MAX_LOCAL_CHARS {
            format!("more than {MAX_LOCAL_CHARS} characters before the `@`")
        } else {
            continue;
        };
        remarks.push(Remark::new(
            Code::NewUserAddress,
            format!(
                "`{}` cannot be created in the directory",
                Shown(to.as_str())
            ),
            member.says.to.span,
            label,
            "before the `@` take letters from a to z, digits and ' . - _ ! # ^ ~; accents can \
             stay in `name`",
        ));
    }
}
