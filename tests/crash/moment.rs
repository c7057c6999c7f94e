//! What there is between two runs.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use orgctl::sandbox::World;
use serde_json::Value;

use super::disk::{Files, Loss};

pub(crate) const STATE: &str = "org.state.json";

/// Between one run and the next a person does something else, and everything shows by then.
pub(crate) const BETWEEN_RUNS: Duration = Duration::from_secs(60);

/// When the first run is. Nothing in a run takes time: two runs that do the same leave the same.
pub(crate) const BEGIN: Duration = Duration::from_secs(1_795_000_000);

/// What there is between two runs.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) world: Arc<World>,
    /// Of the world, by [`print_of`].
    pub(crate) world_print: u64,
    pub(crate) files: Files,
    /// Who has a first password on disk.
    pub(crate) passwords: Vec<String>,
    /// Whom recovery told of as somebody who may have been sent a mail.
    pub(crate) in_doubt: BTreeSet<String>,
    /// What time it is, since 1970.
    pub(crate) clock: Duration,
}

impl Moment {
    pub(crate) fn before(world: World) -> Self {
        Self {
            world_print: print_of(&world),
            world: Arc::new(world),
            files: Files::default(),
            passwords: Vec::new(),
            in_doubt: BTreeSet::new(),
            clock: BEGIN,
        }
    }

    /// The same after a crash.
    pub(crate) fn after(&self, loss: Loss) -> Self {
        Self {
            files: self.files.after(loss),
            ..self.clone()
        }
    }

    /// The same for two moments from which everything goes on the same way.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.world_print.hash(&mut hasher);
        for (name, bytes) in self.files.all() {
            name.hash(&mut hasher);
            for line in String::from_utf8_lossy(bytes).split_inclusive('\n') {
                // What is torn off is as if it were not there; what it was is no matter.
                let line = serde_json::from_str(line.trim_end()).map(without_requests);
                line.unwrap_or_default().hash(&mut hasher);
            }
            let text = String::from_utf8_lossy(bytes);
            let whole = serde_json::from_str(&text).map(without_requests);
            whole.unwrap_or_default().hash(&mut hasher);
        }
        self.in_doubt.hash(&mut hasher);
        hasher.finish()
    }
}

/// The same for two worlds that are the same.
pub(crate) fn print_of(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    without_requests(serde_json::to_value(world).unwrap()).hash(&mut hasher);
    hasher.finish()
}

/// A text without what differs between two runs that do the same: the ids of requests, and the sums
/// over them.
fn without_requests(mut json: Value) -> String {
    fn strip(json: &mut Value) {
        match json {
            Value::Object(fields) => {
                for name in ["request_id", "sum", "checksum"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    strip(&mut json);
    json.to_string()
}
