//! The plug: it is pulled at the n-th thing that a run does to the world or to the disk, and from then
//! on nothing happens any more.

use std::future::pending;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use orgctl::apply::port::{Bindings, CallError, Notifier, Outcome, Reader, Writer};
use orgctl::model::desired::Scope;
use orgctl::model::live::{Connection, Live};
use orgctl::plan::value::Step;
use tokio::sync::Notify;

/// Counts what a run does, and ends it.
#[derive(Debug)]
pub(crate) struct Plug {
    stop_at: usize,
    pulled: Mutex<Pulled>,
    out: Notify,
}

#[derive(Debug, Default)]
struct Pulled {
    points: Vec<&'static str>,
    is_out: bool,
}

impl Plug {
    /// Pulled at the n-th point, counted from 0.
    pub(crate) fn at(point: usize) -> Arc<Self> {
        Arc::new(Self {
            stop_at: point,
            pulled: Mutex::default(),
            out: Notify::new(),
        })
    }

    /// Never pulled.
    pub(crate) fn never() -> Arc<Self> {
        Self::at(usize::MAX)
    }

    /// Counts a point. Whether the run goes on there; who hears that it does not may finish the half
    /// of what it is about, and calls [`Plug::pull`] then.
    pub(crate) fn goes_on(&self, what: &'static str) -> bool {
        let mut pulled = self.pulled.lock().unwrap();
        if pulled.is_out {
            return false;
        }
        pulled.points.push(what);
        pulled.points.len() != self.stop_at.wrapping_add(1)
    }

    /// From now on nothing happens any more.
    pub(crate) fn pull(&self) {
        self.pulled.lock().unwrap().is_out = true;
        self.out.notify_one();
    }

    /// A point of something that is waited for: it never ends where the run does.
    pub(crate) async fn point(&self, what: &'static str) {
        if !self.goes_on(what) {
            self.end().await;
        }
    }

    async fn end(&self) {
        self.pull();
        pending::<()>().await;
    }

    /// Ends when it is pulled.
    pub(crate) async fn is_pulled(&self) {
        self.out.notified().await;
    }

    pub(crate) fn was_pulled(&self) -> bool {
        self.pulled.lock().unwrap().is_out
    }

    /// What the run did, point by point.
    pub(crate) fn points(&self) -> Vec<&'static str> {
        self.pulled.lock().unwrap().points.clone()
    }
}

/// The point at which everything is read.
pub(crate) const READ: &str = "read everything";

/// Services, or a notifier, with a plug.
pub(crate) struct Plugged<'a, T> {
    pub(crate) inner: &'a T,
    pub(crate) plug: &'a Plug,
}

impl<R: Reader> Reader for Plugged<'_, R> {
    async fn read(&self, scope: &Scope<'_>) -> Result<Live, CallError> {
        self.plug.point(READ).await;
        self.inner.read(scope).await
    }

    async fn connection(&self, scope: &Scope<'_>) -> Result<Connection, CallError> {
        self.plug.point("ask what backs it").await;
        self.inner.connection(scope).await
    }
}

impl<W: Writer> Writer for Plugged<'_, W> {
    async fn send(&self, steps: &[&Step], ids: &Bindings) -> Vec<Outcome> {
        self.plug.point("before it is sent").await;
        if steps.len() > 1 && !self.plug.goes_on("half of it sent") {
            self.inner.send(&steps[..steps.len() / 2], ids).await;
            self.plug.end().await;
        }
        let outcomes = self.inner.send(steps, ids).await;
        self.plug.point("answered and not recorded").await;
        outcomes
    }

    async fn forget_tokens(&self) {
        self.inner.forget_tokens().await;
    }
}

impl<C: Notifier> Notifier for Plugged<'_, C> {
    async fn deliver(&self, steps: &[&Step], now: Timestamp) -> Vec<Outcome> {
        self.plug.point("before the mail").await;
        if steps.len() > 1 && !self.plug.goes_on("half of the mail") {
            self.inner.deliver(&steps[..steps.len() / 2], now).await;
            self.plug.end().await;
        }
        let outcomes = self.inner.deliver(steps, now).await;
        self.plug.point("mail sent and not recorded").await;
        outcomes
    }
}
