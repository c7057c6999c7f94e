//! Users, groups and memberships: the graph of Azure DevOps, and the older way to identities.

pub(super) mod groups;
pub(super) mod identities;
pub(super) mod lookup;
pub(super) mod memberships;
pub(super) mod routes;
pub(super) mod users;
pub(super) mod wire;
