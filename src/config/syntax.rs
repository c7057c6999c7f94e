//! From text to a TOML table, with every syntax error told in plain words.
//!
//! Knows TOML, and nothing of what the keys of org.toml mean.

use std::cell::OnceCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::diagnostic::{Code, Remark, Remarks};
use super::source::{Lines, Shown};

/// What the parser says of a key that appears twice.
const DUPLICATE: &str = "duplicate key";
/// What it says where `key =` and nothing follows.
const NO_QUOTES: &str = "string values must be quoted, expected literal string";
/// What it says of a key alone; then it leaves the rest of the file out of the table.
const NO_VALUE: &str = "key with no value";
/// What it says at the end of the file when something was opened and everything since was taken for
/// a part of it.
const NEVER_CLOSED: [&str; 4] = [
    "unclosed inline table",
    "unclosed array",
    "invalid multi-line basic string",
    "invalid multi-line literal string",
];

/// The lines that could not be read.
#[derive(Debug, Default)]
pub(super) struct Broken {
    /// Sorted.
    lines: Vec<usize>,
    /// From here on nothing could.
    since: Option<usize>,
}

impl Broken {
    /// Drops what only follows from a syntax error: whatever else is said about a line that could
    /// not be read, and everything that seems to be missing.
    pub(super) fn drop_followers(&self, remarks: &mut Remarks, lines: &Lines) {
        if self.lines.is_empty() {
            return;
        }
        remarks.retain(|code, offset| {
            let line = lines.line_at(offset);
            let unread = self.lines.binary_search(&line).is_ok()
                || self.since.is_some_and(|since| line >= since);
            matches!(code, Code::Syntax | Code::DuplicateKey) || !(unread || code.is_absence())
        });
    }
}

/// A place and what the parser says about it.
type Complaint = (Range<usize>, String);

/// Parses as much of the text as can be understood. `spare` keeps a second text alive, should one
/// be needed.
pub(super) fn parse<'t>(
    text: &'t str,
    spare: &'t OnceCell<String>,
    lines: &Lines,
    remarks: &mut Remarks,
) -> (DeTable<'t>, Broken) {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return (table.into_inner(), Broken::default());
    }
    let mut complaints: Vec<Complaint> = errors.iter().map(complaint).collect();
    let stops = complaints
        .iter()
        .filter(|(_, said)| said.starts_with(NO_VALUE));
    let mut stops: Vec<usize> = stops.map(|(span, _)| lines.line_at(span.start)).collect();
    stops.sort_unstable();
    let table = if stops.is_empty() {
        table
    } else {
        let mended = spare.get_or_init(|| without_lines(text, &stops));
        let (table, more) = DeTable::parse_recoverable(mended);
        complaints.extend(more.iter().map(complaint));
        table
    };
    let table = table.into_inner();
    complaints.sort_unstable_by(|(a, x), (b, y)| (a.start, x).cmp(&(b.start, y)));
    let since = cut_at_opening(text, &table, &mut complaints);
    // The first on a line: what else is said about it mostly follows from that.
    complaints.dedup_by_key(|(span, said)| (lines.line_at(span.start), said == DUPLICATE));
    let broken = Broken {
        lines: broken_lines(text, &complaints, lines),
        since: since.map(|offset| lines.line_at(offset)),
    };
    report(text, &table, complaints, remarks);
    (table, broken)
}

/// The lines of the complaints and, below a header that could not be read, all of its section.
fn broken_lines(text: &str, complaints: &[Complaint], lines: &Lines) -> Vec<usize> {
    let is_header = |number: usize| {
        let line = text.get(lines.start_of(number)..);
        line.is_some_and(|line| line.trim_start_matches([' ', '\t']).starts_with('['))
    };
    let mut broken = Vec::with_capacity(complaints.len());
    for (span, said) in complaints {
        let line = lines.line_at(span.start);
        broken.push(line);
        if said != DUPLICATE && is_header(line) {
            broken.extend((line + 1..lines.count()).take_while(|below| !is_header(*below)));
        }
    }
    broken.sort_unstable();
    broken
}

fn complaint(error: &Error) -> Complaint {
    (error.span().unwrap_or_default(), error.message().to_owned())
}

/// The text with some lines blank, so that all offsets stay.
fn without_lines(text: &str, unwanted: &[usize]) -> String {
    let mut mended = String::with_capacity(text.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if unwanted.binary_search(&number).is_ok() {
            let blank = line.trim_end_matches(['\r', '\n']).len();
            mended.push_str(&" ".repeat(blank));
            mended.push_str(line.get(blank..).unwrap_or_default());
        } else {
            mended.push_str(line);
        }
    }
    mended
}

/// Where something was opened and never closed, keeps one complaint about that, at the place where
/// it was opened, instead of all that follow. Gives that place.
fn cut_at_opening(
    text: &str,
    table: &DeTable<'_>,
    complaints: &mut Vec<Complaint>,
) -> Option<usize> {
    let never_closed = |said: &str| NEVER_CLOSED.iter().any(|words| said.starts_with(words));
    let (at, said) = complaints
        .iter()
        .find(|(span, said)| span.start + 1 >= text.trim_end().len() && never_closed(said))?;
    let opening = opening(text, table, at.start)?;
    let said = said.clone();
    complaints.retain(|(span, _)| span.start < opening);
    complaints.push((opening..opening + 1, said));
    Some(opening)
}

/// The first value that begins with a bracket or quote and does not end with its counterpart, or
/// goes on to the end of the file.
fn opening(text: &str, table: &DeTable<'_>, end: usize) -> Option<usize> {
    let opened_by = |value: &Spanned<DeValue<'_>>| {
        let span = value.span();
        let written = text.get(span.clone())?;
        let is_open = match written.chars().next()? {
            '{' => span.end >= end || !written.ends_with('}'),
            '[' => span.end >= end || !written.ends_with(']'),
            '"' | '\'' => span.end >= end,
            _ => false,
        };
        is_open.then_some(span.start)
    };
    let first = table.values().filter_map(|value| {
        opened_by(value).or_else(|| {
            let inner = value.get_ref().as_table()?;
            opening(text, inner, end)
        })
    });
    first.min()
}

fn report(text: &str, table: &DeTable<'_>, complaints: Vec<Complaint>, remarks: &mut Remarks) {
    let mut keys = Vec::new();
    if complaints.iter().any(|(_, said)| said == DUPLICATE) {
        collect_keys(table, &mut keys);
        keys.sort_unstable_by(|a, b| (a.0, a.1.start).cmp(&(b.0, b.1.start)));
    }
    for (span, said) in complaints {
        remarks.push(if said == DUPLICATE {
            duplicate(text, span, &keys)
        } else {
            broken(text, span, &said)
        });
    }
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

fn duplicate(text: &str, span: Range<usize>, keys: &[Key<'_>]) -> Remark {
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
        label: "opened here, and never closed",
        help: "end the table with a `}`: `{ to = \"lee@contoso.com\", access = \"basic\" }`",
    },
    Plain {
        said: "unclosed array",
        message: "a list has no closing bracket",
        label: "opened here, and never closed",
        help: "end the list with a `]`: `[\"ana@contoso.com\", \"ben@contoso.com\"]`",
    },
    Plain {
        said: "invalid multi-line",
        message: "a text in triple quotes has no end",
        label: "opened here, and never closed",
        help: "end the text with the three quotes that it began with",
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

fn broken(text: &str, span: Range<usize>, said: &str) -> Remark {
    let said = match said {
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
