//! What a key of org.toml can take: each kind of value with its reader and its schema.
//!
//! A section is declared with these types; see [`super::declare`].

mod address;
mod number;
mod object_id;
mod projects;
mod table;
mod tenant_id;
mod text;
mod word;

use std::fmt;
use std::marker::PhantomData;

use miette::SourceSpan;
use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::declare::{At, Key, Takes, TomlValue};
use super::diagnostic::{Code, Remark, Remarks};

pub(super) use address::{ADDRESS_PATTERN, Address, Addresses, address};
pub(super) use number::{COUNT, UpTo, Version};
pub(super) use object_id::ObjectGuid;
pub(super) use projects::Projects;
pub(super) use table::{
    EntryOf, InSection, LineOfPerson, OfPerson, People, Present, WrittenKey, fields, unknown,
};
pub(super) use tenant_id::TenantGuid;
pub(super) use text::{Filled, Text};

/// A key that must be there.
pub(super) struct Required<T>(PhantomData<T>);

impl<T: Takes> Takes for Required<T> {
    type Field = T::Field;

    const REQUIRED: bool = true;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        T::read(key, value, remarks)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

/// `true` or `false`.
pub(super) struct Flag;

impl Takes for Flag {
    type Field = Option<At<bool>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let written = Written::of(&value);
        if let DeValue::Boolean(value) = value.into_inner() {
            let span = written.span;
            return Some(At { value, span });
        }
        written.refuse_for_key("`true` or `false`", key, remarks);
        None
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean" })
    }
}

/// The type of a value and its place, for when it is not what the key takes.
#[derive(Clone, Copy)]
pub(super) struct Written {
    kind: &'static str,
    pub(super) span: SourceSpan,
}

impl Written {
    pub(super) fn of(value: &TomlValue<'_>) -> Self {
        Self {
            kind: kind_of(value.get_ref()),
            span: value.span().into(),
        }
    }

    /// `what` is the key or entry as it is named to the reader, `example` a line that would do.
    pub(super) fn refuse(
        self,
        what: &dyn fmt::Display,
        takes: &str,
        example: &str,
        remarks: &mut Remarks,
    ) {
        let Self { kind, span } = self;
        remarks.push(Remark::new(
            Code::WrongType,
            format!("{what} takes {takes}, not {kind}"),
            span,
            format!("this is {kind}"),
            format!("write for example `{example}`"),
        ));
    }

    fn refuse_for_key(self, takes: &str, key: Key, remarks: &mut Remarks) {
        self.refuse(&format!("`{}`", key.name), takes, key.example, remarks);
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
