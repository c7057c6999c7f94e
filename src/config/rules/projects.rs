//! Rules about the projects of a line.

use std::collections::BTreeMap;

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::file::{Projects, Text};
use crate::config::source::Shown;

/// The projects of every line that names some.
fn lines<'f>(facts: &Facts<'f>) -> impl Iterator<Item = &'f Projects<'f>> {
    let members = facts.file.members.iter().map(|member| &member.projects);
    let guests = facts.file.guests.iter().map(|guest| &guest.projects);
    members
        .chain(guests)
        .filter(|projects| !projects.is_empty())
}

/// The service compares names of projects without case, and TOML does not.
pub(super) fn named_once(facts: &Facts<'_>, remarks: &mut Remarks) {
    for projects in lines(facts) {
        let mut first: BTreeMap<String, &Text<'_>> = BTreeMap::new();
        for (name, _) in projects {
            let Some(other) = first.insert(name.value.trim().to_lowercase(), name) else {
                continue;
            };
            let shown = Shown(&name.value);
            remarks.push(
                Remark::new(
                    Code::SameProjectTwice,
                    format!("the project `{shown}` appears twice"),
                    name.span,
                    "and again here",
                    "keep one of the two; upper and lower case do not tell two projects apart",
                )
                .and_at(other.span, "this project appears here first"),
            );
        }
    }
}

pub(super) fn have_a_name(facts: &Facts<'_>, remarks: &mut Remarks) {
    for (name, _) in lines(facts).flatten() {
        if name.value.trim().is_empty() {
            remarks.push(Remark::new(
                Code::EmptyText,
                "the name of a project is empty",
                name.span,
                "nothing to read here",
                "write the name of the project as the portal shows it",
            ));
        }
    }
}
