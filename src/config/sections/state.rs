//! `[state]`: where the record of what orgctl has applied is kept.

use crate::config::declare::section;
use crate::config::values::Text;
use crate::model::state_url::StateUrl;

/// Where the state is kept when org.toml does not say: beside org.toml.
pub const DEFAULT_STATE_URL: &str = "org.state.json";

section! {
    /// The record of what orgctl has applied.
    State {
        /// The path of a file, relative to the folder of org.toml; or an object, as `az://container/path`,
        /// `s3://bucket/path` or `gs://bucket/path`.
        #[default(DEFAULT_STATE_URL)]
        url: Text = "org.state.json",
    }
}

impl State {
    /// Nothing only for a URL that cannot be read, which the rules report.
    pub(in crate::config) fn desired(self) -> Option<StateUrl> {
        match self.url {
            Some(url) => url.value.parse().ok(),
            None => Some(StateUrl::File(DEFAULT_STATE_URL.to_owned())),
        }
    }
}
