//! Texts of the user's own, filled in for one reader.

use super::pages;
use super::template::{Piece, Slot};
use super::view::{Form, Marked, View};

/// One line, such as a subject.
pub(super) fn line(pieces: &[Piece], view: &View<'_>) -> String {
    let mut line = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => line.push_str(text),
            Piece::Slot(slot) => line.push_str(&filled(*slot, view)),
        }
    }
    // A list or a paragraph has no place in a line, whatever it holds.
    let line: Vec<&str> = line.split_whitespace().collect();
    line.join(" ")
}

/// The text as it stands, in the form that it is written in.
pub(super) fn text(pieces: &[Piece], view: &View<'_>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Slot(slot) => text.push_str(&filled(*slot, view)),
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A text that was written as Markdown, as plain paragraphs of HTML. Only headings are known: what
/// else stands in it is shown as it is.
pub(super) fn paragraphs(pieces: &[Piece], view: &View<'_>) -> Marked {
    let mut page = Paragraphs::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                for (n, line) in text.split('\n').enumerate() {
                    if n > 0 {
                        page.end_line();
                    }
                    page.begin(line);
                    page.line
                        .push_str(&view.form().text(line.trim_end_matches('\r')).to_string());
                }
            }
            Piece::Slot(Slot::Todo) => {
                page.end_paragraph();
                page.html.push_str(&filled(Slot::Todo, view));
            }
            Piece::Slot(slot) => page.line.push_str(&filled(*slot, view)),
        }
    }
    page.end_paragraph();
    Marked::written(page.html)
}

/// Paragraphs as they come line by line.
#[derive(Default)]
struct Paragraphs {
    html: String,
    lines: Vec<String>,
    line: String,
    heading: Option<&'static str>,
}

impl Paragraphs {
    /// Looks whether a line begins as a heading does.
    fn begin(&mut self, line: &str) {
        if self.line.is_empty() && self.lines.is_empty() {
            self.heading = match line.split_once(' ').map(|(marks, _)| marks) {
                Some("#") => Some("h1"),
                Some("##" | "###") => Some("h2"),
                Some(_) | None => None,
            };
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            self.end_paragraph();
        } else {
            self.lines.push(line);
            if self.heading.is_some() {
                self.end_paragraph();
            }
        }
    }

    fn end_paragraph(&mut self) {
        let last = std::mem::take(&mut self.line);
        if !last.trim().is_empty() {
            self.lines.push(last);
        }
        let text = std::mem::take(&mut self.lines).join("<br>\n");
        let heading = self.heading.take();
        if text.is_empty() {
            return;
        }
        let tag = heading.unwrap_or("p");
        let text = match heading {
            Some(_) => text.trim_start_matches('#').trim_start(),
            None => text.as_str(),
        };
        self.html.extend(["<", tag, ">", text, "</", tag, ">\n"]);
    }
}

/// What stands for a placeholder: nothing where there is nothing to say.
fn filled(slot: Slot, view: &View<'_>) -> String {
    let value = match slot {
        Slot::Name => view.name(),
        Slot::Organization => Some(view.organization()),
        Slot::Tenant => Some(view.tenant()),
        Slot::OldAccount => Some(view.today()),
        Slot::Account => view.account(),
        Slot::What => Some(pages::what(view)),
        Slot::Todo => Some(match view.form() {
            Form::Plain | Form::Markdown => pages::todos_as_markdown(view),
            Form::Html => pages::todos_as_html(view),
        }),
        Slot::Date => view.date(),
        Slot::Contact => view.contact(),
    };
    value.map_or_else(String::new, |value| value.to_string())
}
