//! Several things at once, where most of each is waiting.

use std::sync::Mutex;
use std::thread;

/// Does something with each of these, so many at once. A panic of one is one of the whole, once all
/// have ended.
pub(crate) fn at_once<T>(
    limit: usize,
    these: impl IntoIterator<IntoIter: Send, Item = T>,
    run: impl Fn(T) + Sync,
) {
    let coming = Mutex::new(these.into_iter());
    let next = || coming.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..limit {
            scope.spawn(|| {
                while let Some(one) = next() {
                    run(one);
                }
            });
        }
    });
}
