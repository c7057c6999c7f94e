//! Personal access tokens and SSH keys: the caller's own, and those of others for an administrator.

pub(super) mod administration;
pub(super) mod own;
