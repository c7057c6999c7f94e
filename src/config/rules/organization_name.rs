//! The organization has a name that an organization can have.

use super::Facts;
use crate::config::declare::At;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

/// Azure DevOps, "Naming restrictions": letters of the English alphabet, digits and hyphens, the
/// first and the last a letter or digit, at most 50.
pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    const MAX_CHARS: usize = 50;
    let Some(At { value, span }) = &facts.file.organization.name else {
        return;
    };
    let edge_ok = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let bad = value
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && *c != '-');
    let label = match bad {
        _ if value.is_empty() => "it is empty".to_owned(),
        Some(bad) => format!(
            "`{}` cannot be part of it",
            Shown(bad.encode_utf8(&mut [0; 4]))
        ),
        None if !edge_ok(value.chars().next()) || !edge_ok(value.chars().next_back()) => {
            "it must begin and end with a letter or digit".to_owned()
        }
        None if value.len() > MAX_CHARS => format!("longer than {MAX_CHARS} characters"),
        None => return,
    };
    let help = if value.contains('/') {
        "write only the last part of the address in the browser: `name = \"contoso\"`"
    } else {
        "a name holds letters from a to z, digits and hyphens: `name = \"contoso-shop\"`"
    };
    let message = format!("`{}` cannot be the name of an organization", Shown(value));
    remarks.push(Remark::new(
        Code::OrganizationName,
        message,
        *span,
        label,
        help,
    ));
}
