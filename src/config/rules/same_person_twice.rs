//! A person appears in one line.

use super::Facts;
use super::people::{Section, in_text_order};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    for ((email, section, a), (_, other, b)) in facts.people.twins() {
        let help = match (section, other) {
            (Section::Members, Section::Remove) => continue,
            (Section::Members, Section::Guests) => {
                "keep the line under `[members]` for somebody with an address in the directory, \
                 the one under `[guests]` for anybody else"
            }
            (Section::Guests, Section::Remove) => {
                "keep the line under `[guests]` to let this person in, the one under `[remove]` \
                 to take them out"
            }
            (_, _) => "keep one of the lines; upper and lower case do not tell two people apart",
        };
        let (first, second) = in_text_order(*a, *b);
        let message = format!("`{}` appears twice", Shown(email.as_str()));
        remarks.push(
            Remark::new(
                Code::SamePersonTwice,
                message,
                second,
                "and again here",
                help,
            )
            .and_at(first, "this person appears here first"),
        );
    }
}
