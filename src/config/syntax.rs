//! From text to a TOML table, with every syntax error told in plain words.
//!
//! Knows TOML, and nothing of what the keys of org.toml mean.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::diagnostic::{Code, Remark, Remarks};
use super::source::Shown;

/// What the parser says of a key that stands twice.
const DUPLICATE: &str = "duplicate key";

/// Parses as much of the text as can be understood.
pub(super) fn parse<'t>(text: &'t str, remarks: &mut Remarks) -> Spanned<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut keys = Vec::new();
    if errors.iter().any(|error| error.message() == DUPLICATE) {
        collect_keys(table.get_ref(), &mut keys);
        keys.sort_unstable_by(|a, b| (a.0, a.1.start).cmp(&(b.0, b.1.start)));
    }
    for error in errors {
        remarks.push(if error.message() == DUPLICATE {
            duplicate(text, &error, &keys)
        } else {
            broken(text, &error)
        });
    }
    table
}

type Key<'k> = (&'k str, Range<usize>);

fn collect_keys<'k>(table: &'k DeTable<'_>, keys: &mut Vec<Key<'k>>) {
    for (key, value) in table {
        keys.push((key.get_ref(), key.span()));
        if let DeValue::Table(inner) = value.get_ref() {
            collect_keys(inner, keys);
        }
    }
}

fn duplicate(text: &str, error: &Error, keys: &[Key<'_>]) -> Remark {
    let span = error.span().unwrap_or_default();
    let written = text.get(span.clone()).unwrap_or_default();
    let key = written.trim_matches(['"', '\'']);
    let message = format!("`{}` stands twice", Shown(key));
    let help = "keep one of the two, with everything that you want it to say";
    let remark = Remark::new(
        Code::DuplicateKey,
        message,
        span.clone().into(),
        "and again here",
        help,
    );
    let before = keys.partition_point(|(name, at)| (*name, at.start) < (key, span.start));
    match before.checked_sub(1).and_then(|index| keys.get(index)) {
        Some((name, first)) if *name == key => {
            remark.and_at(first.clone().into(), "here it stands first")
        }
        _ => remark,
    }
}

fn broken(text: &str, error: &Error) -> Remark {
    let span = error.span().unwrap_or_default();
    let said = error.message();
    let at_address = text
        .get(span.clone())
        .is_some_and(|found| found.starts_with('@'));
    let (label, help) = match said {
        _ if at_address && said.starts_with("invalid unquoted key") => (
            "an address without quotes",
            "put the address in double quotes: `\"lee@outlook.com\" = \"lee@contoso.com\"`",
        ),
        _ if said.starts_with("string values must be quoted") => (
            "a text without quotes",
            "put text in double quotes; only numbers, `true` and `false` go without",
        ),
        _ if said.starts_with("missing comma") => (
            "a comma is missing here",
            "put a comma between the entries of `{ … }` and `[ … ]`",
        ),
        _ if said.starts_with("unclosed table") => (
            "a `]` is missing here",
            "the name of a section stands in brackets on a line of its own: `[members]`",
        ),
        _ if said.starts_with("key with no value") => (
            "a `=` and a value are missing here",
            "write each entry as `key = value`",
        ),
        _ if said.starts_with("invalid basic string") || said.starts_with("invalid literal") => (
            "the text in quotes goes wrong here",
            "end the text with the quote that it began with, on the same line; write `\\\\` for a \
             backslash and `\\\"` for a quote inside it",
        ),
        _ => (
            "not understood from here on",
            "org.toml is written in TOML; <https://toml.io> shows its few rules",
        ),
    };
    Remark::new(
        Code::Syntax,
        format!("this is not TOML: {}", Shown(said)),
        span.into(),
        label,
        help,
    )
}
