//! The address of a guest is one that can be invited.

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

/// Microsoft Graph, "invitation resource type": these characters are refused, and a dot or hyphen
/// must not be the first or last of the user name. A `+` is refused too; but a guest who is in the
/// directory under such an address needs no invitation, so the planner looks at that.
pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    const REFUSED: &str = "~!#$%^&*()={}[]\\/|;:\"<>?,";
    for guest in &facts.file.guests {
        let email = &guest.email.value;
        let local = email.local_part();
        let (label, help) = if local.contains("#ext#") {
            (
                "the name that a directory gave to a guest".to_owned(),
                "write the guest's own address, the one that mail is sent to",
            )
        } else if let Some(bad) = email.as_str().chars().find(|c| REFUSED.contains(*c)) {
            (
                format!("Microsoft's invitations refuse `{bad}`"),
                "write another address of this person",
            )
        } else if local.starts_with(['.', '-']) || local.ends_with(['.', '-']) {
            (
                "a dot or hyphen begins or ends the part before the `@`".to_owned(),
                "Microsoft's invitations refuse that; write another address of this person",
            )
        } else {
            continue;
        };
        remarks.push(Remark::new(
            Code::GuestAddress,
            format!("`{}` cannot be invited as a guest", Shown(email.as_str())),
            guest.email.span,
            label,
            help,
        ));
    }
}
