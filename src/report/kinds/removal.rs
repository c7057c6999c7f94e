//! Removals: who is taken out, and why.

use std::borrow::Cow;

use super::{Value, Wording};
use crate::model::address::Kind;
use crate::model::attributes::{Attributes, RemovalAttributes};
use crate::plan::value::Change;
use crate::report::sanitize::clean;

pub(super) const WORDING: Wording = Wording {
    create: |_| "remove",
    fields,
    note: because,
    ..Wording::of(Kind::Removal)
};

fn because(change: &Change) -> Option<Cow<'_, str>> {
    let Change::Create { after } = change else {
        return None;
    };
    Some(Cow::Owned(format!(
        "because: {}",
        clean(&after.removal()?.reason)
    )))
}

fn fields(removal: &Attributes) -> Option<Vec<Value<'_>>> {
    let RemovalAttributes { member, reason } = removal.removal()?;
    Some(vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("reason", Some(clean(reason))),
    ])
}
