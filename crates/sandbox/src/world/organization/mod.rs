//! The rules of the organization: who is in it, with which access, in which groups, and which tenant
//! backs it.

pub(super) mod audit;
pub(super) mod connect;
pub(super) mod descriptor;
pub(super) mod disconnection;
pub(super) mod entitle;
pub(super) mod group_rules;
pub(super) mod groups;
pub(super) mod map;
pub(super) mod materialise;
pub(super) mod membership_index;
pub(super) mod memberships;
pub(super) mod policies;
pub(super) mod projects;
pub(super) mod rebind;
pub(super) mod tokens;
