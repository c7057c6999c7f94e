//! How a key of org.toml is declared: in one place, with [`section!`].
//!
//! A declaration names the key, says what it means and what it takes, and shows a line that would
//! do. It gives the field of the section, the reader, the list of known keys and the entry of the
//! JSON Schema:
//!
//! ```text
//! section! {
//!     /// The safety rules and their numbers.
//!     Guards {
//!         /// The most people that one plan may take out of the organization.
//!         #[default(5)]
//!         max_removals: UpTo<u32, COUNT> = 5,
//!     }
//! }
//! ```
//!
//! Before a key, in this order and both optional: `#[default(…)]`, which tells an editor what the
//! absent key means, and `#[shape({…})]`, further members of its schema. Behind `=` stands an
//! example, written as in org.toml; a key without one is a section. What a key can take is in
//! [`super::values`]. A section may have a `#[shape({…})]` too, and `#[look_at(…)]` names a function
//! that looks at its table before the keys are read.

use miette::SourceSpan;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Remarks;

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: SourceSpan,
}

/// A text of the file.
pub(super) type Text = At<String>;

/// A value of the file, as the parser gives it.
pub(super) type TomlValue<'t> = Spanned<DeValue<'t>>;

/// A key, as its declaration names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// A line that would do, such as `name = "contoso"`, or the header of a section.
    pub(super) example: &'static str,
    /// Whether the table is of no use without it.
    pub(super) required: bool,
}

/// What a key takes.
pub(super) trait Takes {
    /// What a section holds for the key.
    type Field: Default;

    /// Whether the key must be there.
    const REQUIRED: bool = false;

    /// Reads a value. One of another type is reported, and the field stays as if the key were
    /// absent.
    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field;

    /// What an editor is told that the key takes.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// A table whose keys are known, as [`section!`] declares it.
pub(super) trait Section: Default + JsonSchema {
    /// The keys, in the order in which a help text lists them.
    const KEYS: &'static [Key];

    /// Looks at the table as a whole, before its keys are read.
    fn look_at(_table: &DeTable<'_>, _header: SourceSpan, _remarks: &mut Remarks) {}

    /// Reads the value of one of these keys.
    fn set(&mut self, key: Key, value: TomlValue<'_>, remarks: &mut Remarks);

    /// The key of a name, where there is one.
    fn key(name: &str) -> Option<Key> {
        Self::KEYS.iter().copied().find(|key| key.name == name)
    }
}

/// Declares a section; see the [module](self).
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $(#[shape($shape:tt)])?
        $(#[look_at($look_at:path)])?
        $section:ident {
            $(
                $(#[doc = $doc:literal])+
                $(#[default($default:expr)])?
                $(#[shape($key_shape:tt)])?
                $key:ident: $takes:ty $(= $example:tt)?,
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Default)]
        pub(in crate::config) struct $section {
            $(
                $(#[doc = $doc])+
                pub(in crate::config) $key:
                    <$takes as crate::config::declare::Takes>::Field,
            )+
        }

        const _: () = {
            use crate::config::declare::{Key, Section, TableSchema, Takes, TomlValue};
            use crate::config::diagnostic::Remarks;

            impl Section for $section {
                const KEYS: &'static [Key] = &[$(
                    Key {
                        name: stringify!($key),
                        example: section!(@example $key $(= $example)?),
                        required: <$takes as Takes>::REQUIRED,
                    },
                )+];

                $(
                    fn look_at(
                        table: &toml::de::DeTable<'_>,
                        header: miette::SourceSpan,
                        remarks: &mut Remarks,
                    ) {
                        $look_at(table, header, remarks);
                    }
                )?

                fn set(&mut self, key: Key, value: TomlValue<'_>, remarks: &mut Remarks) {
                    match key.name {
                        $(
                            stringify!($key) => {
                                self.$key = <$takes as Takes>::read(key, value, remarks);
                            }
                        )+
                        _ => {}
                    }
                }
            }

            impl schemars::JsonSchema for $section {
                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($section).into()
                }

                fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    let mut table = TableSchema::default();
                    $(
                        table.add(
                            stringify!($key),
                            &[$($doc),+],
                            <$takes as Takes>::schema(generator),
                            [
                                $(serde_json::json!({ "default": $default }),)?
                                $(serde_json::json!($key_shape),)?
                            ],
                        );
                    )+
                    table.into_schema::<Self>(&[$($about),+], [$(serde_json::json!($shape))?])
                }
            }
        };
    };
    (@example $key:ident = $example:tt) => {
        concat!(stringify!($key), " = ", stringify!($example))
    };
    (@example $key:ident) => {
        concat!("[", stringify!($key), "]")
    };
}

pub(super) use section;

/// The JSON Schema of a section, key by key.
#[derive(Default)]
pub(super) struct TableSchema(Map<String, Value>);

impl TableSchema {
    pub(super) fn add(
        &mut self,
        key: &str,
        doc: &[&str],
        schema: Schema,
        more: impl IntoIterator<Item = Value>,
    ) {
        let schema = described(schema, doc, more);
        self.0.insert(key.to_owned(), schema.to_value());
    }

    pub(super) fn into_schema<S: Section>(
        self,
        about: &[&str],
        more: impl IntoIterator<Item = Value>,
    ) -> Schema {
        let required = S::KEYS.iter().filter(|key| key.required);
        let required: Vec<&str> = required.map(|key| key.name).collect();
        let required = (!required.is_empty()).then(|| json!({ "required": required }));
        let schema = json_schema!({
            "type": "object",
            "properties": self.0,
            "additionalProperties": false,
        });
        described(schema, about, required.into_iter().chain(more))
    }
}

/// A schema with the lines of a doc comment as its description, and the members of more objects.
fn described(mut schema: Schema, doc: &[&str], more: impl IntoIterator<Item = Value>) -> Schema {
    let lines: Vec<&str> = doc.iter().map(|line| line.trim()).collect();
    schema.insert("description".to_owned(), lines.join("\n").into());
    for object in more {
        if let Value::Object(members) = object {
            for (name, value) in members {
                schema.insert(name, value);
            }
        }
    }
    schema
}
