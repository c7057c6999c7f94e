//! Reads: everything that a plan is made from, and the lists that only some commands ask for.

pub(crate) mod directory_groups;
pub(crate) mod everything;
mod on_request;
mod preflight;
pub(crate) mod tenant_services;
