//! How an apply is going: a bar on a terminal, plain lines elsewhere.

use std::io::Write as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Output;
use crate::apply::{Observer, StepStatus, Wait};
use crate::model::live::Connection;
use crate::plan::value::{Stage, Step};
use crate::report::sanitize::clean;

/// Shows how an apply is going.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    stage: Option<Stage>,
    done: usize,
    of: usize,
    gate: String,
    waiting_for: Option<Connection>,
    told_at: Duration,
}

impl Progress {
    /// `steps` is the number of all steps, `gate` what a person is told there.
    pub(crate) fn new(steps: usize, gate: String, output: &Output) -> Self {
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
            waiting_for: None,
            told_at: Duration::ZERO,
        }
    }

    /// The bar, for whoever else has something to show.
    pub(crate) fn bar(&self) -> Option<ProgressBar> {
        self.bar.clone()
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
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

    fn waiting(&mut self, wait: Wait) {
        let Wait {
            until,
            waited,
            left,
        } = wait;
        let what = match until {
            Connection::Tenant(_) => "shows its new tenant",
            Connection::Personal => "shows no tenant",
            Connection::Unknown => "says what backs it",
        };
        let times = format!("{} waited, {} left", span(waited), span(up(left)));
        if let Some(bar) = &self.bar {
            bar.set_message(format!("until the organization {what}: {times}"));
            return;
        }
        let is_new = self.waiting_for != Some(until);
        if is_new || waited >= self.told_at + EVERY {
            (self.waiting_for, self.told_at) = (Some(until), waited);
            self.line(&format!("Waiting until the organization {what}: {times}."));
        }
    }
}

/// Without a terminal a line a second would be a flood, and none for ten minutes looks like a hang.
const EVERY: Duration = Duration::from_secs(30);

/// Up to the next second: what is left of ten minutes at once is ten minutes.
const fn up(duration: Duration) -> Duration {
    let begun = if duration.subsec_nanos() == 0 { 0 } else { 1 };
    Duration::from_secs(duration.as_secs().saturating_add(begun))
}

/// A duration as it is said: `45 s`, `9 min 15 s`.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

fn line(step: &Step, status: &StepStatus) -> String {
    let word = match status {
        StepStatus::Done => "done",
        StepStatus::AlreadySo => "already so",
        StepStatus::Failed(_) => "failed",
        StepStatus::Unsure(_) => "no answer",
        StepStatus::Stale(_) => "refused, changed since it was reviewed",
        StepStatus::Skipped { .. } => "skipped",
        StepStatus::NotReached => "not reached",
    };
    format!("{} {word}", clean(&step.address.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_minutes_and_seconds() {
        let said = [0, 45, 60, 555, 600].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(said, ["0 s", "45 s", "1 min", "9 min 15 s", "10 min"]);
        let left = [0, 1, 1000, 599_998].map(Duration::from_millis).map(up);
        assert_eq!(left.map(span), ["0 s", "1 s", "1 s", "10 min"]);
    }
}
