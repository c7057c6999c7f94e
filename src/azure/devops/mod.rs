//! Azure DevOps: the organization, its users and their access. Knows nothing of the directory
//! behind it.

pub(crate) mod access;
pub(crate) mod access_change;
pub(crate) mod applications;
mod bulk_result;
pub(crate) mod catalog;
pub(crate) mod creation;
pub(crate) mod groups;
mod identities;
pub(crate) mod licences;
pub(crate) mod mapping;
mod memberships;
pub(crate) mod owner;
pub(crate) mod people;
pub(crate) mod policies;
pub(crate) mod probe;
pub(crate) mod projects;
pub(crate) mod read;
pub(crate) mod tokens;
pub(crate) mod wire;
pub(crate) mod write;
