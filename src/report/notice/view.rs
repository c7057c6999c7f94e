//! What the pages of a notice may say, escaped for the form that they have.

use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

use super::{Facts, Letter, Notice};
use crate::model::notice::{Fate, Language, Todo};
use crate::report::sanitize::{clean, code, markdown};

/// In which form a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A line of a mail's head.
    Plain,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

/// A text that needs no escaping any more. Made by a [`Form`] only.
#[derive(Clone, Debug)]
pub(super) struct Marked(String);

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Marked {}

impl Marked {
    /// Takes what a template of ours has written from marked texts.
    pub(super) const fn written(text: String) -> Self {
        Self(text)
    }
}

impl Form {
    /// A name: escaped, and kept from turning the text around it.
    fn name(self, text: &str) -> Marked {
        match self {
            Self::Plain | Self::Markdown => self.text(text),
            Self::Html => Marked(format!("<bdi>{}</bdi>", self.text(text))),
        }
    }

    /// Running text.
    pub(super) fn text(self, text: &str) -> Marked {
        match self {
            Self::Plain => Marked(clean(text).into_owned()),
            Self::Markdown => Marked(markdown(text)),
            Self::Html => {
                let mut safe = String::with_capacity(text.len() + 8);
                let written = Html.write_escaped_str(&mut safe, &clean(text));
                debug_assert!(written.is_ok(), "writing to a text cannot fail");
                Marked(safe)
            }
        }
    }

    /// Something that is to be typed or copied as it stands.
    pub(super) fn code(self, text: &str) -> Marked {
        match self {
            Self::Plain => self.text(text),
            Self::Markdown => Marked(code(text)),
            Self::Html => Marked(format!("<code>{}</code>", self.text(text))),
        }
    }

    /// A link that shows where it goes. `url` is one of ours.
    fn link(self, url: &str) -> Marked {
        match self {
            Self::Plain => self.text(url),
            Self::Markdown => Marked(format!("<{}>", clean(url))),
            Self::Html => {
                let url = self.text(url);
                Marked(format!("<a href=\"{url}\">{url}</a>"))
            }
        }
    }
}

/// One entry of the list of what is left to do.
pub(super) struct Item<'a> {
    pub(super) todo: &'a Todo,
    /// The credentials that it is about.
    pub(super) names: Vec<Marked>,
}

/// What a page may say.
pub(super) struct View<'a> {
    form: Form,
    notice: &'a Notice<'a>,
    facts: &'a Facts<'a>,
}

impl<'a> View<'a> {
    pub(super) const fn new(notice: &'a Notice<'a>, facts: &'a Facts<'a>, form: Form) -> Self {
        Self {
            form,
            notice,
            facts,
        }
    }

    pub(super) const fn form(&self) -> Form {
        self.form
    }

    pub(super) const fn language(&self) -> Language {
        self.facts.language
    }

    pub(super) const fn letter(&self) -> Letter {
        self.notice.letter
    }

    /// What becomes of them, as far as it makes a difference to them.
    pub(super) fn fate(&self) -> Fate {
        let attributes = self.notice.attributes;
        let account = attributes.account.as_ref();
        let is_same = account.is_some_and(|account| account.as_str() == self.notice.person);
        match attributes.fate {
            Fate::Mapped if is_same => Fate::Matched,
            fate @ (Fate::Matched
            | Fate::Mapped
            | Fate::Guest
            | Fate::Removed
            | Fate::Disconnected) => fate,
        }
    }

    pub(super) fn organization(&self) -> Marked {
        self.form.name(self.facts.organization.as_str())
    }

    pub(super) fn tenant(&self) -> Marked {
        self.form.name(self.facts.tenant_name)
    }

    /// The name that others see, where there is one.
    pub(super) fn name(&self) -> Option<Marked> {
        let name = self.notice.display_name?.trim();
        (!name.is_empty()).then(|| self.form.name(name))
    }

    /// The sign-in name of before the move.
    pub(super) fn today(&self) -> Marked {
        self.form.code(self.notice.person)
    }

    /// The sign-in name of after the move.
    pub(super) fn account(&self) -> Option<Marked> {
        let account = self.notice.attributes.account.as_ref()?;
        Some(self.form.code(account.as_str()))
    }

    /// The same, where it is another one.
    pub(super) fn new_account(&self) -> Option<Marked> {
        let account = self.notice.attributes.account.as_ref()?;
        (account.as_str() != self.notice.person).then(|| self.form.code(account.as_str()))
    }

    /// The first day on which the move may begin.
    pub(super) fn date(&self) -> Option<Marked> {
        let date = self.facts.not_before?;
        let date = match self.facts.language {
            Language::En => date.strftime("%-d %B %Y").to_string(),
        };
        Some(self.form.text(&date))
    }

    /// Whom to ask.
    pub(super) fn contact(&self) -> Option<Marked> {
        let contact = self.facts.contact?;
        Some(self.form.code(contact.as_str()))
    }

    /// A page of the organization.
    pub(super) fn link(&self, path: &str) -> Marked {
        let organization = self.facts.organization.as_str();
        self.form
            .link(&format!("https://dev.azure.com/{organization}{path}"))
    }

    pub(super) fn code(&self, text: &str) -> Marked {
        self.form.code(text)
    }

    /// What is left to do.
    pub(super) fn todos(&self) -> Vec<Item<'a>> {
        let todos = self.notice.attributes.todo.iter();
        todos
            .map(|todo| Item {
                todo,
                names: todo.names().iter().map(|it| self.form.code(it)).collect(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_escapes_what_strangers_chose() {
        let hostile = "<img src=x onerror=alert(1)>\u{202e}`*\"'&";
        assert_eq!(
            Form::Html.name(hostile).to_string(),
            "<bdi>&#60;img src=x onerror=alert(1)&#62;\\u{202e}`*&#34;&#39;&#38;</bdi>"
        );
        let markdown = Form::Markdown.text(hostile).to_string();
        assert!(!markdown.contains('<'), "{markdown}");
        assert!(markdown.contains("\\`\\*"), "{markdown}");
        let line = Form::Plain.text("a\r\nBcc: x@y.z").to_string();
        assert!(!line.contains(['\r', '\n']), "{line}");
    }
}
