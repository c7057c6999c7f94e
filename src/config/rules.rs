//! What a file must obey beyond its keys and types: one function a rule, one table that lists them.
//!
//! A rule looks at the whole file, reports every breach and changes nothing. Rules about people run
//! over sorted lists, so none costs more than a pass or a binary search.

mod people;
mod projects;
mod single;

use super::diagnostic::Remarks;
use super::file::File;
use people::People;

/// What the rules look at.
struct Facts<'f> {
    file: &'f File<'f>,
    people: People<'f>,
}

type Rule = fn(&Facts<'_>, &mut Remarks);

const RULES: &[Rule] = &[
    single::organization_name,
    single::tenant_named_once,
    single::tenant_domain,
    single::replaces_another,
    single::guest_address,
    single::create_with_name,
    single::new_user_address,
    single::texts_say_something,
    single::state_url,
    projects::named_once,
    projects::have_a_name,
    people::same_person_twice,
    people::mapped_and_removed,
    people::same_target,
    people::target_removed,
    people::owner_removed,
    people::protected_removed,
];

/// Applies every rule. The people of the file must be sorted.
pub(super) fn check(file: &File<'_>, remarks: &mut Remarks) {
    let facts = Facts {
        file,
        people: People::of(file),
    };
    for rule in RULES {
        rule(&facts, remarks);
    }
}
