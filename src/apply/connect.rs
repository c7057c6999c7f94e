//! Connecting: the one step that a person may have to take, and the wait until it shows.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::applier::Applier;
use super::record::Run;
use super::summary::StepStatus;
use crate::azure::port::{ApiError, ApiErrorKind, Outcome, Reader, Writer};
use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::model::desired::{ConnectWith, Scope};
use crate::model::ids::{RemoteId, RequestId, TenantId};
use crate::model::live::Connection;
use crate::plan::change::Step;
use crate::state::journal::Settlement;
use crate::state::store::StoreError;

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Waited {
    /// The tenant backs the organization.
    Connected,
    /// It did not within the time, or somebody asked to stop.
    NotYet,
}

/// Short at first, because a sandbox or a quick service should not be waited for.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The probe needs no credentials and is answered at the edge, but it is not ours to hammer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Asks again and again, more and more slowly, which tenant backs the organization.
///
/// # Errors
/// Only when the last answer before the deadline was an error: while a tenant is being changed,
/// single probes may fail.
async fn wait_until_connected<R: Reader>(
    reader: &R,
    scope: &Scope<'_>,
    tenant: TenantId,
    patience: Duration,
    should_stop: &(dyn Fn() -> bool + Sync),
) -> Result<Waited, ApiError> {
    let deadline = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        let answer = reader.connection(scope).await;
        if answer == Ok(Connection::Tenant(tenant)) {
            return Ok(Waited::Connected);
        }
        if should_stop() || Instant::now() + pause > deadline {
            return answer.map(|_| Waited::NotYet);
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

impl<R: Reader, W: Writer> Applier<'_, R, W> {
    /// Connects by a request or waits for a person; then reads who everybody is now.
    pub(super) async fn connect(
        &self,
        run: &mut Run<'_>,
        group: &[&Step],
        tenant: TenantId,
    ) -> Result<(), StoreError> {
        for step in group {
            let intent = run.intent(step);
            run.journal.intend(&[intent])?;
            let outcome = match connect_with(step) {
                ConnectWith::Portal => self.pass_gate(run, tenant).await,
                ConnectWith::Api => self.request_connection(run, step, tenant).await,
            };
            if let Some(outcome) = outcome {
                run.settle(&[step], vec![outcome], (self.clock)())?;
            } else {
                run.journal
                    .settle(&[(step.address.clone(), Settlement::NotDone)])?;
                run.summary.interrupted = (self.should_stop)();
                run.summary.at_gate = !run.summary.interrupted;
                run.end(step, StepStatus::NotReached);
            }
        }
        Ok(())
    }

    /// `None` when the person has not come yet.
    async fn pass_gate(&self, run: &mut Run<'_>, tenant: TenantId) -> Option<Outcome> {
        let already = self.reader.connection(&self.scope).await;
        if already == Ok(Connection::Tenant(tenant)) {
            return Some(self.arrived(run, tenant, None).await);
        }
        run.observer.gate();
        let patience = self.patience.at_gate;
        match self.wait(tenant, patience).await {
            Ok(Waited::Connected) => Some(self.arrived(run, tenant, None).await),
            Ok(Waited::NotYet) => None,
            Err(error) => Some(Outcome::Failed(error)),
        }
    }

    async fn request_connection(
        &self,
        run: &mut Run<'_>,
        step: &Step,
        tenant: TenantId,
    ) -> Option<Outcome> {
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
            Some(failed @ Outcome::Failed(_)) => return Some(failed),
        };
        run.observer.waiting_for_connection();
        Some(match self.wait(tenant, self.patience.after_request).await {
            Ok(Waited::Connected) => self.arrived(run, tenant, request_id).await,
            Ok(Waited::NotYet) => Outcome::Unsure(self.not_shown(tenant, request_id)),
            Err(error) => Outcome::Unsure(error),
        })
    }

    async fn wait(&self, tenant: TenantId, patience: Duration) -> Result<Waited, ApiError> {
        wait_until_connected(self.reader, &self.scope, tenant, patience, self.should_stop).await
    }

    /// The tenant backs the organization: tokens for the old one are worthless, and Azure DevOps
    /// calls everybody something else now. When that cannot be read, the connection stands all the
    /// same; whoever is called by an old name is looked up by the write.
    async fn arrived(
        &self,
        run: &mut Run<'_>,
        tenant: TenantId,
        request_id: Option<RequestId>,
    ) -> Outcome {
        self.writer.forget_tokens().await;
        if let Ok(live) = self.reader.read(&self.scope).await {
            run.learn_descriptors(&live);
        }
        Outcome::Done {
            remote_id: RemoteId::TenantId(tenant),
            request_id,
        }
    }

    fn not_shown(&self, tenant: TenantId, request_id: Option<RequestId>) -> ApiError {
        ApiError {
            kind: ApiErrorKind::Unexpected,
            method: "HEAD",
            url: format!("https://dev.azure.com/{}", self.scope.organization),
            status: None,
            code: None,
            message: format!("the organization does not show tenant {tenant} yet"),
            request_id,
        }
    }
}

fn connect_with(step: &Step) -> ConnectWith {
    debug_assert_eq!(
        step.address.kind(),
        Kind::Connection,
        "only connections get here"
    );
    match step.change.after() {
        Some(Attributes::Connection(connection)) => connection.connect_with,
        Some(
            Attributes::Removal(_)
            | Attributes::DirectoryUser(_)
            | Attributes::Invitation(_)
            | Attributes::Mapping(_)
            | Attributes::Access(_)
            | Attributes::Policy(_)
            | Attributes::SshKey(_)
            | Attributes::Token(_)
            | Attributes::NoticeBefore(_)
            | Attributes::NoticeAfter(_),
        )
        | None => ConnectWith::Portal,
    }
}
