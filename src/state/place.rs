//! What the place of something is called: a path or a URL without any secret.

use std::fmt;
use std::path::Path;

use crate::model::state_url::ObjectUrl;

/// Where something of the state is, as people are told: a path or a URL without any secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self(path.display().to_string())
    }
}

impl From<&ObjectUrl> for Place {
    fn from(url: &ObjectUrl) -> Self {
        Self(url.to_string())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
