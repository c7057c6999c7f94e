//! The text of org.toml as diagnostics show it: lines by offset, nothing that a terminal obeys.
//!
//! Knows nothing of TOML or of what the text means.

use std::fmt;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::model::desired::Place;

/// Where the lines of a text begin.
#[derive(Debug)]
pub(super) struct Lines {
    newlines: Vec<usize>,
}

impl Lines {
    /// One pass over the text.
    pub(super) fn of(text: &str) -> Self {
        Self {
            newlines: text.match_indices('\n').map(|(at, _)| at).collect(),
        }
    }

    /// The line of a byte offset, counted from 0.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        self.newlines.partition_point(|newline| *newline < offset)
    }

    /// The line of a byte offset as people count: from 1.
    pub(super) fn number_at(&self, offset: usize) -> u32 {
        u32::try_from(self.line_at(offset) + 1).unwrap_or(u32::MAX)
    }

    /// How many lines there are.
    pub(super) const fn count(&self) -> usize {
        self.newlines.len() + 1
    }

    pub(super) fn start_of(&self, line: usize) -> usize {
        line.checked_sub(1)
            .and_then(|before| self.newlines.get(before))
            .map_or(0, |newline| newline + 1)
    }

    fn end_of(&self, line: usize, text_bytes: usize) -> usize {
        self.newlines
            .get(line)
            .map_or(text_bytes, |newline| newline + 1)
    }
}

/// The places of a file, as plans point at them.
pub(super) struct Places<'l> {
    file: Arc<str>,
    lines: &'l Lines,
}

impl<'l> Places<'l> {
    pub(super) fn new(file_name: &str, lines: &'l Lines) -> Self {
        let file = Arc::from(file_name);
        Self { file, lines }
    }

    pub(super) fn of(&self, span: SourceSpan) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line: self.lines.number_at(span.offset()),
        }
    }
}

/// A named text that miette underlines. Its own look-up, because miette's walks the text from the
/// start for each label, which is quadratic in a file full of mistakes.
#[derive(Debug)]
pub(super) struct SourceText {
    name: String,
    text: String,
    lines: Lines,
}

impl SourceText {
    /// Copies the text, with whatever a terminal would obey replaced byte for byte, so that offsets
    /// keep their meaning.
    pub(super) fn new(name: &str, text: &str, lines: Lines) -> Self {
        Self {
            name: Shown(name).to_string(),
            text: if text.contains(is_unprintable) {
                printable(text)
            } else {
                text.to_owned()
            },
            lines,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    fn column_at(&self, line: usize, offset: usize) -> usize {
        self.text
            .get(self.lines.start_of(line)..offset)
            .map_or(0, |before| before.chars().count())
    }
}

impl SourceCode for SourceText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let line = self.lines.line_at(span.offset());
        let last = self.lines.line_at(end.saturating_sub(1).max(span.offset()));
        let first = line.saturating_sub(lines_before);
        // Without context miette asks for the place of the span, not for the line around it.
        let (start, column) = if lines_before == 0 {
            (span.offset(), self.column_at(line, span.offset()))
        } else {
            (self.lines.start_of(first), 0)
        };
        let stop = self.lines.end_of(last + lines_after, self.text.len());
        let data = self
            .text
            .get(start..stop)
            .filter(|_| end <= self.text.len())
            .ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            (start, data.len()).into(),
            first,
            column,
            last + lines_after + 1 - first,
        )))
    }
}

/// Whether a character would move the cursor, change colours or turn the writing direction.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || is_invisible(c)
}

/// Whether a character takes no room on the screen, yet makes two texts differ.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

fn printable(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut shown = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let ends_line = c == '\r' && chars.peek() == Some(&'\n');
        shown.push(match c.len_utf8() {
            _ if ends_line || !is_unprintable(c) => c,
            1 => '?',
            2 => '\u{bf}',
            _ => char::REPLACEMENT_CHARACTER,
        });
    }
    shown
}

/// Text from the file inside a message: unprintable characters escaped, cut where it gets
/// long; no text at all is an empty pair of quotes.
pub(super) struct Shown<'a>(pub(super) &'a str);

impl Shown<'_> {
    /// Longer than any address or name in use, and still two lines of a terminal.
    const MAX_CHARS: usize = 120;
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("\"\"");
        }
        for (count, c) in self.0.chars().enumerate() {
            if count == Self::MAX_CHARS {
                return f.write_str("…");
            }
            if c.is_control() || is_unprintable(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_by_offset() {
        let lines = Lines::of("a\nbc\n\nd");
        let numbers: Vec<u32> = (0..7).map(|offset| lines.number_at(offset)).collect();
        assert_eq!(numbers, [1, 1, 2, 2, 2, 3, 4]);
    }

    #[test]
    fn replaces_what_a_terminal_obeys_byte_for_byte() {
        let text = "a\u{1b}[31m\u{9b}b\u{202e}c\r\nd\re\tf";
        let shown = printable(text);
        assert_eq!(shown, "a?[31m\u{bf}b\u{fffd}c\r\nd?e\tf");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn cuts_and_escapes_text_in_messages() {
        assert_eq!(Shown("a\u{1b}\u{202e}\n").to_string(), r"a\u{1b}\u{202e}\n");
        assert_eq!(
            Shown(&"x".repeat(500)).to_string().chars().count(),
            Shown::MAX_CHARS + 1
        );
    }

    #[test]
    fn reads_spans_at_the_edges() {
        for text in ["", "a", "a\n", "\n\n", "a\nb\nc"] {
            let source = SourceText::new("org.toml", text, Lines::of(text));
            for offset in 0..=text.len() {
                for context in 0..3 {
                    let span = SourceSpan::from((offset, 0));
                    assert!(
                        source.read_span(&span, context, context).is_ok(),
                        "{text:?}"
                    );
                }
            }
            let beyond = SourceSpan::from((text.len(), 1));
            assert!(source.read_span(&beyond, 1, 1).is_err());
        }
    }
}
