//! What is known of a request that did not succeed.

use crate::apply::port::{ApiErrorKind, CallError, Outcome};
use crate::model::ids::RemoteId;

/// A request that did not succeed, and whether it may have been carried out all the same, by any of
/// its attempts.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong.
    pub(crate) error: Box<CallError>,
    /// The service may have carried it out.
    pub(crate) may_be_done: bool,
}

impl Failure {
    /// A request that was certainly not carried out.
    pub(crate) fn undone(error: impl Into<CallError>) -> Self {
        Self {
            error: Box::new(error.into()),
            may_be_done: false,
        }
    }

    /// What it means for a removal. That there is nothing to remove is as good; when an attempt
    /// before may have been carried out, that one was.
    pub(crate) fn into_outcome(self, remote_id: RemoteId) -> Outcome {
        let is_gone = self.error.kind() == ApiErrorKind::NotFound;
        match (is_gone, self.may_be_done) {
            (true, true) => Outcome::Done {
                remote_id,
                request_id: self.error.request_id().cloned(),
            },
            (true, false) => Outcome::AlreadySo { remote_id },
            (false, true) => Outcome::unsure(*self.error),
            (false, false) => Outcome::failed(*self.error),
        }
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        *failure.error
    }
}
