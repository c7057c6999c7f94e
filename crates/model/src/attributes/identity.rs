//! Identities of the directory, as far as they are known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::ids::ObjectId;

/// A directory identity that a step points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// It exists.
    ObjectId(ObjectId),
    /// An earlier step of the same plan makes it.
    After(Address),
}

impl Identity {
    /// The object id, once it is known.
    pub const fn object_id(&self) -> Option<ObjectId> {
        match self {
            Self::ObjectId(id) => Some(*id),
            Self::After(_) => None,
        }
    }

    /// The address of the step that makes it, while it is not known.
    pub const fn awaited(&self) -> Option<&Address> {
        match self {
            Self::ObjectId(_) => None,
            Self::After(address) => Some(address),
        }
    }
}
