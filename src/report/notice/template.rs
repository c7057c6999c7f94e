//! Texts of the user's own: plain files with placeholders such as `{{name}}`, read strictly.
//!
//! A placeholder is the only thing that such a file can hold besides text. Whoever spells one wrong
//! is told before anybody is written to.

use std::collections::BTreeMap;
use std::fmt;

use strsim::normalized_damerau_levenshtein;
use strum::VariantArray as _;

use super::Letter;

/// Something that is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Name,
    Organization,
    Tenant,
    OldAccount,
    Account,
    What,
    Todo,
    Date,
    Contact,
}

/// The spelling of each.
const SLOTS: [(&str, Slot); 9] = [
    ("name", Slot::Name),
    ("organization", Slot::Organization),
    ("tenant", Slot::Tenant),
    ("old_account", Slot::OldAccount),
    ("account", Slot::Account),
    ("what", Slot::What),
    ("todo", Slot::Todo),
    ("date", Slot::Date),
    ("contact", Slot::Contact),
];

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Slot(Slot),
}

/// A text of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The first line behind `Subject:`, where it begins so.
    pub(super) subject: Option<Vec<Piece>>,
    pub(super) body: Vec<Piece>,
}

/// A mistake in a text of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, as a lower-case sentence.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TemplateError {}

/// How a first line begins that is the subject.
const SUBJECT: &str = "Subject:";

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// Every mistake in it, in the order in which they stand there.
    pub fn parse(text: &str) -> Result<Self, Vec<TemplateError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut errors = Vec::new();
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let template = match first.strip_prefix(SUBJECT) {
            Some(subject) => Self {
                subject: Some(pieces(subject.trim(), 1, &mut errors)),
                body: pieces(rest, 2, &mut errors),
            },
            None => Self {
                subject: None,
                body: pieces(text, 1, &mut errors),
            },
        };
        let is_blank = |piece: &Piece| match piece {
            Piece::Text(text) => text.trim().is_empty(),
            Piece::Slot(_) => false,
        };
        if errors.is_empty() && template.body.iter().all(is_blank) {
            errors.push(TemplateError {
                line: 1,
                message: "the text says nothing".to_owned(),
                help: "write what people are to read, or delete the file".to_owned(),
            });
        }
        if errors.is_empty() {
            Ok(template)
        } else {
            Err(errors)
        }
    }
}

/// Cuts a text at its placeholders; `line` is the number of its first line.
fn pieces(text: &str, line: usize, errors: &mut Vec<TemplateError>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut line = line;
    while let Some((before, behind)) = rest.split_once("{{") {
        line += before.matches('\n').count();
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        // A placeholder does not go on in the next line.
        let this_line = behind.split('\n').next().unwrap_or_default();
        let Some((name, _)) = this_line.split_once("}}") else {
            errors.push(TemplateError {
                line,
                message: "a placeholder is not closed".to_owned(),
                help: "write `}}` behind its name, in the same line".to_owned(),
            });
            rest = behind;
            continue;
        };
        let known = SLOTS.iter().find(|(known, _)| *known == name.trim());
        match known {
            Some((_, slot)) => pieces.push(Piece::Slot(*slot)),
            None => errors.push(unknown(name.trim(), line)),
        }
        rest = behind.get(name.len() + 2..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

fn unknown(name: &str, line: usize) -> TemplateError {
    /// No name is near this long.
    const LONGEST: usize = 40;
    let shown: String = name.chars().take(LONGEST).collect();
    let nearest = SLOTS
        .iter()
        .map(|(known, _)| (normalized_damerau_levenshtein(&shown, known), known))
        .filter(|(near, _)| *near >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    let meant = nearest.map_or_else(String::new, |(_, known)| {
        format!("did you mean `{known}`? ")
    });
    let known: Vec<String> = SLOTS
        .iter()
        .map(|(known, _)| format!("`{known}`"))
        .collect();
    TemplateError {
        line,
        message: format!("there is no placeholder `{}`", shown.escape_debug()),
        help: format!("{meant}there are {}", known.join(", ")),
    }
}

/// The texts that replace those of orgctl.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates {
    by_file: BTreeMap<String, Template>,
}

impl Templates {
    /// The files that are looked for in the folder of templates.
    pub fn file_names() -> impl Iterator<Item = String> {
        Letter::VARIANTS
            .iter()
            .flat_map(|letter| ["md", "html"].map(|extension| format!("{letter}.{extension}")))
    }

    /// Takes a text, by the name of its file.
    pub fn insert(&mut self, file_name: String, template: Template) {
        self.by_file.insert(file_name, template);
    }

    /// Whether orgctl's own texts are all that there is.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }

    fn file(&self, letter: Letter, extension: &str) -> Option<&Template> {
        self.by_file.get(&format!("{letter}.{extension}"))
    }

    pub(super) fn markdown(&self, letter: Letter) -> Option<&[Piece]> {
        self.file(letter, "md").map(|file| file.body.as_slice())
    }

    pub(super) fn html(&self, letter: Letter) -> Option<&[Piece]> {
        self.file(letter, "html").map(|file| file.body.as_slice())
    }

    pub(super) fn subject(&self, letter: Letter) -> Option<&[Piece]> {
        let files = [self.file(letter, "md"), self.file(letter, "html")];
        let subjects = files.into_iter().flatten();
        subjects
            .into_iter()
            .find_map(|file| file.subject.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_placeholders() {
        let template = Template::parse("Subject: {{organization}}\nHello {{ name }},\n{{todo}}");
        let template = template.unwrap();
        assert_eq!(
            template.subject,
            Some(vec![Piece::Slot(Slot::Organization)])
        );
        assert_eq!(
            template.body,
            [
                Piece::Text("Hello ".to_owned()),
                Piece::Slot(Slot::Name),
                Piece::Text(",\n".to_owned()),
                Piece::Slot(Slot::Todo),
            ]
        );
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "Hello {{nme}},\n\n{{ account\n}} and {{x{{name}}\nbye {{";
        let errors = Template::parse(text).unwrap_err();
        let told: Vec<(usize, &str)> = errors
            .iter()
            .map(|error| (error.line, error.message.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (1, "there is no placeholder `nme`"),
                (3, "a placeholder is not closed"),
                (4, "there is no placeholder `x{{name`"),
                (5, "a placeholder is not closed"),
            ]
        );
        assert!(errors[0].help.starts_with("did you mean `name`? "));
    }

    #[test]
    fn a_text_that_says_nothing_is_a_mistake() {
        for text in ["", "\n \n", "Subject: Hello\n\n"] {
            assert_eq!(Template::parse(text).unwrap_err().len(), 1, "{text:?}");
        }
        assert!(Template::parse("{{what}}").is_ok());
    }
}
