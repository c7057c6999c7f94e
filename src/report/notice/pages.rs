//! The pages of orgctl's own: one struct a template. `whitespace` is said wherever it shows.

use askama::Template;

use super::Letter;
use super::view::{Marked, View};
use crate::model::notice::{Fate, Language, Todo};

#[derive(Template)]
#[template(path = "notice/en/subject.txt", whitespace = "preserve")]
struct EnglishSubject<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "notice/en/what.txt", whitespace = "preserve")]
struct EnglishWhat<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "notice/en/letter.md", whitespace = "preserve")]
struct EnglishMarkdown<'a> {
    view: View<'a>,
}

#[derive(Template)]
#[template(path = "notice/en/letter.html", whitespace = "minimize")]
struct EnglishHtml<'a> {
    view: View<'a>,
    subject: &'a str,
}

#[derive(Template)]
#[template(path = "notice/en/todos.md", whitespace = "preserve")]
struct EnglishTodosMarkdown<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "notice/en/todos.html", whitespace = "minimize")]
struct EnglishTodosHtml<'a> {
    view: &'a View<'a>,
}

/// A page around a text of the user's own.
#[derive(Template)]
#[template(path = "notice/own.html", whitespace = "minimize")]
struct Own<'a> {
    view: &'a View<'a>,
    subject: &'a str,
    content: &'a Marked,
}

/// Writing a template to a text cannot fail; this is where the type that says it could ends.
pub(super) fn written(template: &impl Template) -> String {
    let text = template.render();
    debug_assert!(text.is_ok(), "writing to a text cannot fail");
    text.unwrap_or_default()
}

pub(super) fn subject(view: &View<'_>) -> String {
    match view.language() {
        Language::En => written(&EnglishSubject { view }),
    }
}

/// What becomes of the reader, in a paragraph.
pub(super) fn what(view: &View<'_>) -> Marked {
    Marked::written(match view.language() {
        Language::En => written(&EnglishWhat { view }),
    })
}

pub(super) fn todos_as_markdown(view: &View<'_>) -> Marked {
    let text = match view.language() {
        Language::En => written(&EnglishTodosMarkdown { view }),
    };
    // What follows in the next line would else go on with the last entry.
    Marked::written(without_empty_lines(&text))
}

pub(super) fn todos_as_html(view: &View<'_>) -> Marked {
    Marked::written(match view.language() {
        Language::En => written(&EnglishTodosHtml { view }),
    })
}

pub(super) fn markdown(view: View<'_>) -> String {
    let text = match view.language() {
        Language::En => written(&EnglishMarkdown { view }),
    };
    without_empty_lines(&text)
}

pub(super) fn html(view: View<'_>, subject: &str) -> String {
    let page = match view.language() {
        Language::En => written(&EnglishHtml { view, subject }),
    };
    page + "\n"
}

pub(super) fn own_page(subject: &str, view: &View<'_>, content: &Marked) -> String {
    let page = written(&Own {
        view,
        subject,
        content,
    });
    page + "\n"
}

/// What is left out of a page leaves empty lines; one between two blocks is enough.
fn without_empty_lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut is_after_empty = true;
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || !is_after_empty {
            kept.extend([line, "\n"]);
        }
        is_after_empty = line.is_empty();
    }
    kept.truncate(kept.trim_end().len());
    kept.push('\n');
    kept
}
