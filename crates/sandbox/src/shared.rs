//! What every request shares: the world behind its lock, the faults, the log, and a count of
//! requests from which their ids come.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use super::clock::Clock;
use super::fault::{Faults, Memory, Struck};
use super::hosts::{self, Links};
use super::lag::{Late, Look, Misses};
use super::log::Log;
use super::request::Request;
use super::throttle::{Charged, Service, Usage};
use super::world::{ReplicaView, Stamp, World, derived_guid};

/// What every request shares, and how much of it one request sees. A copy is the same sandbox.
#[derive(Clone)]
pub(crate) struct Shared {
    core: Arc<Core>,
    /// What reads see otherwise than it is.
    reads: Option<Arc<ReplicaView>>,
    /// What writes do.
    writes: Option<Arc<ReplicaView>>,
}

struct Core {
    world: RwLock<World>,
    faults: Mutex<Faults>,
    answers: Mutex<Memory>,
    late: Mutex<Late>,
    usage: Mutex<Usage>,
    log: Mutex<Log>,
    requests: AtomicU64,
    /// How often the world has been changed.
    changes: watch::Sender<u64>,
    clock: Clock,
    links: Links,
    endpoint: String,
}

impl Shared {
    pub(crate) fn new(world: World, faults: Faults, links: Links, endpoint: String) -> Self {
        let core = Core {
            world: RwLock::new(world),
            faults: Mutex::new(faults),
            answers: Mutex::default(),
            late: Mutex::default(),
            usage: Mutex::default(),
            log: Mutex::default(),
            requests: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            clock: Clock::start(),
            links,
            endpoint,
        };
        Self {
            core: Arc::new(core),
            reads: None,
            writes: None,
        }
    }

    /// The same as one request sees it: how its reads look, and what its writes can miss.
    pub(crate) fn seen(&self, reads: Look, misses: Misses) -> Self {
        let (lag, now_ms) = (self.read(|world| world.settings().lag), self.now_ms());
        let [reads, writes] = lock(&self.core.late).views([reads, Look::ByName], lag, now_ms);
        let writes = writes.and_then(|view| match misses {
            Misses::Nothing => None,
            Misses::New => Some(view.only_new()),
            Misses::Users => Some(view.only_users()),
        });
        Self {
            core: Arc::clone(&self.core),
            reads: reads.map(Arc::new),
            writes: writes.map(Arc::new),
        }
    }

    /// Brings to its end what has come there by the clock. Before each request.
    pub(crate) fn catch_up(&self) {
        let now_ms = self.now_ms();
        if self.read(|world| world.is_due(now_ms)) {
            self.write(World::catch_up);
        }
    }

    /// Looks at the world.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        let world = &self.core.world;
        match &self.reads {
            None => look(&world.read().unwrap_or_else(PoisonError::into_inner)),
            Some(view) => {
                let mut world = world.write().unwrap_or_else(PoisonError::into_inner);
                world.look_through(Arc::clone(view));
                let result = look(&world);
                world.look_directly();
                result
            }
        }
    }

    /// Changes the world.
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let world = &self.core.world;
        let mut world = world.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = &self.writes {
            world.look_through(Arc::clone(view));
        }
        world.tell_time(self.now_ms());
        let result = change(&mut world);
        world.look_directly();
        let (changes, lag) = (world.take_changes(), world.settings().lag);
        lock(&self.core.late).note(changes, lag, self.now_ms());
        drop(world);
        self.core.changes.send_modify(|changes| *changes += 1);
        result
    }

    /// Tells of every change of the world from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.core.changes.subscribe()
    }

    /// Counts a request against the rules of misbehaviour, and says what is to happen to it.
    pub(crate) fn strike(&self, method: &str, target: &str) -> Struck {
        let now_ms = self.now_ms();
        self.faults().strike(method, target, now_ms)
    }

    /// Counts a request against what a caller may use up.
    pub(crate) fn charge(&self, request: &Request) -> Charged {
        let (limits, users) = self.read(|world| {
            let users = world.directory().users.len();
            (world.settings().throttling, users)
        });
        let service = match request.host.as_str() {
            host if hosts::is_devops(host) => Service::DevOps,
            hosts::GRAPH => Service::Graph { users },
            _ => return Charged::default(),
        };
        lock(&self.core.usage).charge(service, request, limits, self.now_ms())
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.core.faults)
    }

    /// The answers that a stale read may get once more.
    pub(crate) fn answers(&self) -> MutexGuard<'_, Memory> {
        lock(&self.core.answers)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.core.log)
    }

    /// What time it is, in milliseconds of the sandbox's clock.
    pub(crate) fn now_ms(&self) -> u64 {
        self.core.clock.now_ms()
    }

    /// The same in whole seconds since 1970: worlds and clocks begin together.
    pub(crate) fn now_s(&self) -> i64 {
        let run_s = i64::try_from(self.now_ms() / 1000).unwrap_or(i64::MAX);
        Stamp::BEGIN.seconds().saturating_add(run_s)
    }

    /// Puts the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        self.core.clock.advance(by);
    }

    /// The sandbox's own address, such as `http://127.0.0.1:4000`.
    pub(crate) fn endpoint(&self) -> &str {
        &self.core.endpoint
    }

    /// A name for one request.
    pub(crate) fn request_id(&self) -> Uuid {
        let number = self.core.requests.fetch_add(1, Ordering::Relaxed);
        derived_guid(&["request", &number.to_string()])
    }

    /// Where a link to a path of a cloud host leads.
    pub(crate) fn link(&self, host_and_path: &str) -> String {
        match self.core.links {
            Links::Cloud => format!("https://{host_and_path}"),
            Links::Endpoint => format!("{}/{host_and_path}", self.core.endpoint),
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
