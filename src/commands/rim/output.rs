//! What is printed, and where: data to stdout, talk to stderr.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::global::{Global, When};
use crate::error::{CommandError, Exit};
use crate::report::style::{Detail, Look};

/// The two streams and how each is to look.
#[derive(Debug)]
pub(crate) struct Output {
    /// How stdout is to look.
    pub(crate) look: Look,
    /// How stderr is to look.
    pub(crate) talk: Look,
    quiet: bool,
    stdout: io::Stdout,
    stderr: io::Stderr,
}

/// Wider lines are hard to read, and plans have little to say in them.
const WIDEST: usize = 120;

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        let when = if global.no_color {
            When::Never
        } else {
            global.color
        };
        let detail = match (global.quiet, global.verbose) {
            (true, _) => Detail::Brief,
            (false, 0) => Detail::Normal,
            (false, _) => Detail::Full,
        };
        let width = terminal_size::terminal_size().map_or(Look::PLAIN.width, |(width, _)| {
            usize::from(width.0).min(WIDEST)
        });
        let look = |automatic: anstream::ColorChoice| {
            let color = match when {
                When::Auto => automatic != anstream::ColorChoice::Never,
                When::Always => true,
                When::Never => false,
            };
            Look {
                color,
                width,
                detail,
            }
        };
        let (stdout, stderr) = (io::stdout(), io::stderr());
        Self {
            look: look(anstream::AutoStream::choice(&stdout)),
            talk: look(anstream::AutoStream::choice(&stderr)),
            quiet: global.quiet,
            stdout,
            stderr,
        }
    }

    /// Prints data.
    ///
    /// # Errors
    /// When stdout cannot be written to. A reader that went away, as `head` does, is no error.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), CommandError> {
        let mut stdout = self.stdout.lock();
        let written = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CommandError::new(
                Exit::Failure,
                format!("cannot write to stdout: {error}"),
            )),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says something that is not data; not with `--quiet`.
    pub(crate) fn talk(&mut self, line: &str) {
        if !self.quiet {
            // Nobody is left to hear that stderr is gone.
            drop(writeln!(self.stderr, "{line}"));
        }
    }

    /// Whether only data and errors are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether somebody watches stderr.
    pub(crate) fn is_watched(&self) -> bool {
        !self.quiet && self.stderr.is_terminal()
    }

    /// Prints an error: what failed, why, what to do.
    pub(crate) fn error(&mut self, error: &CommandError) {
        self.diagnostic(error);
    }

    /// Prints a diagnostic.
    pub(crate) fn diagnostic(&mut self, diagnostic: &dyn miette::Diagnostic) {
        let theme = if self.talk.color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(self.talk.width);
        let mut text = String::new();
        if handler.render_report(&mut text, diagnostic).is_err() {
            text = format!("error: {diagnostic}");
        }
        drop(writeln!(self.stderr, "{}", text.trim_end()));
    }
}
