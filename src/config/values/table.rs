//! Tables: sections with known keys, and sections with a line a person.

use std::fmt;
use std::marker::PhantomData;

use miette::SourceSpan;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Written;
use super::address::{USER_NAME_PATTERN, user_name};
use crate::config::declare::{At, Key, Section, Takes, TomlValue};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;
use crate::config::suggest::{did_you_mean, list};
use crate::model::person::Email;

/// A key as it is written in the file.
pub(in crate::config) type WrittenKey<'t> = Spanned<DeString<'t>>;

/// A section that means the same when it is absent as when it is empty.
pub(in crate::config) struct InSection<S>(PhantomData<S>);

impl<S: Section> Takes for InSection<S> {
    type Field = S;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> S {
        section(key, value, remarks).map_or_else(S::default, |section| section.value)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<S>()
    }
}

/// A section of which it matters whether it is there, and where.
pub(in crate::config) struct Present<S>(PhantomData<S>);

impl<S: Section> Takes for Present<S> {
    type Field = Option<At<S>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        section(key, value, remarks)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<S>()
    }
}

/// Reads a section, which its header or key stands for.
fn section<S: Section>(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Option<At<S>> {
    let span = value.span().into();
    let table = table(key, value, remarks)?;
    let shown = format!("`[{}]`", key.name);
    let value = fields(&shown, table, span, remarks);
    Some(At { value, span })
}

fn table<'t>(key: Key, value: TomlValue<'t>, remarks: &mut Remarks) -> Option<DeTable<'t>> {
    let written = Written::of(&value);
    if let DeValue::Table(table) = value.into_inner() {
        return Some(table);
    }
    written.refuse_for_key("a table", key, remarks);
    None
}

/// Reads the keys of a table, each on its own. `shown` is the table as it is named to the reader,
/// `header` the place where it says that a key is missing.
pub(in crate::config) fn fields<S: Section>(
    shown: &dyn fmt::Display,
    table: DeTable<'_>,
    header: SourceSpan,
    remarks: &mut Remarks,
) -> S {
    S::look_at(&table, header, remarks);
    let required = S::KEYS.iter().filter(|key| key.required);
    for key in required.filter(|key| !table.contains_key(key.name)) {
        remarks.push(missing_key(shown, header, *key));
    }
    let mut section = S::default();
    for (key, value) in table {
        if let Some(key) = S::key(key.get_ref()) {
            section.set(key, value, remarks);
        } else {
            let message = format!("{shown} has no key `{}`", Shown(key.get_ref()));
            remarks.push(unknown(&key, &message, S::KEYS));
        }
    }
    section
}

fn missing_key(shown: &dyn fmt::Display, header: SourceSpan, key: Key) -> Remark {
    let Key { name, example, .. } = key;
    Remark::new(
        Code::MissingKey,
        format!("{shown} has no `{name}`"),
        header,
        format!("`{name}` is missing here"),
        format!("add for example `{example}`"),
    )
}

/// The remark on a key or section that does not exist.
pub(in crate::config) fn unknown(key: &WrittenKey<'_>, message: &str, known: &[Key]) -> Remark {
    let name: &str = key.get_ref();
    let help = if name.contains('@') {
        "people belong under `[members]`, `[guests]` or `[remove]`".to_owned()
    } else {
        let known: Vec<&str> = known.iter().map(|key| key.name).collect();
        let suggestion = did_you_mean(name, &known);
        format!("{suggestion}allowed here: {}", list(&known))
    };
    let span = key.span().into();
    Remark::new(Code::UnknownKey, message, span, "not known here", help)
}

/// A section with a line a person.
pub(in crate::config) struct People<L>(PhantomData<L>);

/// A line of such a section: a person, and what the line says of them.
#[derive(Debug)]
pub(in crate::config) struct OfPerson<L> {
    pub(in crate::config) email: At<Email>,
    pub(in crate::config) says: L,
}

/// What a line can say of a person.
pub(in crate::config) trait LineOfPerson: JsonSchema + Sized {
    /// What an editor holds the address to.
    const NAME_PATTERN: &'static str = USER_NAME_PATTERN;

    /// Reads the address.
    fn name(text: &str, span: SourceSpan, remarks: &mut Remarks) -> At<Email> {
        user_name(text, span, remarks)
    }

    /// Reads what stands behind the address, which is `key`. Nothing when a mistake leaves nothing
    /// to say.
    fn read(key: &WrittenKey<'_>, value: TomlValue<'_>, remarks: &mut Remarks) -> Option<Self>;
}

impl<L: LineOfPerson> Takes for People<L> {
    type Field = Vec<OfPerson<L>>;

    /// Each line on its own: a bad one costs no other.
    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let Some(table) = table(key, value, remarks) else {
            return Vec::new();
        };
        let mut people = Vec::with_capacity(table.len());
        for (key, value) in table {
            let email = L::name(key.get_ref(), key.span().into(), remarks);
            let says = L::read(&key, value, remarks);
            people.extend(says.map(|says| OfPerson { email, says }));
        }
        people
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "patternProperties": { (L::NAME_PATTERN): generator.subschema_for::<L>() },
            "additionalProperties": false,
        })
    }
}

/// A line about a person as it is named in messages.
pub(in crate::config) struct EntryOf<'k>(pub(in crate::config) &'k WrittenKey<'k>);

impl fmt::Display for EntryOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the entry of `{}`", Shown(self.0.get_ref()))
    }
}
