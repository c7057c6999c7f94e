//! The rules of the tenant: its users, groups, guests, roles and applications, and what it prescribes.

pub(super) mod applications;
pub(super) mod delta;
pub(super) mod device_codes;
pub(super) mod groups;
pub(super) mod invite;
pub(super) mod invite_rules;
pub(super) mod mail;
pub(super) mod policies;
pub(super) mod roles;
pub(super) mod users;
