//! The records of runs, in a folder beside the state: what each did, for whoever wants to take it back.
//! What a run was to do and what became of it are two files, so that neither is ever written again.

use std::path::{Path, PathBuf};

use super::inputs::Config;
use super::output::Output;
use super::session::Session;
use super::{environment, files};
use crate::apply::{StepResult, StepStatus, Summary};
use crate::error::{CommandError, Exit};
use crate::model::ids::RunId;
use crate::model::live::Live;
use crate::plan::undo::{Became, RunRecord, decode, write_beginning, write_ending};
use crate::plan::value::Plan;
use crate::report::sanitize::clean;
use crate::state::disk::{TEMPORARY, sync_folder_of};

/// Ends the name of the folder; what stands before is the path of the state.
const ENDING: &str = ".runs";
/// Ends the name of the file that says what a run was to do; what stands before is the run.
const BEGINNING: &str = ".begun.json";
/// Ends the name of the one that says what became of it. A run that was cut short has none.
const END: &str = ".ended.json";
/// Nobody takes back what lies twenty runs behind: live is what counts by then. And each record names
/// people, so none is kept for longer than it is of use.
const KEPT: usize = 20;

/// The folder of the records.
#[derive(Debug)]
pub(crate) struct RunRecords {
    folder: PathBuf,
}

/// A run that has begun.
#[derive(Debug)]
pub(crate) struct BegunRun {
    run: RunId,
    end: PathBuf,
}

impl RunRecords {
    /// The records of a state. For a state elsewhere they are on this machine.
    pub(crate) fn of(session: &Session, config: &Config) -> Self {
        Self::beside(&session.state_path(&config.resolved))
    }

    /// The records beside a state file.
    pub(crate) fn beside(state: &Path) -> Self {
        let mut folder = state.as_os_str().to_owned();
        folder.push(ENDING);
        Self {
            folder: PathBuf::from(folder),
        }
    }

    /// The runs on record, the oldest first.
    fn names(&self) -> Result<Vec<String>, CommandError> {
        let names = files::names(&self.folder)?;
        let mut runs: Vec<String> = names
            .iter()
            .filter_map(|name| name.strip_suffix(BEGINNING))
            .map(str::to_owned)
            .collect();
        runs.sort_unstable();
        Ok(runs)
    }

    /// The record of a run.
    pub(crate) fn find(&self, run: &str) -> Result<RunRecord, CommandError> {
        let runs = self.names()?;
        // Looked for by name, so that nothing typed is ever taken for a path.
        if !runs.iter().any(|known| known == run) {
            let error = CommandError::new(Exit::Usage, format!("there is no run {}", clean(run)));
            return Err(error.help(if runs.is_empty() {
                format!("no run is on record in {}", self.folder.display())
            } else {
                let runs: Vec<_> = runs.iter().rev().map(|run| clean(run)).collect();
                format!(
                    "the runs on record, the last one first: {}",
                    runs.join(", ")
                )
            }));
        }
        let path = self.path(run, BEGINNING);
        let beginning = files::read(&path)?;
        let ending = files::read_if_there(&self.path(run, END))?;
        decode(&beginning, ending.as_deref()).map_err(|error| {
            CommandError::new(Exit::Failure, path.display())
                .caused_by(&error)
                .help("it is of no use any more; what it did is in `orgctl state list`")
        })
    }

    /// Writes down what a run is about to do; nothing for one that sends nothing.
    ///
    /// # Errors
    /// When it cannot be written: then nothing has been sent yet.
    pub(crate) fn begin(
        &self,
        plan: &Plan,
        live: &Live,
        config: &Config,
    ) -> Result<Option<BegunRun>, CommandError> {
        if !plan.steps().any(|step| step.change.writes()) {
            return Ok(None);
        }
        let began = environment::now();
        // To the millisecond, which is once under a lock; so the names are in the order of time.
        let run = RunId::new(began.strftime("%Y%m%d-%H%M%S-%3f").to_string());
        let path = self.path(run.as_str(), BEGINNING);
        files::make_closed_folder(&self.folder)
            .map_err(|error| cannot_write(&self.folder, &error))?;
        files::write_closed(&path, |file| {
            write_beginning(file, (&run, began), plan, live, &config.digest)
        })
        .and_then(|()| sync_folder_of(&path))
        .map_err(|error| cannot_write(&path, &error))?;
        self.prune(&run)?;
        let end = self.path(run.as_str(), END);
        Ok(Some(BegunRun { run, end }))
    }

    fn path(&self, run: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{run}{ending}"))
    }

    /// Deletes the oldest records, but never the one of now: clocks are put back sometimes.
    fn prune(&self, current: &RunId) -> Result<(), CommandError> {
        let mut old = self.names()?;
        old.retain(|run| run != current.as_str());
        let excess = (old.len() + 1).saturating_sub(KEPT);
        old.iter()
            .take(excess)
            .try_for_each(|run| self.delete(run))?;
        self.sweep()
    }

    /// Deletes what is left of a record in whose middle a run was killed: it names people, too.
    fn sweep(&self) -> Result<(), CommandError> {
        let names = files::names(&self.folder)?;
        let mut parts = names.iter().filter(|name| name.starts_with(TEMPORARY));
        parts.try_for_each(|name| files::delete(&self.folder.join(name)).map(drop))
    }

    /// What a run was to do goes last: nothing is found, and so nothing is deleted, without it.
    fn delete(&self, run: &str) -> Result<(), CommandError> {
        for ending in [END, BEGINNING] {
            files::delete(&self.path(run, ending))?;
        }
        Ok(())
    }

    /// Deletes all records.
    pub(crate) fn forget(&self) -> Result<(), CommandError> {
        self.names()?.iter().try_for_each(|run| self.delete(run))?;
        self.sweep()
    }
}

impl BegunRun {
    /// Writes down what became of the run, and says how to take it back.
    pub(crate) fn end(self, summary: &Summary, output: &mut Output) {
        let Self { run, end } = self;
        let results = summary.results.iter();
        let results = results.map(|result| (&result.address, became(&result.status)));
        let written = files::write_closed(&end, |file| {
            write_ending(file, environment::now(), results.collect())
        })
        .and_then(|()| sync_folder_of(&end));
        if let Err(error) = written {
            // What the run was to do is on record, and the state knows what was done.
            let error = cannot_write(&end, &error);
            output.talk(&format!(
                "The record of run {run} is not complete: {error}."
            ));
        }
        let is_done =
            |result: &StepResult| result.action.writes() && result.status == StepStatus::Done;
        if summary.results.iter().any(is_done) {
            output.talk(&format!(
                "This was run {run}. What of it can be undone is told by\n`orgctl plan --undo {run}`."
            ));
        }
    }
}

const fn became(status: &StepStatus) -> Became {
    match status {
        StepStatus::Done => Became::Done,
        StepStatus::AlreadySo => Became::AlreadySo,
        StepStatus::Failed(_) => Became::Failed,
        StepStatus::Unsure(_) => Became::Unsure,
        StepStatus::Stale(_) | StepStatus::Skipped { .. } | StepStatus::NotReached => {
            Became::NotBegun
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> CommandError {
    let text = format!("cannot write {}", path.display());
    CommandError::new(Exit::Failure, text)
        .caused_by(error)
        .help("nothing was changed: see to the disk and the folder, then run the command again")
}
