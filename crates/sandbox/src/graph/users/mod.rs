//! Users: reading, writing and inviting them, their changes and what they are related to.

pub(super) mod delta;
pub(super) mod invitations;
pub(super) mod json;
pub(super) mod read;
pub(super) mod relations;
pub(super) mod writes;
