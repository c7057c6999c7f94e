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
    let is_section = text
        .get(..span.start)
        .is_some_and(|before| before.ends_with(['[', '.']));
    let (message, help) = if is_section {
        (
            format!("the section `{}` appears twice", Shown(key)),
            "write the section once, with all of its lines below it",
        )
    } else {
        (
            format!("`{}` appears twice", Shown(key)),
            "keep one of the two, with everything that you want it to say",
        )
    };
    let at = span.clone().into();
    let remark = Remark::new(Code::DuplicateKey, message, at, "and again here", help);
    let before = keys.partition_point(|(name, at)| (*name, at.start) < (key, span.start));
    match before.checked_sub(1).and_then(|index| keys.get(index)) {
        Some((name, first)) if *name == key => {
            remark.and_at(first.clone().into(), "it appears here first")
        }
        _ => remark,
    }
}

const NO_QUOTES: &str = "string values must be quoted, expected literal string";
const NO_VALUE: &str = "key with no value";

/// A syntax error in plain words.
struct Plain {
    /// How the parser's words begin.
    said: &'static str,
    message: &'static str,
    label: &'static str,
    help: &'static str,
}

/// The first that fits is taken. What is not here is told in the parser's own words.
const PLAIN: &[Plain] = &[
    Plain {
        said: NO_QUOTES,
        message: "a text has no quotes",
        label: "a text without quotes",
        help: "put text in double quotes; only numbers, `true` and `false` go without",
    },
    Plain {
        said: "missing comma",
        message: "a comma is missing",
        label: "the comma goes here",
        help: "put a comma between the entries of `{ … }` and `[ … ]`",
    },
    Plain {
        said: "unclosed table",
        message: "the name of a section has no closing bracket",
        label: "the `]` goes here",
        help: "put the name of a section in brackets, on a line of its own: `[members]`",
    },
    Plain {
        said: "unclosed inline table",
        message: "a table has no closing brace",
        label: "the `}` goes here",
        help: "end the table with a `}`: `{ to = \"lee@contoso.com\", access = \"basic\" }`",
    },
    Plain {
        said: "unclosed array",
        message: "a list has no closing bracket",
        label: "the `]` goes here",
        help: "end the list with a `]`: `[\"ana@contoso.com\", \"ben@contoso.com\"]`",
    },
    Plain {
        said: NO_VALUE,
        message: "a key has no value",
        label: "the value goes here",
        help: "write each entry as `key = value`",
    },
    Plain {
        said: "invalid basic string, expected `\"`",
        message: "a text has no closing quote",
        label: "the closing quote goes here",
        help: "end the text with a `\"` on the same line",
    },
    Plain {
        said: "invalid literal string, expected `'`",
        message: "a text has no closing quote",
        label: "the closing quote goes here",
        help: "end the text with a `'` on the same line",
    },
    Plain {
        said: "invalid basic string, expected non-double-quote visible characters",
        message: "a text holds a character that cannot be seen",
        label: "this character",
        help: "delete the character; a tab, a line end or the like is written `\\t`, `\\n` or \
               `\\u001b`",
    },
];

const UNQUOTED_ADDRESS: Plain = Plain {
    said: "invalid unquoted key",
    message: "an address has no quotes",
    label: "an `@` outside of quotes",
    help: "put the address in double quotes: `\"lee@outlook.com\" = \"lee@contoso.com\"`",
};

fn broken(text: &str, error: &Error) -> Remark {
    let span = error.span().unwrap_or_default();
    let said = match error.message() {
        // A text of no characters: `key =` and nothing behind it.
        NO_QUOTES if span.is_empty() => NO_VALUE,
        said => said,
    };
    let at_address = text
        .get(span.clone())
        .is_some_and(|found| found.starts_with('@'));
    let plain = Some(&UNQUOTED_ADDRESS)
        .filter(|address| at_address && said.starts_with(address.said))
        .or_else(|| PLAIN.iter().find(|plain| said.starts_with(plain.said)));
    match plain {
        Some(plain) => Remark::new(
            Code::Syntax,
            plain.message,
            span.into(),
            plain.label,
            plain.help,
        ),
        None => Remark::new(
            Code::Syntax,
            format!("this is not TOML: {}", Shown(said)),
            span.into(),
            "not understood from here on",
            "org.toml is written in TOML; <https://toml.io> shows its few rules",
        ),
    }
}
