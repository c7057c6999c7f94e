//! The organization itself: its tenant, its policies, its projects, its audit log and who asks.

pub(super) mod audit_log;
pub(super) mod connection;
pub(super) mod policies;
pub(super) mod profile;
pub(super) mod projects;
pub(super) mod providers;
