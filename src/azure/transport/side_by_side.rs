//! Several requests at once, but never too many.

use std::future::Future;

use futures_util::stream::{self, StreamExt as _};

/// Runs futures side by side, at most `limit` at a time; the results are in the order given.
pub(crate) async fn side_by_side<F: Future>(limit: usize, futures: Vec<F>) -> Vec<F::Output> {
    stream::iter(futures).buffered(limit).collect().await
}
