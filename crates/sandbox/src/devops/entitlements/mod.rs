//! Access levels: "User Entitlements" of the Azure DevOps REST reference and what is beside them there.

pub(super) mod body;
pub(super) mod filter;
pub(super) mod group_members;
pub(super) mod groups;
pub(super) mod levels;
pub(super) mod order;
pub(super) mod read;
pub(super) mod routes;
pub(super) mod rows;
pub(super) mod summary;
pub(super) mod views;
pub(super) mod wire;
pub(super) mod writes;
