//! A page of output: one text that grows, the column it has come to, and the look it has.
//!
//! Owns painting, padding and wrapping. Whatever is put on it is clean already.

use std::fmt::Write as _;

use super::sanitize::width;
use super::style::{Detail, Look, Tone};

/// Padding is copied from here.
const BLANKS: &str = "                                ";

/// A page under way.
pub(super) struct Page {
    out: String,
    look: Look,
    column: usize,
}

impl Page {
    pub(super) fn new(look: Look, capacity: usize) -> Self {
        Self {
            out: String::with_capacity(capacity),
            look: Look {
                width: look.width.max(Look::MIN_WIDTH),
                ..look
            },
            column: 0,
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) const fn detail(&self) -> Detail {
        self.look.detail
    }

    pub(super) const fn width(&self) -> usize {
        self.look.width
    }

    /// How many columns are left in this line.
    pub(super) const fn room(&self) -> usize {
        self.look.width.saturating_sub(self.column)
    }

    pub(super) fn put(&mut self, clean: &str) {
        self.out.push_str(clean);
        self.column += width(clean);
    }

    pub(super) fn paint(&mut self, tone: Tone, clean: &str) {
        if self.look.color && !clean.is_empty() {
            let style = tone.style();
            // Writing to a `String` cannot fail.
            let _ = write!(self.out, "{style}{clean}{style:#}");
        } else {
            self.out.push_str(clean);
        }
        self.column += width(clean);
    }

    /// Goes on to a column, by at least one blank when something stands there already.
    pub(super) fn go_to(&mut self, column: usize) {
        let blanks = column.saturating_sub(self.column);
        let blanks = if blanks == 0 && self.column > 0 {
            1
        } else {
            blanks
        };
        for _ in 0..blanks / BLANKS.len() {
            self.out.push_str(BLANKS);
        }
        self.out
            .push_str(BLANKS.get(..blanks % BLANKS.len()).unwrap_or_default());
        self.column += blanks;
    }

    /// Ends the line, without blanks at its end.
    pub(super) fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
        self.column = 0;
    }

    /// A blank line, unless there is one or nothing stands before it.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.end_line();
        }
    }

    /// Puts words from here on, breaking between them, with later lines starting at `indent`. A
    /// word that is longer than a line is never cut: it may be an address. An arrow stays with its
    /// target.
    pub(super) fn wrap(&mut self, tone: Option<Tone>, indent: usize, clean: &str) {
        if width(clean) <= self.room() {
            return self.emit(tone, clean);
        }
        // The words of one line are painted at once, so that a search finds them in coloured
        // output.
        let mut run = String::new();
        let mut columns = 0;
        for word in words(clean) {
            let wanted = width(word) + usize::from(!run.is_empty());
            if columns + wanted > self.room() && (!run.is_empty() || self.column > indent) {
                self.emit(tone, &run);
                self.end_line();
                self.go_to(indent);
                run.clear();
                columns = 0;
            }
            if !run.is_empty() {
                run.push(' ');
                columns += 1;
            }
            run.push_str(word);
            columns += width(word);
        }
        self.emit(tone, &run);
    }

    fn emit(&mut self, tone: Option<Tone>, clean: &str) {
        match tone {
            Some(tone) => self.paint(tone, clean),
            None => self.put(clean),
        }
    }

    /// Puts prose from here on as it is, its blanks included, breaking where a line is full.
    pub(super) fn flow(&mut self, tone: Option<Tone>, indent: usize, clean: &str) {
        for piece in clean.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            if width(word) > self.room() && self.column > indent {
                self.end_line();
                self.go_to(indent);
            }
            self.emit(tone, piece);
        }
    }

    /// A line of words of its own.
    pub(super) fn line(&mut self, tone: Option<Tone>, indent: usize, clean: &str) {
        self.go_to(indent);
        self.wrap(tone, indent, clean);
        self.end_line();
    }
}

/// The words of a text. An arrow and the word behind it are one.
fn words(clean: &str) -> impl Iterator<Item = &str> {
    let mut rest = clean.trim_ascii();
    std::iter::from_fn(move || {
        let start = if rest.starts_with(ARROW) {
            ARROW.len()
        } else {
            0
        };
        let tail = rest.get(start..)?;
        let end = tail.find(' ').map_or(rest.len(), |at| start + at);
        let (word, later) = rest.split_at_checked(end)?;
        rest = later.trim_ascii_start();
        (!word.is_empty()).then_some(word)
    })
}

/// What stands between what was and what shall be.
const ARROW: &str = "→ ";
