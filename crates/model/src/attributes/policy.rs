//! Policies of the organization: on or off.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::policy::switch;

/// A policy of the organization. The address holds its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyAttributes {
    /// As the portal's switch shows it.
    pub enabled: bool,
}

impl Content for PolicyAttributes {
    fn headline(&self) -> Cow<'_, str> {
        Cow::Borrowed(switch(self.enabled))
    }
}
