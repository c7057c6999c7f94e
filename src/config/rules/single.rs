//! Rules about one value or one entry.

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::file::Text;
use crate::config::source::Shown;
use crate::model::desired::DesiredConnection;
use crate::model::person::is_domain_name;
use crate::model::state_url::{StateUrl, StateUrlError};

/// Azure DevOps, "Naming restrictions": letters of the English alphabet, digits and hyphens, the
/// first and the last a letter or digit, at most 50.
pub(super) fn organization_name(facts: &Facts<'_>, remarks: &mut Remarks) {
    const MAX_CHARS: usize = 50;
    let Some(Text { value, span }) = &facts.file.organization.name else {
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

pub(super) fn tenant_named_once(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(tenant) = &facts.file.tenant else {
        return;
    };
    if let (Some(id), Some(domain)) = (&tenant.id, &tenant.domain) {
        let (first, second) = if id.span.offset() < domain.span.offset() {
            (id.span, domain.span)
        } else {
            (domain.span, id.span)
        };
        remarks.push(
            Remark::new(
                Code::TenantTwice,
                "`[tenant]` names the tenant twice",
                second,
                "and again here",
                "keep `id` or `domain`; should they ever differ, nobody could tell which is meant",
            )
            .and_at(first, "here it is named first"),
        );
    }
}

pub(super) fn tenant_domain(facts: &Facts<'_>, remarks: &mut Remarks) {
    let domain = facts.file.tenant.as_ref().and_then(|t| t.domain.as_ref());
    let Some(Text { value, span }) = domain else {
        return;
    };
    if !is_domain_name(value) {
        remarks.push(Remark::new(
            Code::BadDomain,
            format!("`{}` is not the name of a domain", Shown(value)),
            *span,
            "letters, digits and hyphens with dots between are expected",
            "write the bare domain, such as `contoso.com` or `contoso.onmicrosoft.com`",
        ));
    }
}

/// `replaces` gives one tenant up for another, so there must be another.
pub(super) fn replaces_another(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(tenant) = &facts.file.tenant else {
        return;
    };
    let Some(replaces) = &tenant.replaces else {
        return;
    };
    let wanted = tenant.id.as_ref();
    let twin = wanted.filter(|id| id.value.is_some() && id.value == replaces.value);
    if tenant.connection == Some(DesiredConnection::Disconnected) {
        remarks.push(Remark::new(
            Code::Replaces,
            "`replaces` has no meaning while `connection` is \"disconnected\"",
            replaces.span,
            "nothing takes the place of this tenant",
            "delete this line; `id` or `domain` names the tenant that is left",
        ));
    } else if let Some(twin) = twin {
        let help = "write here the tenant that backs the organization today and may be given up, \
                    or delete the line";
        remarks.push(
            Remark::new(
                Code::Replaces,
                "the tenant would replace itself",
                replaces.span,
                "the tenant that is given up",
                help,
            )
            .and_at(twin.span, "the tenant that is wanted"),
        );
    }
}

/// Microsoft Graph, "invitation resource type": these characters are refused, and a dot or hyphen
/// must not be the first or last of the user name.
pub(super) fn guest_address(facts: &Facts<'_>, remarks: &mut Remarks) {
    const REFUSED: &str = "~!#$%^&*()+={}[]\\/|;:\"<>?,";
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
                "write another address of this person; for `ana+devops@fabrikam.com` that is \
                 usually the one without the `+` part",
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

pub(super) fn create_with_name(facts: &Facts<'_>, remarks: &mut Remarks) {
    for member in &facts.file.members {
        if let (Some(created), None) = (member.creates_at(), &member.name) {
            let to = Shown(member.to.value.as_str());
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

/// Microsoft Graph, "user resource type": the characters that a user principal name may hold, and
/// the most that the mail nickname, which is made from its first part, may have.
pub(super) fn new_user_address(facts: &Facts<'_>, remarks: &mut Remarks) {
    const ALLOWED: &str = "'.-_!#^~";
    const MAX_LOCAL_CHARS: usize = 64;
    for member in &facts.file.members {
        if member.creates_at().is_none() {
            continue;
        }
        let to = &member.to.value;
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
            member.to.span,
            label,
            "before the `@` take letters from a to z, digits and ' . - _ ! # ^ ~; accents can \
             stay in `name`",
        ));
    }
}

/// A reason, a name and a message are read by people.
pub(super) fn texts_say_something(facts: &Facts<'_>, remarks: &mut Remarks) {
    let mut check = |text: &Text<'_>, what: &str, help: &str| {
        if text.value.trim().is_empty() {
            let message = format!("the {what} is empty");
            let label = "nothing to read here";
            remarks.push(Remark::new(
                Code::EmptyText,
                message,
                text.span,
                label,
                help,
            ));
        }
    };
    for removal in &facts.file.removals {
        let help = "write why this person goes, for whoever reviews the plan: `\"left in May\"`";
        check(&removal.reason, "reason of a removal", help);
    }
    for member in &facts.file.members {
        if let Some(name) = &member.name {
            check(
                name,
                "name of a member",
                "write the name that others will see",
            );
        }
    }
    if let Some(notices) = &facts.file.notices {
        if let Some(folder) = &notices.templates {
            let help = "write the path of a folder, or leave `templates` out";
            check(folder, "folder of the templates", help);
        }
        if let Some(folder) = &notices.out {
            let help = "write the path of a folder, or leave `out` out";
            check(folder, "folder of the notices", help);
        }
    }
    for guest in &facts.file.guests {
        if let Some(name) = &guest.name {
            let help = "write the name that others will see, or leave `name` out";
            check(name, "name of a guest", help);
        }
        if let Some(message) = &guest.message {
            let help = "write a line for the invitation, or leave `message` out";
            check(message, "message to a guest", help);
        }
    }
}

pub(super) fn state_url(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(Text { value, span }) = &facts.file.state.url else {
        return;
    };
    let Err(error) = value.parse::<StateUrl>() else {
        return;
    };
    let label = match error {
        StateUrlError::Empty => "it is empty".to_owned(),
        StateUrlError::Scheme(scheme) => format!("`{}://` is not known", Shown(&scheme)),
        StateUrlError::Container => "no container can be called that".to_owned(),
        StateUrlError::Path => "it names no object in the container".to_owned(),
        StateUrlError::Part(part) if part.is_empty() => "a part of the path is empty".to_owned(),
        StateUrlError::Part(part) => format!("`{}` cannot be a part of the path", Shown(&part)),
    };
    remarks.push(Remark::new(
        Code::StateUrl,
        format!("the state cannot be kept at `{}`", Shown(value)),
        *span,
        label,
        "write the path of a file, such as `url = \"org.state.json\"`, or an object as \
         `az://container/path`, `s3://bucket/path` or `gs://bucket/path`; credentials come from the \
         environment",
    ));
}
