//! Texts.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::Written;
use crate::config::declare::{self, At, Key, Takes, TomlValue};
use crate::config::diagnostic::Remarks;

/// Any text.
pub(in crate::config) struct Text;

impl Takes for Text {
    type Field = Option<declare::Text>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let written = Written::of(&value);
        if let DeValue::String(text) = value.into_inner() {
            let (value, span) = (text.into_owned(), written.span);
            return Some(At { value, span });
        }
        written.refuse_for_key("text", key, remarks);
        None
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A text that has to say something. The rule `empty_text` looks at it.
pub(in crate::config) struct Filled;

impl Filled {
    /// What an editor holds such a text to.
    pub(in crate::config) const PATTERN: &'static str = r"\S";
}

impl Takes for Filled {
    type Field = Option<declare::Text>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        Text::read(key, value, remarks)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": Self::PATTERN })
    }
}
