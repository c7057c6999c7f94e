//! Notices, before and after the move: who is told what becomes of them.

use std::borrow::Cow;

use super::{Value, Wording};
use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::model::notice::{NoticeAttributes, Todo};
use crate::report::sanitize::clean;

pub(super) const BEFORE: Wording = of(Kind::NoticeBefore);
pub(super) const AFTER: Wording = of(Kind::NoticeAfter);

const fn of(kind: Kind) -> Wording {
    Wording {
        create: |_| "tell",
        update: |_| "tell",
        becomes: |notice, _| Some(Cow::Borrowed(notice.notice()?.fate.as_str())),
        fields,
        in_row: &["to_do", "by"],
        alike: |_, notice| Some(["", notice.notice()?.fate.as_str()]),
        ..Wording::of(kind)
    }
}

fn fields(notice: &Attributes) -> Option<Vec<Value<'_>>> {
    let NoticeAttributes {
        member,
        mail,
        fate,
        account,
        todo,
        deliver,
    } = notice.notice()?;
    Some(vec![
        ("member", Some(Cow::Owned(member.to_string()))),
        ("mail", Some(clean(mail.as_str()))),
        ("becomes", Some(Cow::Borrowed(fate.as_str()))),
        ("account", account.as_ref().map(|name| clean(name.as_str()))),
        ("to_do", list(todo)),
        ("by", Some(Cow::Borrowed(deliver.as_str()))),
    ])
}

/// What is left to do with commas between; nothing where there is nothing.
fn list(todos: &[Todo]) -> Option<Cow<'_, str>> {
    let written = |todo: &Todo| {
        let names: Vec<_> = todo.names().iter().map(|name| clean(name)).collect();
        if names.is_empty() {
            todo.as_str().to_owned()
        } else {
            format!("{} ({})", todo.as_str(), names.join(", "))
        }
    };
    let todos: Vec<String> = todos.iter().map(written).collect();
    (!todos.is_empty()).then(|| Cow::Owned(todos.join(", ")))
}
