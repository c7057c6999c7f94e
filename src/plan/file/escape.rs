//! Characters that steer a terminal: which they are, and their escapes in JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::Error;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Whether a character steers a terminal or hides what a reader sees: control characters, line
/// separators, direction overrides and isolates, invisible fillers, tags. The joiners of emoji and
/// of Persian and Indic words are not among them.
pub const fn is_steering(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Writes a value as JSON for people and programs, with a newline at the end. What steers a terminal is
/// escaped; outside of strings JSON has none of it, the newlines and blanks of its layout apart.
///
/// # Errors
/// The writer's, and for a value that is no JSON.
pub fn write_json<W: Write + ?Sized>(writer: &mut W, value: &impl Serialize) -> io::Result<()> {
    put(writer, value)?;
    writer.write_all(b"\n")
}

/// The text of [`write_json`].
///
/// # Errors
/// For a value that is no JSON.
pub fn json_text(value: &impl Serialize) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    put(&mut bytes, value)?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(Error::custom)
}

fn put<W: Write + ?Sized>(writer: &mut W, value: &impl Serialize) -> serde_json::Result<()> {
    let layout = Safe(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(writer, layout))
}

/// The layout of `serde_json` for people, with what it lets through in strings escaped.
struct Safe(PrettyFormatter<'static>);

impl Formatter for Safe {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: Write + ?Sized,
    {
        // Nearly every text is of this sort, and is passed on as it is.
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return writer.write_all(fragment.as_bytes());
        }
        for piece in fragment.split_inclusive(is_steering) {
            let plain = piece.trim_end_matches(is_steering);
            writer.write_all(plain.as_bytes())?;
            for c in piece.chars().skip(plain.chars().count()) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W>(&mut self, writer: &mut W, first: bool) -> io::Result<()>
    where
        W: Write + ?Sized,
    {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W>(&mut self, writer: &mut W, first: bool) -> io::Result<()>
    where
        W: Write + ?Sized,
    {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_read_back_as_they_were() {
        let text = "a\u{7f}b\u{9b}31m\u{202e}\u{2028}\u{e0041}\u{feff} 李 👩\u{200d}💻";
        let json = json_text(&[text]).unwrap();
        assert!(
            !json.contains(|c: char| c != '\n' && is_steering(c)),
            "{json}"
        );
        assert!(json.contains("李 👩\u{200d}💻"), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
