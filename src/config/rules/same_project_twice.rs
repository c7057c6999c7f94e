//! A line names a project once.

use std::collections::BTreeMap;

use super::{Facts, projects};
use crate::config::declare::Text;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

/// The service compares names of projects without case, and TOML does not.
pub(super) fn check(facts: &Facts<'_>, remarks: &mut Remarks) {
    for named in projects(facts) {
        let mut first: BTreeMap<String, &Text> = BTreeMap::new();
        for (name, _) in named {
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
