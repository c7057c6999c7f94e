//! The name of a directory user who is created is one that a user can have.

use miette::SourceSpan;

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::sections::Member;
use crate::config::source::Shown;
use crate::model::person::Email;

/// Microsoft Entra, "Password policies and account restrictions", table of user principal names: the
/// characters, and how many may be before and after the `@`.
const ALLOWED: &str = "'.-_!#^~";
const LOCAL_CHARS_MAX: usize = 64;
const DOMAIN_CHARS_MAX: usize = 48;

/// Microsoft Graph, "user resource type": the longest `displayName`.
const NAME_CHARS_MAX: usize = 256;

/// What is wrong with a name, and what to do about it.
type Flaw = (String, &'static str);

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    for member in &facts.file.members {
        let member = &member.says;
        if member.creates_at().is_none() {
            continue;
        }
        let address = flaw_of_address(&member.to.value).map(|flaw| (member.to.span, flaw));
        let flaws = address.into_iter().chain(flaw_of_name(member));
        for (span, (label, help)) in flaws {
            let to = Shown(member.to.value.as_str());
            let message = format!("`{to}` cannot be created in the directory");
            let remark = Remark::new(Code::NewUserAddress, message, span, label, help);
            remarks.push(remark);
        }
    }
}

fn flaw_of_address(to: &Email) -> Option<Flaw> {
    let (local, domain) = (to.local_part(), to.domain());
    let refused = |c: &char| !c.is_ascii_alphanumeric() && !ALLOWED.contains(*c);
    if let Some(bad) = local.chars().find(refused) {
        let bad = bad.to_string();
        let label = format!("`{}` cannot be part of a user principal name", Shown(&bad));
        let help = "before the `@` take letters from a to z, digits and ' . - _ ! # ^ ~; accents \
                    can stay in `name`";
        return Some((label, help));
    }
    // The end is in that table too. The beginning is in an edition of Microsoft's article 2439357,
    // "Invalid user name": "except at the beginning or end of the name".
    if local.starts_with('.') || local.ends_with('.') {
        let label = "a dot begins or ends the part before the `@`".to_owned();
        return Some((label, "write the name without that dot"));
    }
    if local.chars().count() > LOCAL_CHARS_MAX {
        let label = format!("more than {LOCAL_CHARS_MAX} characters before the `@`");
        return Some((label, "shorten the part before the `@`"));
    }
    if domain.chars().count() > DOMAIN_CHARS_MAX {
        let label = format!("more than {DOMAIN_CHARS_MAX} characters after the `@`");
        let help = "write a shorter domain of the tenant, such as the one that ends in \
                    `.onmicrosoft.com`";
        return Some((label, help));
    }
    None
}

fn flaw_of_name(member: &Member) -> Option<(SourceSpan, Flaw)> {
    let name = member.keys.name.as_ref()?;
    let is_long = name.value.chars().count() > NAME_CHARS_MAX;
    is_long.then(|| {
        let label = format!("more than {NAME_CHARS_MAX} characters");
        (name.span, (label, "shorten the name"))
    })
}
