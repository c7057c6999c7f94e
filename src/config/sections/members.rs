//! `[members]`: who signs in today, and who that is in the directory.

use std::borrow::Cow;

use miette::SourceSpan;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use crate::config::declare::{At, Takes as _, TomlValue, section};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::values::{
    Address, EntryOf, Filled, Flag, LineOfPerson, ObjectGuid, Projects, Written, WrittenKey,
    address, fields,
};
use crate::model::access::AccessLevel;
use crate::model::desired::{DesiredMember, Place};
use crate::model::person::Email;

section! {
    /// Who a member is in the directory, and what else is wanted of them.
    #[shape({
        "if": { "properties": { "create": { "const": true } }, "required": ["create"] },
        "then": { "required": ["name"] }
    })]
    MemberTable {
        /// The sign-in name of the account in the directory. Without it the line is about a person whose
        /// account has the name of the line; a person who is not in the organization yet is added.
        to: Address = "lee@contoso.com",
        /// The object id of that account, where the name does not say for good who is meant.
        id: ObjectGuid = "0b1ec700-0000-4000-8000-000000000002",
        /// Create that identity where the directory does not have it. Needs `name`.
        #[default(false)]
        create: Flag = true,
        /// The name that others see, for an identity that is created.
        name: Filled = "Sam Ode",
        /// The access level; without it the level stays as it is.
        access: AccessLevel = "basic",
        /// What they are in which projects; others stay as they are.
        projects: Projects = { Website = "contributor" },
        /// Why both are one person, although their names differ. The plan shows it, and does not warn of
        /// the names.
        because: Filled = "married in May, confirmed by Ana",
    }
}

/// What a line says of a member.
#[derive(Debug)]
pub(in crate::config) struct Member {
    /// Who they are in the directory.
    pub(in crate::config) to: At<Email>,
    /// The other keys; `to` is taken out of them.
    pub(in crate::config) keys: MemberTable,
}

impl LineOfPerson for Member {
    fn read(key: &WrittenKey<'_>, value: TomlValue<'_>, remarks: &mut Remarks) -> Option<Self> {
        let written = Written::of(&value);
        match value.into_inner() {
            DeValue::String(text) => Some(Self {
                to: address(&text, written.span, remarks),
                keys: MemberTable::default(),
            }),
            DeValue::Table(table) => {
                let names_target = table.contains_key("to");
                let gives_access = ["access", "projects"]
                    .iter()
                    .any(|it| table.contains_key(*it));
                let mut keys: MemberTable =
                    fields(&EntryOf(key), table, key.span().into(), remarks);
                let to = keys.to.take();
                if names_target && to.is_none() {
                    return None;
                }
                if !names_target && !gives_access {
                    remarks.push(no_target(key));
                    return None;
                }
                let to = to.unwrap_or_else(|| At {
                    value: Email::from_service(key.get_ref()),
                    span: key.span().into(),
                });
                Some(Self { to, keys })
            }
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => {
                let takes = "an address, or a table with `to`";
                let example = "\"lee@outlook.com\" = \"lee@contoso.com\"";
                written.refuse(&EntryOf(key), takes, example, remarks);
                None
            }
        }
    }
}

/// Without a target a line adds a person, and says what access they get.
fn no_target(key: &WrittenKey<'_>) -> Remark {
    Remark::new(
        Code::MissingKey,
        format!("{} has no `to`", EntryOf(key)),
        key.span().into(),
        "`to` is missing here",
        "add for example `to = \"lee@contoso.com\"`; for a person who is not in the organization yet add \
         `access = \"basic\"` instead",
    )
}

impl JsonSchema for Member {
    fn schema_name() -> Cow<'static, str> {
        "Member".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut short = Address::schema(generator);
        short.insert(
            "description".to_owned(),
            "The address in the directory.".into(),
        );
        let mut long = generator.subschema_for::<MemberTable>();
        let more = "The address in the directory, and more.";
        long.insert("description".to_owned(), more.into());
        json_schema!({
            "description": "Who a member is in the directory: an address, or a table that says \
                            more.",
            "anyOf": [short, long],
        })
    }
}

impl Member {
    /// Whether the identity is to be made, and where that stands.
    pub(in crate::config) fn creates_at(&self) -> Option<SourceSpan> {
        let create = self.keys.create.filter(|create| create.value);
        create.map(|at| at.span)
    }

    pub(in crate::config) fn desired(self, place: Place) -> DesiredMember {
        let Self { to, keys } = self;
        let MemberTable {
            to: _,
            id,
            create,
            name,
            access,
            projects,
            because,
        } = keys;
        DesiredMember {
            to: to.value,
            id: id.map(|id| id.value),
            create: create.is_some_and(|create| create.value),
            name: name.map(|name| name.value),
            access: access.map(|access| access.value),
            projects: Projects::by_name(projects),
            because: because.map(|because| because.value),
            place,
        }
    }
}
