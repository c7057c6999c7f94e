//! The ports of apply: it reads and writes the services and tells people through these traits only.
//!
//! The planner's side of the program is handed a [`Reader`] and nothing else.

mod call;
mod error;

use std::collections::BTreeMap;
use std::future::Future;

use jiff::Timestamp;

use crate::model::address::Address;
use crate::model::desired::Scope;
use crate::model::ids::{Descriptor, ObjectId, RemoteId, RequestId, StorageKey};
use crate::model::live::{Connection, Live, Member};
use crate::plan::value::Step;

pub use call::Call;
pub use error::{ApiError, ApiErrorKind, CallError, StepError};

/// What became of a step that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service did it.
    Done {
        /// The id of what was made or changed.
        remote_id: RemoteId,
        /// What the service calls the request.
        request_id: Option<RequestId>,
    },
    /// It was so already.
    AlreadySo {
        /// The id of what was found.
        remote_id: RemoteId,
    },
    /// The service did it, and the mail that goes with it could not be sent. It certainly was not.
    MailOwed {
        /// The id of what was made or changed.
        remote_id: RemoteId,
        /// Why not.
        error: CallError,
    },
    /// The service did it, and whether the mail that goes with it went out cannot be known. It is
    /// not sent again: nobody wants it twice.
    MailUnsure {
        /// The id of what was made or changed.
        remote_id: RemoteId,
        /// Why not.
        error: CallError,
    },
    /// The service did not do it.
    Failed(StepError),
    /// It was sent and no answer came, and reading could not settle it.
    Unsure(StepError),
}

impl Outcome {
    /// The step certainly was not carried out.
    pub fn failed(error: impl Into<StepError>) -> Self {
        Self::Failed(error.into())
    }

    /// Nothing tells whether the step was carried out.
    pub fn unsure(error: impl Into<StepError>) -> Self {
        Self::Unsure(error.into())
    }
}

/// Ids that become known while a plan is applied.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// Who each address that has been carried out became in the directory.
    pub object_ids: BTreeMap<Address, ObjectId>,
    /// What Azure DevOps calls each member now. Read anew once the organization is connected.
    pub descriptors: BTreeMap<StorageKey, Descriptor>,
}

/// What Azure DevOps calls these members, as far as that is known.
pub fn descriptors(members: BTreeMap<StorageKey, Member>) -> BTreeMap<StorageKey, Descriptor> {
    let members = members.into_iter();
    members
        .filter_map(|(key, user)| Some((key, user.descriptor?)))
        .collect()
}

/// Reads the services. It has no way to write.
pub trait Reader: Send + Sync {
    /// Reads everything a plan needs.
    fn read(&self, scope: &Scope<'_>) -> impl Future<Output = Result<Live, CallError>> + Send;

    /// Reads what Azure DevOps calls each member now.
    fn descriptors(
        &self,
        scope: &Scope<'_>,
    ) -> impl Future<Output = Result<BTreeMap<StorageKey, Descriptor>, CallError>> + Send {
        async { Ok(descriptors(self.read(scope).await?.members)) }
    }

    /// Asks, without credentials, what backs the organization now.
    fn connection(
        &self,
        scope: &Scope<'_>,
    ) -> impl Future<Output = Result<Connection, CallError>> + Send;
}

/// Writes to the services.
pub trait Writer: Send + Sync {
    /// Carries out steps of one kind and stage, in as few requests as the services allow, and says
    /// what became of each, in the order given.
    fn send(&self, steps: &[&Step], ids: &Bindings) -> impl Future<Output = Vec<Outcome>> + Send;

    /// Drops the tokens at hand: once an organization has changed its tenant they are worthless.
    fn forget_tokens(&self) -> impl Future<Output = ()> + Send;
}

/// Tells people. What a notice looks like and by which way it goes is the notifier's business.
pub trait Notifier: Send + Sync {
    /// Delivers the notices of steps of one kind, and says what became of each, in the order given.
    /// What may have arrived is [`Outcome::Unsure`]: it is not delivered again.
    fn deliver(&self, steps: &[&Step], now: Timestamp)
    -> impl Future<Output = Vec<Outcome>> + Send;
}
