//! How an apply is going: a bar on a terminal, plain lines elsewhere.

use std::io::Write as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Output;
use crate::apply::{Observer, StepStatus};
use crate::plan::change::Step;
use crate::plan::value::Stage;
use crate::report::sanitize::clean;

/// Shows how an apply is going.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    stage: Option<Stage>,
    done: usize,
    of: usize,
    gate: String,
}

impl Progress {
    /// `steps` is the number of all steps, `gate` what a person is told there.
    pub(super) fn new(steps: usize, gate: String, output: &Output) -> Self {
        let bar = output.is_watched().then(|| {
            let bar =
                ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
            let template = "{prefix:>9} [{bar:30}] {pos}/{len} {wide_msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        });
        Self {
            bar,
            quiet: output.is_quiet(),
            stage: None,
            done: 0,
            of: 0,
            gate,
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None if self.quiet => {}
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }
}

impl Observer for Progress {
    fn stage(&mut self, stage: Stage, steps: usize) {
        (self.stage, self.done, self.of) = (Some(stage), 0, steps);
        if let Some(bar) = &self.bar {
            bar.set_prefix(stage.as_str());
        }
    }

    fn step(&mut self, step: &Step, status: &StepStatus) {
        if *status == StepStatus::NotReached {
            return;
        }
        self.done += 1;
        let stage = self.stage.map_or("", Stage::as_str);
        let line = format!("{stage} {}/{} {}", self.done, self.of, line(step, status));
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(step.address.key().to_owned());
                if !status.succeeded() {
                    bar.println(line);
                }
            }
            None => self.line(&line),
        }
    }

    fn gate(&mut self) {
        let gate = std::mem::take(&mut self.gate);
        match &self.bar {
            Some(bar) => bar.println(gate),
            // However quiet: this is what a person has to do.
            None => drop(writeln!(std::io::stderr(), "{gate}")),
        }
    }

    fn waiting_for_connection(&mut self) {
        self.line("Waiting until the organization shows its new tenant.");
    }
}

fn line(step: &Step, status: &StepStatus) -> String {
    let word = match status {
        StepStatus::Done => "done",
        StepStatus::AlreadySo => "already so",
        StepStatus::Failed(_) => "failed",
        StepStatus::Unsure(_) => "no answer",
        StepStatus::Skipped { .. } => "skipped",
        StepStatus::NotReached => "not reached",
    };
    format!("{} {word}", clean(&step.address.to_string()))
}
