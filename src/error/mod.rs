//! Errors at the rim: what failed, what caused it, what to do, and the exit status.
//!
//! The rooms below state facts. What to do about them is said here, by the variant of an error: each
//! hint stands beside the error that it is for.

mod api;
mod exit;
mod stores;
mod tenant;

use std::error::Error;
use std::fmt::{self, Display};

use miette::Diagnostic;

use crate::plan::file::PlanFileError;
use crate::report::sanitize::clean;
use crate::sandbox::SandboxError;
pub(crate) use api::SIGN_IN_TO_TENANT;
pub use api::{TRUST, advice, advice_on_step};
pub use exit::Exit;

/// An error as the user sees it: what failed, the chain of what caused it, and what to do.
///
/// A single cause is told in the line of what failed; several are told one below the other.
#[derive(Debug)]
pub struct CommandError {
    /// The exit status it leads to.
    pub exit: Exit,
    message: String,
    cause: Option<Box<Cause>>,
    hints: Vec<String>,
}

/// One cause, and what caused it.
#[derive(Debug)]
struct Cause {
    text: String,
    cause: Option<Box<Self>>,
}

impl CommandError {
    /// An error with a message: a lower-case sentence without a full stop.
    pub fn new(exit: Exit, message: impl Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            cause: None,
            hints: Vec::new(),
        }
    }

    /// An error of a room below, with the chain of its causes.
    pub fn of(exit: Exit, error: &dyn Error) -> Self {
        Self::new(exit, error).caused_by_source_of(error)
    }

    fn caused_by_source_of(self, error: &dyn Error) -> Self {
        match error.source() {
            Some(source) => self.caused_by(source),
            None => self,
        }
    }

    /// The same with what caused it, and what caused that. An error that repeats its cause is told
    /// once. Files and services have a say in these texts, so none of them may steer the terminal.
    #[must_use = "returns the error with its causes"]
    pub fn caused_by(mut self, error: &dyn Error) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut next = Some(error);
        while let Some(error) = next {
            let text = clean(&error.to_string()).into_owned();
            if !texts.last().unwrap_or(&self.message).ends_with(&text) {
                texts.push(text);
            }
            next = error.source();
        }
        let chain = |cause, text| Some(Box::new(Cause { text, cause }));
        self.cause = texts.into_iter().rev().fold(None, chain);
        self
    }

    /// The same with advice, below any that it has already.
    #[must_use = "returns the error with the advice"]
    pub fn help(self, hint: impl Into<String>) -> Self {
        self.hints([hint])
    }

    fn hints(mut self, hints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hints.extend(hints.into_iter().map(Into::into));
        self
    }

    /// The only cause, which has none itself.
    fn only_cause(&self) -> Option<&Cause> {
        self.cause.as_deref().filter(|cause| cause.cause.is_none())
    }
}

impl Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.only_cause() {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.only_cause() {
            Some(_) => None,
            None => self.cause.as_deref().map(|cause| cause as _),
        }
    }
}

impl Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl Diagnostic for CommandError {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        let has_hints = !self.hints.is_empty();
        has_hints.then(|| Box::new(self.hints.join("\n")) as Box<dyn Display>)
    }
}

impl From<PlanFileError> for CommandError {
    fn from(error: PlanFileError) -> Self {
        Self::of(Exit::Failure, &error).help("make a new one with `orgctl plan --out FILE`")
    }
}

impl From<SandboxError> for CommandError {
    fn from(error: SandboxError) -> Self {
        Self::of(Exit::Failure, &error)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use miette::{GraphicalReportHandler, GraphicalTheme};

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Told {
        text: &'static str,
        source: Option<Box<Self>>,
    }

    /// An error with these texts, from what failed down to the last cause.
    fn told(texts: &[&'static str]) -> Told {
        let chain = |source, text: &&'static str| Some(Box::new(Told { text, source }));
        *texts.iter().rev().fold(None, chain).unwrap()
    }

    fn shown(error: &CommandError) -> String {
        let theme = GraphicalTheme::unicode_nocolor();
        let handler = GraphicalReportHandler::new_themed(theme).with_width(80);
        let mut text = String::new();
        handler.render_report(&mut text, error).unwrap();
        text
    }

    #[test]
    fn an_only_cause_is_told_in_the_same_line() {
        let error = CommandError::new(Exit::Failure, "cannot read x")
            .caused_by(&io::Error::other("no such file"))
            .help("make it");
        assert_eq!(error.to_string(), "cannot read x: no such file");
        assert_eq!(
            shown(&error),
            "  × cannot read x: no such file\n  help: make it\n"
        );
    }

    #[test]
    fn several_causes_and_hints_are_told_one_below_the_other() {
        let error = told(&["cannot apply", "cannot write x", "the disk is full"]);
        let error = CommandError::of(Exit::Failure, &error)
            .help("make room")
            .help("then apply again");
        assert_eq!(error.to_string(), "cannot apply");
        assert_eq!(
            shown(&error),
            "  × cannot apply\n  ├─▶ cannot write x\n  ╰─▶ the disk is full\n  help: make room\n        \
             then apply again\n"
        );
    }

    #[test]
    fn an_error_that_repeats_its_cause_tells_it_once() {
        let error = told(&["cannot write x: no room: 28", "no room: 28", "28"]);
        let error = CommandError::of(Exit::Failure, &error);
        assert_eq!(error.to_string(), "cannot write x: no room: 28");
        assert!(error.source().is_none());
    }

    #[test]
    fn causes_steer_no_terminal() {
        let error = told(&["cannot read x", "unknown field `\u{1b}[2J`"]);
        let error = CommandError::of(Exit::Failure, &error).to_string();
        assert_eq!(error, r"cannot read x: unknown field `\u{1b}[2J`");
    }
}
