//! Members of the directory: made, or brought back.

use std::borrow::Cow;

use super::{Value, Wording, of_domain, parts};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, DirectoryUserAttributes};
use crate::plan::value::Step;
use crate::report::sanitize::clean;

pub(super) const WORDING: Wording = Wording {
    create,
    name: |user| Some(&user.directory_user()?.display_name),
    fields,
    alike: |key, _| Some([parts(key).1, ""]),
    of_many: of_domain,
    ..Wording::of(Kind::DirectoryUser)
};

fn create(step: &Step) -> &'static str {
    if step.change.after().is_some_and(Attributes::is_restored) {
        "restore"
    } else {
        "create"
    }
}

fn fields(user: &Attributes) -> Option<Vec<Value<'_>>> {
    let DirectoryUserAttributes {
        display_name,
        restored,
    } = user.directory_user()?;
    Some(vec![
        ("name", Some(clean(display_name))),
        ("restored", restored.map(|id| Cow::Owned(id.to_string()))),
    ])
}
