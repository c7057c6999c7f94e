//! Looks of many at once: who is in doubt at about the same time is looked for in one request.
//!
//! Whoever writes for a group of people has each of them on a path of its own, and only a few need a
//! look. Collecting them here keeps both: the paths are simple, and no request goes out a person.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::apply::port::CallError;

/// Who waits to be looked for, and how they are told.
#[derive(Debug)]
pub(crate) struct Coalesce<K, V> {
    window: Duration,
    asking: Mutex<Asking<K, V>>,
}

type Asking<K, V> = BTreeMap<K, Vec<oneshot::Sender<Result<V, CallError>>>>;

impl<K: Ord + Copy + Send, V: Clone + Default + Send> Coalesce<K, V> {
    /// Collects for so long before each look.
    pub(crate) const fn new(window: Duration) -> Self {
        Self {
            window,
            asking: Mutex::new(BTreeMap::new()),
        }
    }

    /// Looks for one of many. `look` is given everybody who was asked for in the meantime, and is
    /// called by the first who asked; whom it says nothing about it has not found.
    pub(crate) async fn ask<L, F>(&self, key: K, look: L) -> Result<V, CallError>
    where
        L: FnOnce(Vec<K>) -> F,
        F: Future<Output = Result<BTreeMap<K, V>, CallError>>,
    {
        loop {
            let (tell, told) = oneshot::channel();
            let is_first = {
                let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
                let is_first = asking.is_empty();
                asking.entry(key).or_default().push(tell);
                is_first
            };
            if is_first {
                return self.look(key, look).await;
            }
            // Whoever was to look may have gone away; then the next one looks.
            if let Ok(answer) = told.await {
                return answer;
            }
        }
    }

    /// Looks for everybody who is asked for by the end of the window, and tells those who asked.
    async fn look<L, F>(&self, own: K, look: L) -> Result<V, CallError>
    where
        L: FnOnce(Vec<K>) -> F,
        F: Future<Output = Result<BTreeMap<K, V>, CallError>>,
    {
        let collecting = Collecting {
            coalesce: self,
            is_over: false,
        };
        sleep(self.window).await;
        let asking = collecting.end();
        let found = look(asking.keys().copied().collect()).await;
        let answer = |key: &K| match &found {
            Ok(found) => Ok(found.get(key).cloned().unwrap_or_default()),
            Err(error) => Err(error.clone()),
        };
        for (key, tellers) in asking {
            for tell in tellers {
                // Who has gone away meanwhile need not be told.
                tell.send(answer(&key)).ok();
            }
        }
        answer(&own)
    }
}

/// Somebody collects for a look. When they go away, so do those who wait for it: the next who asks
/// is the first again.
struct Collecting<'a, K, V> {
    coalesce: &'a Coalesce<K, V>,
    is_over: bool,
}

impl<K, V> Collecting<'_, K, V> {
    fn end(mut self) -> Asking<K, V> {
        self.is_over = true;
        self.take()
    }

    fn take(&self) -> Asking<K, V> {
        let asking = &self.coalesce.asking;
        std::mem::take(&mut *asking.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<K, V> Drop for Collecting<'_, K, V> {
    fn drop(&mut self) {
        if !self.is_over {
            drop(self.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;
    use crate::apply::port::{ApiError, Call};

    const WINDOW: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn who_asks_within_a_moment_is_looked_for_in_one_go() {
        let coalesce: Coalesce<u32, Option<String>> = Coalesce::new(WINDOW);
        let looks = AtomicUsize::new(0);
        let ask = |key: u32, after_ms: u64| {
            let (coalesce, looks) = (&coalesce, &looks);
            async move {
                sleep(Duration::from_millis(after_ms)).await;
                let look = |keys: Vec<u32>| async move {
                    looks.fetch_add(1, Ordering::Relaxed);
                    let even = keys.into_iter().filter(|key| key % 2 == 0);
                    Ok(even.map(|key| (key, Some(key.to_string()))).collect())
                };
                coalesce.ask(key, look).await.unwrap()
            }
        };
        let found = join_all((0..20).map(|key| ask(key, u64::from(key) * 40))).await;
        assert_eq!(found[4].as_deref(), Some("4"));
        assert_eq!(found[5], None);
        assert_eq!(looks.load(Ordering::Relaxed), 1);
        ask(6, 0).await;
        assert_eq!(
            looks.load(Ordering::Relaxed),
            2,
            "who comes later is looked for anew"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_hears_of_a_look_that_failed() {
        let coalesce: Coalesce<u32, bool> = Coalesce::new(WINDOW);
        let look = |_| async {
            let words = "nobody answers".to_owned();
            Err(ApiError::unexpected(Call::Users, "GET", String::new(), words).into())
        };
        let (one, two) = tokio::join!(coalesce.ask(1, look), coalesce.ask(2, look));
        assert!(one.is_err() && two.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_who_has_gone_away() {
        let coalesce: Coalesce<u32, bool> = Coalesce::new(WINDOW);
        let look = |keys: Vec<u32>| async { Ok(keys.into_iter().map(|key| (key, true)).collect()) };
        let cut_short = async {
            tokio::time::timeout(WINDOW / 2, coalesce.ask(1, look))
                .await
                .is_err()
        };
        assert!(cut_short.await);
        let later = tokio::time::timeout(WINDOW * 4, coalesce.ask(2, look)).await;
        assert!(later.is_ok(), "the next one looks");
    }
}
