//! The tenant: the organization and its domains, its policies and its roles.

pub(super) mod organization;
pub(super) mod policies;
pub(super) mod roles;
