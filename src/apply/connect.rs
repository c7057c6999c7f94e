//! The connection: the one step that a person may have to take, and the wait until it shows.
//!
//! From one tenant to another it goes by two requests, for a request that does both is not known.
//! Each has an intent and an outcome of its own, so a run that ends between them is gone on with.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::applier::{Applier, Wait};
use super::record::Run;
use super::summary::StepStatus;
use crate::apply::port::{ApiErrorKind, CallError, Notifier, Outcome, Reader, StepError, Writer};
use crate::model::attributes::{Attributes, ConnectionAttributes};
use crate::model::desired::ConnectWith;
use crate::model::ids::RequestId;
use crate::model::live::Connection;
use crate::plan::value::{Change, Step};
use crate::state::error::StoreError;
use crate::state::journal::Settlement;

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Waited {
    /// The organization shows what it was waited for.
    Shown,
    /// It did not within the time, or somebody asked to stop.
    NotYet,
}

/// Short at first, because a sandbox or a quick service should not be waited for.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The probe needs no credentials and is answered at the edge, but it is not ours to hammer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often whoever watches is told how long it has taken, and how soon a wish to stop is heard.
const TICK: Duration = Duration::from_secs(1);

/// For some time after a change of tenant Azure DevOps may refuse tokens of the new one.
const PAUSES_UNTIL_KNOWN: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

impl<R: Reader, W: Writer, C: Notifier> Applier<'_, R, W, C> {
    /// Changes the connection by requests or waits for a person; then reads who everybody is now.
    pub(super) async fn connect(
        &self,
        run: &mut Run<'_>,
        group: &[&Step],
    ) -> Result<(), StoreError> {
        for step in group {
            let wanted = step.change.after().and_then(Attributes::connection);
            debug_assert!(wanted.is_some(), "only connections get here");
            match wanted {
                Some(wanted) if wanted.connect_with == ConnectWith::Api => {
                    self.by_requests(run, step, wanted).await?;
                }
                Some(wanted) => self.by_a_person(run, step, wanted).await?,
                None => run.not_reached(step),
            }
        }
        Ok(())
    }

    async fn by_a_person(
        &self,
        run: &mut Run<'_>,
        step: &Step,
        wanted: &ConnectionAttributes,
    ) -> Result<(), StoreError> {
        let intent = run.intent(step);
        run.journal.intend(&[intent]).await?;
        let Some(outcome) = self.pass_gate(run, wanted).await else {
            let not_done = (step.address.clone(), Settlement::NotDone);
            run.journal.settle(&[not_done]).await?;
            run.summary.interrupted = (self.should_stop)();
            run.summary.at_gate = !run.summary.interrupted;
            run.end(step, StepStatus::NotReached);
            return Ok(());
        };
        run.settle(&[step], vec![outcome], (self.clock)()).await
    }

    /// `None` when the person has not come yet.
    async fn pass_gate(&self, run: &mut Run<'_>, wanted: &ConnectionAttributes) -> Option<Outcome> {
        let shown = wanted.shown();
        if self.reader.connection(&self.scope).await == Ok(shown) {
            return Some(self.arrived(run, wanted, None).await);
        }
        run.observer.gate();
        match self.wait(run, shown, self.patience.at_gate).await {
            Ok(Waited::Shown) => Some(self.arrived(run, wanted, None).await),
            Ok(Waited::NotYet) => None,
            Err(error) => Some(Outcome::failed(error)),
        }
    }

    async fn by_requests(
        &self,
        run: &mut Run<'_>,
        step: &Step,
        wanted: &ConnectionAttributes,
    ) -> Result<(), StoreError> {
        if let Some(half) = first_half(step, wanted) {
            let intent = run.intent(&half);
            run.journal.intend(&[intent]).await?;
            match self.request(run, &half).await {
                Outcome::Done {
                    remote_id,
                    request_id,
                } => {
                    run.halfway(&half, remote_id, request_id, (self.clock)())
                        .await?;
                }
                Outcome::AlreadySo { remote_id } => {
                    run.halfway(&half, remote_id, None, (self.clock)()).await?;
                }
                // No mail goes with a connection; whatever else came of it ends here.
                ended @ (Outcome::MailOwed { .. }
                | Outcome::MailUnsure { .. }
                | Outcome::Failed(_)
                | Outcome::Unsure(_)) => {
                    return run.settle(&[step], vec![ended], (self.clock)()).await;
                }
            }
            if (self.should_stop)() {
                run.summary.interrupted = true;
                run.end(step, StepStatus::NotReached);
                return Ok(());
            }
        }
        let intent = run.intent(step);
        run.journal.intend(&[intent]).await?;
        let outcome = self.request(run, step).await;
        run.settle(&[step], vec![outcome], (self.clock)()).await
    }

    /// Sends one request and waits until its effect shows.
    async fn request(&self, run: &mut Run<'_>, step: &Step) -> Outcome {
        let Some(wanted) = step.change.after().and_then(Attributes::connection) else {
            return Outcome::failed(self.not_shown(Connection::Unknown, None));
        };
        let sent = self.writer.send(&[step], &run.bindings).await.pop();
        let request_id = match sent {
            Some(Outcome::Done { request_id, .. }) => request_id,
            Some(
                Outcome::AlreadySo { .. }
                | Outcome::MailOwed { .. }
                | Outcome::MailUnsure { .. }
                | Outcome::Unsure(_),
            )
            | None => None,
            Some(failed @ Outcome::Failed(_)) => return failed,
        };
        let shown = wanted.shown();
        match self.wait(run, shown, self.patience.after_request).await {
            Ok(Waited::Shown) => self.arrived(run, wanted, request_id).await,
            Ok(Waited::NotYet) => Outcome::unsure(self.not_shown(shown, request_id)),
            Err(error) => Outcome::unsure(error),
        }
    }

    /// Asks again and again, more and more slowly, what backs the organization.
    ///
    /// # Errors
    /// Only when the last answer before the deadline was an error: while a tenant is being changed,
    /// single probes may fail.
    async fn wait(
        &self,
        run: &mut Run<'_>,
        until: Connection,
        patience: Duration,
    ) -> Result<Waited, CallError> {
        let begin = Instant::now();
        let deadline = begin + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let answer = self.reader.connection(&self.scope).await;
            if answer == Ok(until) {
                return Ok(Waited::Shown);
            }
            let next = Instant::now() + pause;
            if (self.should_stop)() || next > deadline {
                return answer.map(|_| Waited::NotYet);
            }
            loop {
                let now = Instant::now();
                run.observer.waiting(Wait {
                    until,
                    waited: now.duration_since(begin),
                    left: deadline.saturating_duration_since(now),
                });
                if now >= next || (self.should_stop)() {
                    break;
                }
                sleep(next.duration_since(now).min(TICK)).await;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// What was waited for is shown: tokens for the tenant of before are worthless, and in another
    /// tenant Azure DevOps calls everybody something else. When that cannot be read, the connection
    /// stands all the same; whoever is called by an old name is looked up by the write.
    async fn arrived(
        &self,
        run: &mut Run<'_>,
        wanted: &ConnectionAttributes,
        request_id: Option<RequestId>,
    ) -> Outcome {
        self.writer.forget_tokens().await;
        if wanted.tenant.is_some() {
            self.learn_who_is_who(run).await;
        }
        Outcome::Done {
            remote_id: wanted.remote_id(),
            request_id,
        }
    }

    async fn learn_who_is_who(&self, run: &mut Run<'_>) {
        let mut pauses = PAUSES_UNTIL_KNOWN.into_iter();
        loop {
            match self.reader.descriptors(&self.scope).await {
                Ok(now) => {
                    run.bindings.descriptors = now;
                    return;
                }
                Err(error) if error.kind() == ApiErrorKind::Authentication => {}
                Err(_) => return,
            }
            match pauses.next() {
                Some(pause) if !(self.should_stop)() => sleep(pause).await,
                Some(_) | None => return,
            }
            self.writer.forget_tokens().await;
        }
    }

    fn not_shown(&self, wanted: Connection, request_id: Option<RequestId>) -> StepError {
        StepError::NotShown {
            organization: self.scope.organization.clone(),
            wanted,
            request_id,
        }
    }
}

/// Taking the organization off its tenant, when it is to be connected to another one.
fn first_half(step: &Step, wanted: &ConnectionAttributes) -> Option<Step> {
    let (Change::Update { id, before, .. }, Some(_)) = (&step.change, wanted.tenant) else {
        return None;
    };
    before.connection()?.tenant?;
    let off = ConnectionAttributes {
        tenant: None,
        connect_with: wanted.connect_with,
    };
    Some(Step {
        change: Change::Update {
            id: *id,
            before: before.clone(),
            after: Attributes::Connection(off),
        },
        ..step.clone()
    })
}
