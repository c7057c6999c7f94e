//! The question before anything is done.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::error::{CommandError, Exit};

/// Asks. Only the word `yes` is one.
///
/// # Errors
/// When nobody is there to answer.
pub(crate) fn ask(question: &str) -> Result<bool, CommandError> {
    if !io::stdin().is_terminal() {
        return Err(
            CommandError::new(Exit::Usage, "nobody is there to approve the plan").help(
                "review it with `orgctl plan --out FILE` and run `orgctl apply FILE`, or pass \
                   --auto-approve",
            ),
        );
    }
    let failed = |error| CommandError::new(Exit::Failure, format!("cannot ask: {error}"));
    let mut stderr = io::stderr();
    write!(stderr, "\n{question} Only `yes` is taken: ").map_err(failed)?;
    stderr.flush().map_err(failed)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(failed)?;
    Ok(answer.trim() == "yes")
}
