//! The way to the services: hosts, the endpoint rule, one HTTP client, what counts as success,
//! repetition, pages.
//!
//! Knows nothing of what the requests are about. A request names its host by [`host::Host`], and a
//! host names the audience whose token it gets; there is no other way for a token to leave.

pub(crate) mod answer;
pub(crate) mod budget;
pub(crate) mod channel;
pub(crate) mod client;
pub(crate) mod coalesce;
pub(crate) mod deadline;
pub(crate) mod encode;
pub(crate) mod endpoint;
pub(crate) mod error_body;
pub(crate) mod failure;
pub(crate) mod host;
pub(crate) mod optional;
pub(crate) mod pace;
pub(crate) mod page;
pub(crate) mod request;
pub(crate) mod retry;
pub(crate) mod side_by_side;
pub(crate) mod text;
