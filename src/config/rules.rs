//! What a file must obey beyond its keys and types: one file a rule, named for its code, and one list
//! of them.
//!
//! A rule looks at the whole file, reports every breach and changes nothing. Rules about people run
//! over sorted lists, so none costs more than a pass or a binary search.

mod bad_domain;
mod create_without_name;
mod empty_text;
mod guest_address;
mod mapped_and_removed;
mod new_user_address;
mod organization_name;
mod owner_removed;
mod people;
mod protected_removed;
mod replaces;
mod same_person_twice;
mod same_project_twice;
mod same_target;
mod state_url;
mod target_removed;
mod tenant_twice;

use super::declare::Text;
use super::diagnostic::Remarks;
use super::sections::OrgToml;
use crate::model::project::ProjectRole;
use people::People;

/// What the rules look at.
struct Facts<'f> {
    file: &'f OrgToml,
    people: People<'f>,
}

type Rule = fn(&Facts<'_>, &mut Remarks);

const RULES: &[Rule] = &[
    organization_name::check,
    tenant_twice::check,
    bad_domain::check,
    replaces::check,
    guest_address::check,
    create_without_name::check,
    new_user_address::check,
    empty_text::check,
    state_url::check,
    same_project_twice::check,
    same_person_twice::check,
    mapped_and_removed::check,
    same_target::check,
    target_removed::check,
    owner_removed::check,
    protected_removed::check,
];

/// Applies every rule. The people of the file must be sorted.
pub(super) fn check(file: &OrgToml, remarks: &mut Remarks) {
    let facts = Facts {
        file,
        people: People::of(file),
    };
    for rule in RULES {
        rule(&facts, remarks);
    }
}

/// The projects of every line that names some.
fn projects<'f>(facts: &Facts<'f>) -> impl Iterator<Item = &'f Vec<(Text, ProjectRole)>> {
    let members = facts
        .file
        .members
        .iter()
        .map(|member| &member.says.keys.projects);
    let guests = facts.file.guests.iter().map(|guest| &guest.says.projects);
    members
        .chain(guests)
        .filter(|projects| !projects.is_empty())
}
