//! `[remove]`: unwanted users, each with the reason why they go.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use crate::config::declare::{At, Text, TomlValue};
use crate::config::diagnostic::Remarks;
use crate::config::values::{EntryOf, Filled, LineOfPerson, Written, WrittenKey};
use crate::model::desired::{DesiredRemoval, Place};

/// What a line says of somebody who goes.
#[derive(Debug)]
pub(in crate::config) struct Reason(pub(in crate::config) Text);

impl LineOfPerson for Reason {
    fn read(key: &WrittenKey<'_>, value: TomlValue<'_>, remarks: &mut Remarks) -> Option<Self> {
        let written = Written::of(&value);
        if let DeValue::String(text) = value.into_inner() {
            let (value, span) = (text.into_owned(), written.span);
            return Some(Self(At { value, span }));
        }
        let example = "\"old@outlook.com\" = \"left the company in May\"";
        written.refuse(&EntryOf(key), "the reason as text", example, remarks);
        None
    }
}

impl JsonSchema for Reason {
    fn schema_name() -> Cow<'static, str> {
        "Reason".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Why somebody goes, for whoever reviews the plan.",
            "type": "string",
            "pattern": Filled::PATTERN,
        })
    }
}

impl Reason {
    pub(in crate::config) fn desired(self, place: Place) -> DesiredRemoval {
        let reason = self.0.value;
        DesiredRemoval { reason, place }
    }
}
