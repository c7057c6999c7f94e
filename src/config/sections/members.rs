//! `[members]`: who signs in today, and who that is in the directory.

use std::borrow::Cow;

use miette::SourceSpan;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use crate::config::declare::{At, Takes as _, TomlValue, section};
use crate::config::diagnostic::Remarks;
use crate::config::values::{
    Address, EntryOf, Filled, Flag, LineOfPerson, Projects, Required, Written, WrittenKey, address,
    fields,
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
        /// The address in the directory.
        to: Required<Address> = "lee@contoso.com",
        /// Create that identity where the directory does not have it. Needs `name`.
        #[default(false)]
        create: Flag = true,
        /// The name that others see, for an identity that is created.
        name: Filled = "Sam Ode",
        /// The access level; without it the level stays as it is.
        access: AccessLevel = "basic",
        /// What they are in which projects; others stay as they are.
        projects: Projects = { Website = "contributor" },
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
                let mut keys: MemberTable =
                    fields(&EntryOf(key), table, key.span().into(), remarks);
                let to = keys.to.take()?;
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
            create,
            name,
            access,
            projects,
        } = keys;
        DesiredMember {
            to: to.value,
            create: create.is_some_and(|create| create.value),
            name: name.map(|name| name.value),
            access: access.map(|access| access.value),
            projects: Projects::by_name(projects),
            place,
        }
    }
}
