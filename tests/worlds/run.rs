//! One run: a story is made from a seed, the organization is moved, and then life goes on. Plan and
//! apply are the product's own; only the services, the disk and the clock are ours.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use orgctl::apply::port::Reader as _;
use orgctl::apply::{Applier, Observer, Patience, StepStatus, Wait};
use orgctl::config::{self, Resolved};
use orgctl::model::ids::Lineage;
use orgctl::plan::guarded;
use orgctl::plan::rules::Severity;
use orgctl::plan::value::{Plan, Stage, Step};
use orgctl::state::store::Store;
use uuid::Uuid;

use crate::disk::Memory;
use crate::oracle::Violation;
use crate::services::Services;
use crate::story::Story;

/// An organization that is not as org.toml says after so many applies never will be.
const APPLIES_MAX: usize = 3;

/// How often an administrator answers what a plan is refused for, before going home.
const ANSWERS_MAX: usize = 4;

/// How far something got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The organization is as org.toml says.
    Clean,
    /// A finding refused the plan, or a mistake the file.
    Refused(Vec<String>),
    /// Applying again and again leads nowhere.
    Unsettled,
    /// An invariant is broken.
    Broken,
}

/// What became of a run.
pub(crate) struct Outcome {
    pub(crate) migration: End,
    /// Of each later round, as far as the run got.
    pub(crate) later: Vec<End>,
    pub(crate) violations: Vec<Violation>,
    /// Everything that happened, to be read.
    pub(crate) log: Vec<String>,
}

/// Runs the story of a seed.
pub(crate) fn run(seed: u64) -> Outcome {
    // A clock that stands still: whatever waits, waits for nothing.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(whole(seed))
}

async fn whole(seed: u64) -> Outcome {
    let run = Run {
        services: Services(Mutex::new(Story::new(seed))),
        store: Store::on("/org.state.json".into(), Arc::new(Memory::default())),
    };
    let migration = run.settle().await;
    let mut later = Vec::new();
    let rounds = 1 + run.services.story().dice.below(4);
    for _ in 0..rounds {
        if !run.services.story().violations.is_empty() {
            break;
        }
        run.services.story().go_on();
        later.push(run.settle().await);
    }
    let story = run.services.0.into_inner().unwrap();
    Outcome {
        migration,
        later,
        violations: story.violations,
        log: story.log,
    }
}

impl Story {
    /// A day on which something happens and something is edited.
    fn go_on(&mut self) {
        self.world.day += 1;
        let day = self.world.day;
        self.log.push(format!("\nday {day}"));
        for _ in 0..=self.dice.below(3) {
            self.let_happen();
        }
        for _ in 0..self.dice.below(3) {
            self.edit();
        }
    }
}

struct Run {
    services: Services,
    store: Store,
}

impl Run {
    /// Applies org.toml until there is nothing left to do. What a plan is refused for is answered.
    async fn settle(&self) -> End {
        let mut end = self.settle_as_written().await;
        for _ in 0..ANSWERS_MAX {
            if !matches!(end, End::Refused(_)) || !self.services.story().answer() {
                break;
            }
            end = self.settle_as_written().await;
        }
        end
    }

    async fn settle_as_written(&self) -> End {
        let text = self.services.story().write_file();
        let config = match config::load("org.toml", &text) {
            Ok(config) => config,
            Err(mistakes) => {
                let mistakes = mistakes.all();
                for mistake in mistakes {
                    self.log(&mistake.to_string());
                }
                let codes = mistakes.iter().map(|it| format!("{:?}", it.code()));
                return End::Refused(codes.collect());
            }
        };
        for _ in 0..APPLIES_MAX {
            match self.apply(&config).await {
                None => {}
                Some(end) => return end,
            }
        }
        End::Unsettled
    }

    /// Plans, and applies the plan; nothing where that has to be done again.
    async fn apply(&self, config: &Resolved) -> Option<End> {
        let mut state = self.store.load().await.unwrap();
        let owned = state.owned();
        let scope = config.desired.scope(&owned);
        let live = self.services.read(&scope).await.unwrap();
        let plan = orgctl::plan::plan(&config.desired, &live, &state, &config.guards);
        if plan.is_refused() {
            return Some(End::Refused(self.refusals(&plan)));
        }
        if plan.is_empty() {
            let mut story = self.services.story();
            let Story { lines, world, .. } = &mut *story;
            lines.see(world);
            return Some(End::Clean);
        }
        self.log("apply");
        state.guarded = guarded(&config.desired, &live, &state, &config.guards);
        let now = self.now();
        let applier = Applier {
            reader: &self.services,
            writer: &self.services,
            notifier: &self.services,
            scope,
            store: &self.store,
            fresh_lineage: Lineage::new(Uuid::from_u128(1)),
            patience: Patience {
                after_request: Duration::from_secs(10),
                at_gate: Duration::from_secs(10),
            },
            clock: &|| now,
            should_stop: &|| false,
        };
        let mut person = Person(&self.services);
        let end = applier.apply(plan, live, &mut state, &mut person).await;
        end.unwrap();
        let is_broken = !self.services.story().violations.is_empty();
        is_broken.then_some(End::Broken)
    }

    fn refusals(&self, plan: &Plan) -> Vec<String> {
        let findings = plan.findings.iter();
        let fatal = findings.filter(|finding| finding.severity == Severity::Fatal);
        let mut codes = BTreeSet::new();
        self.services.story().refused.clear();
        for finding in fatal {
            let evidence = serde_json::to_value(&finding.evidence).unwrap();
            self.services.story().refused.push(evidence);
            self.log(&format!("refused: {}", finding.evidence));
            codes.insert(finding.evidence.rule().to_owned());
        }
        codes.into_iter().collect()
    }

    fn now(&self) -> Timestamp {
        let mut story = self.services.story();
        let day = i64::from(story.world.day);
        // Each run may be on another machine, and no two clocks are the same.
        let ahead = i64::try_from(story.dice.below(48)).unwrap();
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day + ahead)
    }

    fn log(&self, text: &str) {
        self.services.story().log.push(text.to_owned());
    }
}

/// Connects the organization in the portal, when apply asks for it.
struct Person<'a>(&'a Services);

impl Observer for Person<'_> {
    fn stage(&mut self, _: Stage, _: usize) {}

    fn step(&mut self, step: &Step, status: &StepStatus) {
        if let StepStatus::Skipped { because } = status {
            let line = format!("skipped: {}, for want of {because}", step.address);
            self.0.story().log.push(line);
        }
    }

    fn gate(&mut self) {
        let mut story = self.0.story();
        story
            .log
            .push("event: a person connects the organization".to_owned());
        story.world.connect();
    }

    fn waiting(&mut self, _: Wait) {}
}
