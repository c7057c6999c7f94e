//! Where the state of a run is, as org.toml says, and its lock.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::output::Output;
use super::session::{SANDBOX_STATE, Session};
use super::{environment, files};
use crate::config::{self, Resolved};
use crate::error::CommandError;
use crate::model::ids::Digest;
use crate::model::state_url::{ObjectUrl, StateUrl};
use crate::report::sanitize::clean;
use crate::state::lock::Lock;
use crate::state::lock::holder::TakenOver;
use crate::state::store::Store;
use crate::state::store::remote::RemoteStore;

impl Session {
    /// Where the state is.
    pub(crate) fn store(&self, config: &Resolved) -> Result<Store, CommandError> {
        match (self.is_sandbox(), &config.state_url) {
            (false, StateUrl::Object(url)) => {
                let variables = environment::storage_variables();
                let folder = self.private_folder().join(folder_of(url));
                let remote = RemoteStore::new(url.clone(), &variables, folder)?;
                Ok(Store::Remote(Box::new(remote)))
            }
            (true, _) | (false, StateUrl::File(_)) => Ok(Store::local(self.state_path(config))),
        }
    }

    /// The path beside which other files about the state are.
    pub(crate) fn state_path(&self, config: &Resolved) -> PathBuf {
        match (self.is_sandbox(), &config.state_url) {
            (true, _) => self.private_folder().join(SANDBOX_STATE),
            (false, StateUrl::File(path)) => self.folder().join(path),
            (false, StateUrl::Object(_)) => self.folder().join(config::DEFAULT_STATE_URL),
        }
    }

    /// Takes the lock of the state, and tells whose it was where it had to be taken.
    pub(crate) async fn lock(
        &self,
        store: &Store,
        operation: &str,
        output: &mut Output,
    ) -> Result<Lock, CommandError> {
        if matches!(store, Store::Remote(_)) {
            files::make_private_folder(&self.private_folder())?;
        }
        let lock = store.lock(&environment::lock_info(operation)).await?;
        if let Some(taken_over) = lock.taken_over() {
            let (who, why) = match taken_over {
                TakenOver::Dead(who) => (who, "that process has ended"),
                TakenOver::Expired(who) => (who, "there has been no sign of life for too long"),
            };
            let who = who.to_string();
            output.talk(&format!("Took over the lock of {}: {why}.", clean(&who)));
        }
        Ok(lock)
    }
}

/// The folder of ours for a state elsewhere, which is nobody else's.
fn folder_of(url: &ObjectUrl) -> String {
    let digest = Digest::from_hash(&Sha256::digest(url.to_string()));
    let short: String = digest.as_str().chars().take(16).collect();
    format!("state-{short}")
}
