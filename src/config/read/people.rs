//! The entries of the sections about people: members, guests, removals.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::{Key, missing_key, unknown_key};
use crate::config::diagnostic::Remarks;
use crate::config::file::{At, Guest, Member, Projects, Removal};
use crate::config::keys::{
    ACCESS, ACCESS_EXAMPLE, GUEST, GUEST_EXAMPLE, MEMBER, MEMBER_EXAMPLE, PROJECTS_EXAMPLE,
    ROLE_EXAMPLE, ROLES,
};
use crate::config::source::Shown;
use crate::config::values::{self, Seen, Value};
use crate::model::person::Email;

/// Reads each entry on its own: a bad one costs no other.
pub(super) fn entries<'t, T>(
    table: DeTable<'t>,
    remarks: &mut Remarks,
    read: fn(&Key<'t>, Value<'t>, &mut Remarks) -> Option<T>,
) -> Vec<T> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        entries.extend(read(&key, value, remarks));
    }
    entries
}

/// An entry of a section about people, as it is named in messages.
struct Entry<'k>(&'k Key<'k>);

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the entry of `{}`", Shown(self.0.get_ref()))
    }
}

pub(super) fn member<'t>(
    key: &Key<'t>,
    value: Value<'t>,
    remarks: &mut Remarks,
) -> Option<Member<'t>> {
    let from = values::person(key, remarks);
    let seen = Seen::of(&value);
    if let DeValue::String(text) = value.get_ref() {
        let to = values::address(text, seen.span, remarks);
        Some(Member::plain(from, to))
    } else if let DeValue::Table(table) = value.into_inner() {
        member_table(key, from, table, remarks)
    } else {
        let takes = "an address, or a table with `to`";
        seen.refuse(&Entry(key), takes, MEMBER_EXAMPLE, remarks);
        None
    }
}

fn member_table<'t>(
    key: &Key<'t>,
    from: At<Email>,
    table: DeTable<'t>,
    remarks: &mut Remarks,
) -> Option<Member<'t>> {
    const TO: &str = "to = \"lee@contoso.com\"";
    if !table.contains_key("to") {
        remarks.push(missing_key(&Entry(key), key.span().into(), TO));
    }
    let (mut to, mut create, mut name, mut access) = (None, None, None, None);
    let mut projects = Vec::new();
    for (field, value) in table {
        match field.get_ref().as_ref() {
            "to" => to = values::email(TO, value, remarks),
            "create" => create = values::flag("create = true", value, remarks),
            "name" => name = values::text("name = \"Sam Ode\"", value, remarks),
            "access" => access = values::word(ACCESS_EXAMPLE, &ACCESS, value, remarks),
            "projects" => projects = self::projects(value, remarks),
            _ => remarks.push(unknown_key(&field, &Entry(key), MEMBER)),
        }
    }
    Some(Member {
        create,
        name,
        access,
        projects,
        ..Member::plain(from, to?)
    })
}

pub(super) fn guest<'t>(
    key: &Key<'t>,
    value: Value<'t>,
    remarks: &mut Remarks,
) -> Option<Guest<'t>> {
    let email = values::person(key, remarks);
    let table = values::table(&Entry(key), GUEST_EXAMPLE, value, remarks)?;
    let mut guest = Guest::plain(email);
    for (field, value) in table {
        match field.get_ref().as_ref() {
            "name" => guest.name = values::text("name = \"Noor Haddad\"", value, remarks),
            "access" => guest.access = values::word(ACCESS_EXAMPLE, &ACCESS, value, remarks),
            "projects" => guest.projects = projects(value, remarks),
            "resend" => {
                let flag = values::flag("resend = true", value, remarks);
                guest.resend = flag.map(|flag| flag.value);
            }
            "reset_redemption" => {
                let flag = values::flag("reset_redemption = true", value, remarks);
                guest.reset_redemption = flag.map(|flag| flag.value);
            }
            "message" => {
                const EXAMPLE: &str = "message = \"Welcome to the Contoso projects\"";
                guest.message = values::text(EXAMPLE, value, remarks);
            }
            _ => remarks.push(unknown_key(&field, &Entry(key), GUEST)),
        }
    }
    Some(guest)
}

pub(super) fn removal<'t>(
    key: &Key<'t>,
    value: Value<'t>,
    remarks: &mut Remarks,
) -> Option<Removal<'t>> {
    let email = values::person(key, remarks);
    let seen = Seen::of(&value);
    if let DeValue::String(value) = value.into_inner() {
        let span = seen.span;
        let reason = At { value, span };
        return Some(Removal { email, reason });
    }
    let example = "\"old@outlook.com\" = \"left the company in May\"";
    seen.refuse(&Entry(key), "the reason as text", example, remarks);
    None
}

/// Each project on its own: a bad role costs no other.
fn projects<'t>(value: Value<'t>, remarks: &mut Remarks) -> Projects<'t> {
    let table = values::table(&"`projects`", PROJECTS_EXAMPLE, value, remarks);
    let mut projects = Vec::new();
    for (name, role) in table.into_iter().flatten() {
        let span = name.span().into();
        let value = name.into_inner();
        let what = format!("the role in `{}`", Shown(&value));
        let role = values::word_for(&what, ROLE_EXAMPLE, &ROLES, role, remarks);
        projects.extend(role.map(|role| (At { value, span }, role)));
    }
    projects
}
