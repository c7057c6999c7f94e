//! A text that people read, and the name of a folder or project, says something.

use super::{Facts, projects};
use crate::config::declare::Text;
use crate::config::diagnostic::{Code, Remark, Remarks};

const BECAUSE: &str = "reason of a pair";
const WRITE_WHY: &str =
    "write why both are one person: `because = \"married in May\"`, or leave `because` out";

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    let mut check = |text: Option<&Text>, what: &str, help: &str| {
        if let Some(text) = text.filter(|text| text.value.trim().is_empty()) {
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
    for removal in &facts.file.remove {
        let help = "write why this person goes, for whoever reviews the plan: `\"left in May\"`";
        check(Some(&removal.says.0), "reason of a removal", help);
    }
    for member in &facts.file.members {
        let help = "write the name that others will see";
        check(member.says.keys.name.as_ref(), "name of a member", help);
        check(member.says.keys.because.as_ref(), BECAUSE, WRITE_WHY);
    }
    if let Some(notices) = &facts.file.notices {
        let help = "write the path of a folder, or leave `templates` out";
        let templates = notices.value.templates.as_ref();
        check(templates, "folder of the templates", help);
        let help = "write the path of a folder, or leave `out` out";
        check(notices.value.out.as_ref(), "folder of the notices", help);
    }
    for guest in &facts.file.guests {
        let help = "write the name that others will see, or leave `name` out";
        check(guest.says.name.as_ref(), "name of a guest", help);
        let help = "write a line for the invitation, or leave `message` out";
        check(guest.says.message.as_ref(), "message to a guest", help);
        check(guest.says.because.as_ref(), BECAUSE, WRITE_WHY);
    }
    for (name, _) in projects(facts).flatten() {
        let help = "write the name of the project as the portal shows it";
        check(Some(name), "name of a project", help);
    }
}
