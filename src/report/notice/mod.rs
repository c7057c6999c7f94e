//! What a person is told about the move, as Markdown and as a page of HTML.
//!
//! Owns the words, which are files by language under `templates/notice`, and the file names. A notice
//! tells its reader nothing of anybody else. Values in, text out: nothing is written or sent here.

mod file_name;
mod filled;
mod pages;
mod summary;
mod template;
mod view;

use jiff::civil::Date;
use strum::{Display, VariantArray};

pub use self::file_name::file_stem;
pub use self::summary::{Row, csv, index};
pub use self::template::{Template, TemplateError, Templates};

use self::view::{Form, View};
use crate::model::ids::OrganizationName;
use crate::model::notice::{Fate, Language, NoticeAttributes};
use crate::model::person::Email;
use crate::plan::value::Step;

/// One of the notices. Its word names the files that replace its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Display, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Letter {
    /// Before the move, to somebody who keeps their access.
    Before,
    /// Before the move, to somebody who loses it.
    Leaving,
    /// After the move.
    After,
}

impl Letter {
    /// The folder of its files, and the mark of its mail.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Before | Self::Leaving => "before",
            Self::After => "after",
        }
    }
}

/// What everybody's notice says alike.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The organization.
    pub organization: &'a OrganizationName,
    /// The tenant's name. From outside: never trusted.
    pub tenant_name: &'a str,
    /// In which language.
    pub language: Language,
    /// Whom to ask.
    pub contact: Option<&'a Email>,
    /// The first day on which the move may begin, where that is bounded.
    pub not_before: Option<Date>,
}

/// A notice to one person.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// Which one.
    pub letter: Letter,
    /// The sign-in name of before the move.
    pub person: &'a str,
    /// The name that others see. Chosen by the person: never trusted.
    pub display_name: Option<&'a str>,
    /// What it says.
    pub attributes: &'a NoticeAttributes,
}

impl<'a> Notice<'a> {
    /// The notice that a step delivers; none for a step of another kind.
    pub fn of(step: &'a Step) -> Option<Self> {
        let attributes = step.change.after()?;
        let notice = attributes.notice()?;
        Some(Self {
            letter: letter(attributes.notice_before().is_some(), notice.fate),
            person: step.address.key(),
            display_name: step.display_name.as_deref(),
            attributes: notice,
        })
    }
}

const fn letter(is_before: bool, fate: Fate) -> Letter {
    match fate {
        Fate::Removed | Fate::Disconnected if is_before => Letter::Leaving,
        Fate::Matched | Fate::Mapped | Fate::Guest if is_before => Letter::Before,
        Fate::Matched | Fate::Mapped | Fate::Guest | Fate::Removed | Fate::Disconnected => {
            Letter::After
        }
    }
}

/// A notice in all its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is about, in a line.
    pub subject: String,
    /// For a file or a chat.
    pub markdown: String,
    /// A page of its own, and the body of a mail.
    pub html: String,
}

/// Writes a notice; `templates` are texts that replace those of orgctl.
pub fn text(notice: &Notice<'_>, facts: &Facts<'_>, templates: &Templates) -> Text {
    let view = |form| View::new(notice, facts, form);
    let subject = match templates.subject(notice.letter) {
        Some(pieces) => filled::line(pieces, &view(Form::Plain)),
        None => pages::subject(&view(Form::Plain)),
    };
    let markdown = match templates.markdown(notice.letter) {
        Some(template) => filled::text(template, &view(Form::Markdown)),
        None => pages::markdown(view(Form::Markdown)),
    };
    let own = templates.html(notice.letter);
    let html = match (own, templates.markdown(notice.letter)) {
        (Some(template), _) => filled::text(template, &view(Form::Html)),
        (None, Some(template)) => {
            let content = filled::paragraphs(template, &view(Form::Html));
            pages::own_page(&subject, &view(Form::Html), &content)
        }
        (None, None) => pages::html(view(Form::Html), &subject),
    };
    Text {
        subject,
        markdown,
        html,
    }
}
