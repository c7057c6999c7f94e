//! Azure DevOps: the organization, its users and their access. Knows nothing of the directory
//! behind it.

pub(crate) mod access;
pub(crate) mod access_change;
mod bulk_result;
pub(crate) mod mapping;
mod memberships;
pub(crate) mod people;
pub(crate) mod probe;
pub(crate) mod projects;
pub(crate) mod read;
pub(crate) mod wire;
pub(crate) mod write;
