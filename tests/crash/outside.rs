//! What a run meets outside: trouble, people who are told, and somebody who listens.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use orgctl::apply::port::{ApiError, ApiErrorKind, Bindings, Call, Notifier, Outcome, Writer};
use orgctl::apply::{Observer, StepStatus, Wait};
use orgctl::azure::Mail;
use orgctl::azure::services::Services;
use orgctl::model::address::Kind;
use orgctl::model::attributes::Attributes;
use orgctl::model::ids::RemoteId;
use orgctl::model::live::Live;
use orgctl::plan::value::{Stage, Step};
use orgctl::sandbox::Fault;
use tokio::sync::OnceCell;

use super::disk::Refusal;

/// What a run meets.
#[derive(Clone)]
pub(crate) struct Trouble {
    pub(crate) refusal: Option<Refusal>,
    pub(crate) faults: Vec<Fault>,
    /// Whether the run stops where an answer is lost. It goes on otherwise, and repeats soon.
    pub(crate) stops: bool,
    /// Steps of this kind are carried out, and nobody learns of it.
    pub(crate) unanswered: Option<Kind>,
    /// What is read first by runs that begin at the same moment, once it has been read.
    pub(crate) seen: Arc<OnceCell<Live>>,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            refusal: None,
            faults: Vec::new(),
            stops: true,
            unanswered: None,
            seen: Arc::default(),
        }
    }
}

impl Trouble {
    pub(crate) const fn backoff(&self) -> Duration {
        // Who loses an answer is stopped before anything is repeated.
        if self.stops {
            Duration::from_secs(3600)
        } else {
            Duration::from_millis(1)
        }
    }

    pub(crate) const fn patience(&self) -> Duration {
        if self.stops {
            Duration::from_secs(10)
        } else {
            Duration::from_millis(100)
        }
    }
}

/// Sends, and keeps to itself what became of steps of a kind.
pub(crate) struct Mute<'a> {
    pub(crate) inner: &'a Services,
    pub(crate) kind: Option<Kind>,
}

impl Writer for Mute<'_> {
    async fn send(&self, steps: &[&Step], ids: &Bindings) -> Vec<Outcome> {
        let outcomes = self.inner.send(steps, ids).await;
        let pairs = steps.iter().zip(outcomes);
        let mute = |(step, outcome): (&&Step, Outcome)| match self.kind {
            Some(kind) if step.address.kind() == kind => Outcome::unsure(lost()),
            Some(_) | None => outcome,
        };
        pairs.map(mute).collect()
    }

    async fn forget_tokens(&self) {
        self.inner.forget_tokens().await;
    }
}

fn lost() -> ApiError {
    ApiError {
        kind: ApiErrorKind::Unreachable,
        call: Call::SendMail,
        method: "POST",
        url: String::new(),
        status: None,
        code: None,
        message: "no answer".to_owned(),
        request_id: None,
    }
}

/// Hears at once of what nobody can know.
pub(crate) struct Listener<'a>(pub(crate) &'a mut BTreeSet<String>);

impl Observer for Listener<'_> {
    fn stage(&mut self, _: Stage, _: usize) {}

    fn step(&mut self, step: &Step, status: &StepStatus) {
        if matches!(status, StepStatus::Unsure(_)) {
            self.0.insert(step.address.to_string());
        }
    }

    fn gate(&mut self) {}
    fn waiting(&mut self, _: Wait) {}
}

/// Sends notices by mail, as they are.
pub(crate) struct Post<'a>(pub(crate) &'a Services);

impl Notifier for Post<'_> {
    async fn deliver(&self, steps: &[&Step], _: Timestamp) -> Vec<Outcome> {
        let mails = steps.iter().map(|step| {
            let (Some(Attributes::NoticeBefore(notice) | Attributes::NoticeAfter(notice)), kind) =
                (step.change.after(), step.address.kind())
            else {
                panic!("{} is no notice", step.address);
            };
            Mail {
                remote_id: RemoteId::StorageKey(notice.member),
                to: notice.mail.clone(),
                subject: kind.to_string(),
                html: String::new(),
                mark: if kind == Kind::NoticeBefore {
                    "before"
                } else {
                    "after"
                },
            }
        });
        self.0.send_mails(None, &mails.collect::<Vec<_>>()).await
    }
}
