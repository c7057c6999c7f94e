//! Several requests at once, but never too many.

use std::future::Future;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};

/// Runs futures side by side, at most `limit` at a time; the results are in the order given.
pub(crate) async fn side_by_side<F: Future>(limit: usize, futures: Vec<F>) -> Vec<F::Output> {
    stream::iter(futures).buffered(limit).collect().await
}

/// Runs futures side by side, all of them; the results are in the order given. For writes: how many
/// requests are under way at a time is the business of the service's budget, and who only waits for
/// the next attempt takes nobody's place.
pub(crate) async fn all_at_once<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    join_all(futures).await
}
