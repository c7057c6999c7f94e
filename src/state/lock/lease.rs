//! The lock of a state that is an object: another object, made only if there is none.
//!
//! Whoever holds it writes it anew again and again. One that has not been written for the length of a
//! lease is nobody's, and may be taken over. Whether it has been, the clock of the store decides, for
//! two machines need not agree on the time. A process of this machine that holds a lock also locks a
//! file, so that one that was killed is known to be gone at once.

use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use object_store::path::Path;
use object_store::{PutMode, UpdateVersion};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio::{spawn, time};
use uuid::Uuid;

use super::file::FileLock;
use super::holder::{Holder, LockInfo, TakenOver};
use crate::state::bucket::{Bucket, Object};
use crate::state::disk::Disk;
use crate::state::error::StoreError;

/// How long a lease is, and how often it is renewed.
#[derive(Clone, Copy, Debug)]
pub(in crate::state) struct Timing {
    pub(in crate::state) lease: Duration,
    pub(in crate::state) renewal: Duration,
}

impl Timing {
    /// Two minutes bear a store that is away for one, and are not too long to wait for somebody whose
    /// machine has died.
    pub(in crate::state) const USUAL: Self = Self {
        lease: Duration::from_secs(120),
        renewal: Duration::from_secs(20),
    };

    /// How long after its last renewal a lease still counts for its owner. The rest of its time is for
    /// clocks that run at different speeds and for what is on its way.
    const fn own(self) -> Duration {
        self.lease.saturating_sub(self.renewal)
    }
}

/// How long a store is waited for that is to take a lock back.
const FAREWELL: Duration = Duration::from_secs(5);

/// How the names of files begin that are locked by whoever lives.
const SIGN: &str = "alive-";

/// How often somebody tries whose lock vanishes each time they look who has it.
const ATTEMPTS: usize = 5;

/// Where a lock is, and how one learns whether its owner lives.
#[derive(Clone, Debug)]
pub(in crate::state) struct LeaseSpot {
    pub(in crate::state) bucket: Bucket,
    /// The state.
    pub(in crate::state) state: Path,
    /// A folder of this machine.
    pub(in crate::state) folder: PathBuf,
    pub(in crate::state) disk: Arc<dyn Disk>,
    pub(in crate::state) timing: Timing,
}

/// The object.
#[derive(Debug, Serialize, Deserialize)]
struct LockText {
    #[serde(flatten)]
    info: LockInfo,
    /// Counts up, so that each renewal is another object to whoever looks.
    renewals: u64,
}

/// What the owner of a lease and everything that writes under it share.
#[derive(Debug)]
pub(in crate::state) struct HeldLease {
    spot: LeaseSpot,
    info: LockInfo,
    good_until: Mutex<Option<Instant>>,
}

/// A held lease.
#[derive(Debug)]
pub struct Lease {
    held: Arc<HeldLease>,
    renewing: tokio::task::JoinHandle<()>,
    taken_over: Option<TakenOver>,
    /// A file lock that this process holds while it lives: other processes here can see that it does.
    _alive: FileLock,
}

/// A lock that somebody else has.
struct LockObject {
    info: Option<LockInfo>,
    version: UpdateVersion,
    modified: Option<Timestamp>,
}

impl From<Object> for LockObject {
    fn from(object: Object) -> Self {
        let text: Option<LockText> = serde_json::from_slice(&object.bytes).ok();
        Self {
            info: text.map(|text| text.info),
            version: object.version,
            modified: object.modified,
        }
    }
}

impl LeaseSpot {
    fn key(&self) -> Path {
        Path::from(format!("{}.lock", self.state))
    }

    /// The file that a process of this machine has locked while it holds the lock.
    fn sign_of_life(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{SIGN}{id}"))
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub(in crate::state) async fn take(&self, info: &LockInfo) -> Result<Lease, StoreError> {
        let sign = self.sign_of_life(info.id);
        let failed = |error| StoreError::io("lock", sign.as_path(), error);
        let alive = FileLock::take(&sign, info).map_err(failed)?;
        let alive = alive.ok_or_else(|| failed(std::io::ErrorKind::ResourceBusy.into()))?;
        match self.win(info).await {
            Ok((version, begun, taken_over)) => {
                self.tidy_up(info.id);
                let held = Arc::new(HeldLease {
                    spot: self.clone(),
                    info: info.clone(),
                    good_until: Mutex::new(Some(begun + self.timing.own())),
                });
                let renewing = spawn(renew(Arc::clone(&held), version));
                Ok(Lease {
                    held,
                    renewing,
                    taken_over,
                    _alive: alive,
                })
            }
            Err(error) => {
                remove(&sign);
                Err(error)
            }
        }
    }

    async fn win(
        &self,
        info: &LockInfo,
    ) -> Result<(UpdateVersion, Instant, Option<TakenOver>), StoreError> {
        let key = self.key();
        let text = text_of(info, 0);
        let mut mode = PutMode::Create;
        let mut from = None;
        for _ in 0..ATTEMPTS {
            let begun = Instant::now();
            if let Some(version) = self.bucket.put(&key, &text, mode).await? {
                return Ok((version, begun, from));
            }
            (mode, from) = match self.bucket.get(&key).await?.map(LockObject::from) {
                // It was given back between the two requests.
                None => (PutMode::Create, None),
                // An answer was lost, and the lock is ours.
                Some(found) if found.info.as_ref().is_some_and(|it| it.id == info.id) => {
                    return Ok((found.version, begun, from));
                }
                Some(found) => {
                    let from = self.previous_owner(&found, info).await?;
                    (PutMode::Update(found.version), from)
                }
            };
        }
        Err(self.locked(None, None))
    }

    /// From whom a lock may be taken, if it may. `None` is somebody who cannot be named.
    async fn previous_owner(
        &self,
        found: &LockObject,
        own: &LockInfo,
    ) -> Result<Option<TakenOver>, StoreError> {
        if let Some(holder) = &found.info
            && holder.host == own.host
            && FileLock::is_held(&self.sign_of_life(holder.id)) == Some(false)
        {
            return Ok(Some(TakenOver::Dead(holder.clone())));
        }
        match self.left(found, own).await? {
            Some(left) => Err(self.locked(found.info.clone(), Some(left))),
            None => Ok(found.info.clone().map(TakenOver::Expired)),
        }
    }

    /// How much of a lease is left, by the clock of the store; `None` when it has run out.
    async fn left(
        &self,
        found: &LockObject,
        own: &LockInfo,
    ) -> Result<Option<Duration>, StoreError> {
        let probe = Path::from(format!("{}.lock.clock-{}", self.state, own.id));
        self.bucket.put(&probe, b"", PutMode::Overwrite).await?;
        let now = self.bucket.written(&probe).await;
        self.bucket.delete(&probe).await?;
        let age = now?.zip(found.modified);
        let age = age.map(|(now, modified)| now.duration_since(modified));
        // A lock from the future of the store's own clock has just been written.
        let age = age.and_then(|age| Duration::try_from(age).ok());
        Ok(self
            .timing
            .lease
            .checked_sub(age.unwrap_or_default())
            .filter(|left| !left.is_zero()))
    }

    fn locked(&self, holder: Option<LockInfo>, ends_in: Option<Duration>) -> StoreError {
        StoreError::Locked {
            place: self.bucket.place(&self.state),
            holder: holder.map(Box::new),
            ends_in,
        }
    }

    /// Who has the lock, dead or alive.
    pub(in crate::state) async fn holder(&self) -> Result<Option<Holder>, StoreError> {
        let object = self.bucket.get(&self.key()).await?;
        Ok(object.map(|object| LockObject::from(object).info.into()))
    }

    /// Deletes the lock, if it is still this one.
    async fn give_back(&self, id: Uuid) -> Result<(), StoreError> {
        match self.holder().await? {
            Some(Holder::Named(holder)) if holder.id == id => self.bucket.delete(&self.key()).await,
            Some(_) | None => Ok(()),
        }
    }

    /// Removes what earlier runs left that said of themselves that they live.
    fn tidy_up(&self, own: Uuid) {
        let own = self.sign_of_life(own);
        for name in self.disk.names(&self.folder).unwrap_or_default() {
            let sign = self.folder.join(&name);
            if name.starts_with(SIGN) && sign != own && FileLock::is_held(&sign) == Some(false) {
                remove(&sign);
            }
        }
    }

    /// Takes the lock with this id from whoever has it.
    ///
    /// # Errors
    /// [`StoreError`] when there is none or when it has another id.
    pub(in crate::state) async fn unlock(&self, id: Uuid) -> Result<LockInfo, StoreError> {
        let place = || self.bucket.place(&self.state);
        match self.holder().await? {
            None => Err(StoreError::NotLocked { place: place() }),
            Some(Holder::Unnamed) => Err(self.locked(None, None)),
            Some(Holder::Named(holder)) if holder.id != id => Err(StoreError::OtherLock {
                place: place(),
                holder: Box::new(holder),
            }),
            Some(Holder::Named(holder)) => {
                self.bucket.delete(&self.key()).await?;
                Ok(holder)
            }
        }
    }
}

impl HeldLease {
    /// # Errors
    /// [`StoreError::LeaseLost`] when somebody else may hold the lock by now.
    pub(in crate::state) fn check(&self) -> Result<(), StoreError> {
        if self
            .good_until()
            .is_some_and(|until| Instant::now() < until)
        {
            return Ok(());
        }
        Err(StoreError::LeaseLost {
            place: self.spot.bucket.place(&self.spot.state),
        })
    }

    /// What the lock is called.
    pub(in crate::state) fn id(&self) -> Uuid {
        self.info.id
    }

    fn good_until(&self) -> Option<Instant> {
        *self
            .good_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn set_good_until(&self, until: Option<Instant>) {
        *self
            .good_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = until;
    }
}

/// Renews a lease until it is lost or the future is dropped. A store that is away is asked again.
async fn renew(held: Arc<HeldLease>, mut version: UpdateVersion) {
    let LeaseSpot { bucket, timing, .. } = &held.spot;
    let key = held.spot.key();
    for renewals in 1.. {
        time::sleep(timing.renewal).await;
        let begun = Instant::now();
        let text = text_of(&held.info, renewals);
        let mode = PutMode::Update(version.clone());
        match bucket.put(&key, &text, mode).await {
            Ok(Some(written)) => version = written,
            Ok(None) => match bucket.get(&key).await.map(|it| it.map(LockObject::from)) {
                Ok(Some(found)) if found.info.as_ref() == Some(&held.info) => {
                    version = found.version;
                }
                Ok(_) => {
                    held.set_good_until(None);
                    return;
                }
                Err(_) => continue,
            },
            Err(_) => continue,
        }
        held.set_good_until(Some(begun + timing.own()));
    }
}

impl Lease {
    /// What everything that writes under this lease looks at.
    pub(in crate::state) fn held(&self) -> Arc<HeldLease> {
        Arc::clone(&self.held)
    }

    /// Whose lock it was.
    pub fn taken_over(&self) -> Option<&TakenOver> {
        self.taken_over.as_ref()
    }

    /// Gives the lock back. Where the store does not hear it, the lease runs out, or the next run in
    /// this folder sees that nobody holds it.
    pub async fn release(self) {
        self.renewing.abort();
        let HeldLease { spot, info, .. } = &*self.held;
        match time::timeout(FAREWELL, spot.give_back(info.id)).await {
            Ok(Ok(())) => remove(&spot.sign_of_life(info.id)),
            Ok(Err(error)) => tracing::warn!(%error, "the lock was not given back"),
            Err(_) => tracing::warn!("the lock was not given back in time"),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
        self.held.set_good_until(None);
    }
}

/// Removes a sign of life. One that stays says nothing of anybody who lives.
fn remove(sign: &FilePath) {
    drop(std::fs::remove_file(sign));
}

fn text_of(info: &LockInfo, renewals: u64) -> Vec<u8> {
    let info = info.clone();
    serde_json::to_vec(&LockText { info, renewals }).unwrap_or_default()
}
