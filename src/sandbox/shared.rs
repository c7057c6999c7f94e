//! What every request shares: the world behind its lock, the faults, the log, and a count of
//! requests from which their ids come.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::watch;
use uuid::Uuid;

use super::fault::Faults;
use super::log::Log;
use super::request::Request;
use super::server::Links;
use super::world::{World, derived_guid};

/// What every request shares.
pub(crate) struct Shared {
    world: RwLock<World>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
    requests: AtomicU64,
    /// How often the world has been changed.
    changes: watch::Sender<u64>,
    /// Where links in answers lead.
    pub(crate) links: Links,
    /// The sandbox's own address, such as `http://127.0.0.1:4000`.
    pub(crate) endpoint: String,
}

impl Shared {
    pub(crate) fn new(world: World, faults: Faults, links: Links, endpoint: String) -> Self {
        Self {
            world: RwLock::new(world),
            faults: Mutex::new(faults),
            log: Mutex::default(),
            requests: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            links,
            endpoint,
        }
    }

    /// Looks at the world.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.world.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world.
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let result = change(&mut self.world.write().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|changes| *changes += 1);
        result
    }

    /// Tells of every change of the world from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A name for one request.
    pub(crate) fn request_id(&self) -> Uuid {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        derived_guid(&["request", &number.to_string()])
    }

    /// Where a link to a path of a cloud host leads.
    pub(crate) fn link(&self, host_and_path: &str) -> String {
        match self.links {
            Links::Cloud => format!("https://{host_and_path}"),
            Links::Endpoint => format!("{}/{host_and_path}", self.endpoint),
        }
    }

    /// Where it leads in the answer to a request: to the cloud's host if it came by such a name.
    pub(crate) fn link_for(&self, request: &Request, host_and_path: &str) -> String {
        if request.is_by_name {
            return format!("https://{host_and_path}");
        }
        self.link(host_and_path)
    }
}
