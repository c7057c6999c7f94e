//! What changes while a plan is carried out: the state, the journal, the ids that become known, and
//! what became of each step.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::applier::Observer;
use super::notices::told;
use super::recheck::Recheck;
use super::summary::{StepResult, StepStatus, Summary};
use crate::apply::port::{Bindings, CallError, Outcome, StepError, descriptors};
use crate::model::address::Address;
use crate::model::attributes::{Attributes, Identity};
use crate::model::ids::{RemoteId, RequestId, TenantId};
use crate::model::live::Live;
use crate::plan::value::{Change, Step};
use crate::state::error::StoreError;
use crate::state::journal::{Intent, Journal, Settlement};
use crate::state::value::{Effect, Entry, State};

/// What changes while a plan is carried out.
pub(super) struct Run<'a> {
    pub(super) state: &'a mut State,
    pub(super) journal: Journal,
    pub(super) bindings: Bindings,
    pub(super) unsuccessful: BTreeSet<Address>,
    /// Sent, and nothing tells whether they were carried out. Their intents stay open.
    pub(super) unanswered: usize,
    pub(super) summary: Summary,
    pub(super) observer: &'a mut dyn Observer,
    /// What was reviewed, where the plan says that.
    pub(super) recheck: Option<Recheck>,
    /// Whether what is carried out is nothing to own: whoever undoes a run brings back what was there
    /// before it, and that may be somebody else's.
    pub(super) lets_go: bool,
    /// Whether a stage has been carried out.
    pub(super) has_begun: bool,
    /// The tenant that the plan is made for.
    tenant: TenantId,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        state: &'a mut State,
        journal: Journal,
        live: Live,
        observer: &'a mut dyn Observer,
    ) -> Self {
        let tenant = live.directory.tenant;
        Self {
            state,
            journal,
            bindings: Bindings {
                descriptors: descriptors(live.members),
                ..Bindings::default()
            },
            unsuccessful: BTreeSet::new(),
            unanswered: 0,
            summary: Summary::default(),
            observer,
            recheck: None,
            lets_go: false,
            has_begun: false,
            tenant,
        }
    }

    /// What is about to be done, with every id that is known by now.
    pub(super) fn intent(&self, step: &Step) -> Intent {
        let after = step.change.after().map(|after| self.bound(after));
        Intent {
            address: step.address.clone(),
            after,
            tenant: self.tenant_of(step),
        }
    }

    /// The tenant that a step holds for, where its kind belongs to one.
    fn tenant_of(&self, step: &Step) -> Option<TenantId> {
        let belongs = step.address.kind().belongs_to_tenant();
        belongs.then_some(self.tenant)
    }

    fn bound(&self, attributes: &Attributes) -> Attributes {
        let awaited = attributes.identity().and_then(Identity::awaited);
        match awaited.and_then(|address| self.bindings.object_ids.get(address)) {
            Some(id) => attributes.clone().with_identity(*id),
            None => attributes.clone(),
        }
    }

    /// Steps that only touch our record: taking ownership, letting go.
    pub(super) async fn record_only(
        &mut self,
        steps: &[&Step],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if steps.is_empty() {
            return Ok(());
        }
        let mut settlements = Vec::with_capacity(steps.len());
        for step in steps {
            let effect = match &step.change {
                Change::Adopt { id, .. } => self.effect(step, *id, None, now),
                Change::Create { .. }
                | Change::Update { .. }
                | Change::Remove { .. }
                | Change::Forget { .. } => Effect::Disown,
            };
            self.state.record(step.address.clone(), effect.clone());
            settlements.push((step.address.clone(), Settlement::Done(effect)));
        }
        self.journal.settle(&settlements).await?;
        for step in steps {
            self.end(step, StepStatus::Done);
        }
        Ok(())
    }

    /// A step is half done: this half of it is what the state knows from now on.
    pub(super) async fn halfway(
        &mut self,
        half: &Step,
        remote_id: RemoteId,
        request_id: Option<RequestId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let effect = self.effect(half, remote_id, request_id, now);
        self.state.record(half.address.clone(), effect.clone());
        let settlement = (half.address.clone(), Settlement::Done(effect));
        self.journal.settle(&[settlement]).await
    }

    pub(super) async fn settle(
        &mut self,
        steps: &[&Step],
        outcomes: Vec<Outcome>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut settlements = Vec::with_capacity(steps.len());
        let mut ends = Vec::with_capacity(steps.len());
        for (step, outcome) in steps.iter().zip(outcomes) {
            let (settlement, status) = match outcome {
                Outcome::Done {
                    remote_id,
                    request_id,
                } => {
                    let effect = self.effect(step, remote_id, request_id, now);
                    (Settlement::Done(effect), StepStatus::Done)
                }
                Outcome::AlreadySo { remote_id } => {
                    let effect = self.effect(step, remote_id, None, now);
                    (Settlement::Done(effect), StepStatus::AlreadySo)
                }
                Outcome::MailOwed { remote_id, error } => {
                    let effect = match self.effect(step, remote_id, None, now) {
                        Effect::Own(entry) => Effect::Own(Entry {
                            attributes: entry.attributes.with_mail_owed(),
                            ..entry
                        }),
                        Effect::Disown => Effect::Disown,
                    };
                    (Settlement::Done(effect), StepStatus::Failed(boxed(error)))
                }
                Outcome::MailUnsure { remote_id, error } => {
                    let effect = self.effect(step, remote_id, None, now);
                    (in_doubt(effect), StepStatus::Unsure(boxed(error)))
                }
                Outcome::Failed(error) => (Settlement::NotDone, StepStatus::Failed(error.into())),
                Outcome::Unsure(error) => {
                    let status = StepStatus::Unsure(error.into());
                    // Looking never settles whether somebody was told, and nobody is told twice.
                    if let Some(remote_id) = told(step) {
                        let effect = self.effect(step, remote_id, None, now);
                        (in_doubt(effect), status)
                    } else {
                        // Its intent stays open: only looking can settle it.
                        self.unanswered += 1;
                        ends.push((*step, status));
                        continue;
                    }
                }
            };
            if let Some(effect) = settlement.effect() {
                self.state.record(step.address.clone(), effect);
            }
            settlements.push((step.address.clone(), settlement));
            ends.push((*step, status));
        }
        self.journal.settle(&settlements).await?;
        for (step, status) in ends {
            self.end(step, status);
        }
        Ok(())
    }

    fn effect(
        &mut self,
        step: &Step,
        remote_id: RemoteId,
        request_id: Option<RequestId>,
        now: Timestamp,
    ) -> Effect {
        if let Some(id) = remote_id.object_id() {
            let address = step.address.clone();
            self.bindings.object_ids.insert(address, id);
        }
        match step.change.after().filter(|_| !self.lets_go) {
            Some(after) => {
                let attributes = self.bound(after);
                Effect::Own(Entry {
                    remote_id,
                    attributes,
                    applied_at: now,
                    tenant: self.tenant_of(step),
                    request_id,
                })
            }
            None => Effect::Disown,
        }
    }

    /// Whether the run stands at the gate, or was asked to stop.
    pub(super) const fn is_stopped(&self) -> bool {
        self.summary.at_gate || self.summary.interrupted
    }

    /// The steps of which everything that they need has succeeded. The others end here.
    pub(super) fn without_unmet<'s>(&mut self, steps: &'s [Step]) -> Vec<&'s Step> {
        let mut ready = Vec::with_capacity(steps.len());
        for step in steps {
            let mut needs = step.needs.iter();
            match needs.find(|need| self.is_unmet(step, need)) {
                Some(because) => {
                    let because = because.clone();
                    self.end(step, StepStatus::Skipped { because });
                }
                None => ready.push(step),
            }
        }
        ready
    }

    /// Whether something that a step needs has not come about: a step that failed, or an account that no
    /// step has made, so that nobody knows its id.
    fn is_unmet(&self, step: &Step, need: &Address) -> bool {
        let identity = step.change.after().and_then(Attributes::identity);
        let is_awaited = identity.and_then(Identity::awaited) == Some(need);
        let is_unknown = is_awaited && !self.bindings.object_ids.contains_key(need);
        is_unknown || self.unsuccessful.contains(need)
    }

    pub(super) fn not_reached(&mut self, step: &Step) {
        self.end(step, StepStatus::NotReached);
    }

    pub(super) fn end(&mut self, step: &Step, status: StepStatus) {
        let is_sent = !matches!(status, StepStatus::NotReached | StepStatus::Skipped { .. });
        if let Some(recheck) = self.recheck.as_mut().filter(|_| is_sent) {
            recheck.sent(step);
        }
        self.end_unsent(step, status);
    }

    /// The end of a step for which nothing was sent.
    pub(super) fn end_unsent(&mut self, step: &Step, status: StepStatus) {
        if !status.succeeded() {
            self.unsuccessful.insert(step.address.clone());
        }
        self.observer.step(step, &status);
        let action = step.change.action();
        self.summary.results.push(StepResult {
            address: step.address.clone(),
            action,
            status,
        });
    }
}

fn boxed(error: CallError) -> Box<StepError> {
    Box::new(error.into())
}

/// What counts as carried out, and nobody can know whether it was.
fn in_doubt(effect: Effect) -> Settlement {
    match effect {
        Effect::Own(entry) => Settlement::InDoubt(entry),
        Effect::Disown => Settlement::Done(Effect::Disown),
    }
}
