//! The records of runs, in a folder beside the state: what each did, for whoever wants to take it back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::loaded::{Config, with_sight};
use super::output::Output;
use super::session::Session;
use super::{environment, files};
use crate::apply::{StepStatus, Summary};
use crate::error::{CommandError, Exit};
use crate::model::ids::RunId;
use crate::model::live::Live;
use crate::plan::change::Step;
use crate::plan::undo::{Became, RunRecord, decode, encode};
use crate::plan::value::Plan;
use crate::report::sanitize::clean;

/// Ends the name of the folder; what stands before is the path of the state.
const ENDING: &str = ".runs";
/// Ends the name of a record; what stands before is the run.
const RECORD: &str = ".json";
/// Nobody takes back what lies twenty runs behind: live is what counts by then. And each record names
/// people, so none is kept for longer than it is of use.
const KEPT: usize = 20;

/// The folder of the records.
#[derive(Debug)]
pub(super) struct Runs {
    folder: PathBuf,
}

/// A run that has begun, and its record.
#[derive(Debug)]
pub(super) struct Begun {
    path: PathBuf,
    record: RunRecord,
}

impl Runs {
    /// The records of a state. For a state elsewhere they are on this machine.
    pub(super) fn of(session: &Session, config: &Config) -> Self {
        Self::beside(&session.state_path(&config.resolved))
    }

    /// The records beside a state file.
    pub(super) fn beside(state: &Path) -> Self {
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
            .filter_map(|name| name.strip_suffix(RECORD))
            .map(str::to_owned)
            .collect();
        runs.sort_unstable();
        Ok(runs)
    }

    /// The record of a run.
    pub(super) fn find(&self, run: &str) -> Result<RunRecord, CommandError> {
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
        let path = self.path(run);
        decode(&files::read(&path)?).map_err(|error| {
            let text = format!("{}: {}", path.display(), clean(&error.to_string()));
            CommandError::new(Exit::Failure, text)
                .help("it is of no use any more; what it did is in `orgctl state list`")
        })
    }

    /// Writes down what a run is about to do; nothing for one that sends nothing.
    ///
    /// # Errors
    /// When it cannot be written: then nothing has been sent yet.
    pub(super) fn begin(
        &self,
        plan: &Plan,
        live: &Live,
        config: &Config,
    ) -> Result<Option<Begun>, CommandError> {
        if !plan.steps().any(|step| step.change.writes()) {
            return Ok(None);
        }
        let began = environment::now();
        // To the millisecond, which is once under a lock; so the names are in the order of time.
        let run = began.strftime("%Y%m%d-%H%M%S-%3f").to_string();
        let plan = if plan.seen.is_empty() {
            with_sight(plan.clone(), live)
        } else {
            plan.clone()
        };
        let record = Begun {
            path: self.path(&run),
            record: RunRecord {
                run: RunId::new(run),
                began,
                ended: None,
                plan,
                config_digest: config.digest.clone(),
                results: BTreeMap::new(),
            },
        };
        files::make_closed_folder(&self.folder)
            .map_err(|error| cannot_write(&self.folder, &error))?;
        record.save()?;
        self.prune(&record.path)?;
        Ok(Some(record))
    }

    fn path(&self, run: &str) -> PathBuf {
        self.folder.join(format!("{run}{RECORD}"))
    }

    /// Deletes the oldest records, but never the one of now: clocks are put back sometimes.
    fn prune(&self, current: &Path) -> Result<(), CommandError> {
        let mut old: Vec<PathBuf> = self.names()?.iter().map(|run| self.path(run)).collect();
        old.retain(|path| path != current);
        let excess = (old.len() + 1).saturating_sub(KEPT);
        for path in old.iter().take(excess) {
            files::delete(path)?;
        }
        Ok(())
    }

    /// Deletes all records.
    pub(super) fn forget(&self) -> Result<(), CommandError> {
        for run in self.names()? {
            files::delete(&self.path(&run))?;
        }
        Ok(())
    }
}

impl Begun {
    fn save(&self) -> Result<(), CommandError> {
        let text = encode(&self.record).map_err(|error| CommandError::new(Exit::Failure, error))?;
        files::put_closed(&self.path, &text).map_err(|error| cannot_write(&self.path, &error))
    }

    /// Writes down what became of the run, and says how to take it back.
    pub(super) fn end(mut self, summary: &Summary, output: &mut Output) {
        let results = summary.results.iter();
        self.record.results = results
            .map(|result| (result.address.clone(), became(&result.status)))
            .collect();
        self.record.ended = Some(environment::now());
        let run = self.record.run.clone();
        if let Err(error) = self.save() {
            // The record of the beginning is there, and the state knows what was done.
            output.talk(&format!(
                "The record of run {run} is not complete: {error}."
            ));
        }
        let is_done = |step: &Step| {
            step.change.writes() && self.record.results.get(&step.address) == Some(&Became::Done)
        };
        if self.record.plan.steps().any(is_done) {
            output.talk(&format!(
                "This was run {run}. Undo with `orgctl plan --undo {run}`: it says what has a way back."
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
    CommandError::new(
        Exit::Failure,
        format!("cannot write {}: {error}", path.display()),
    )
    .help("nothing was changed: see to the disk and the folder, then run the command again")
}
