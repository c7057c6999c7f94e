//! One file a kind: what org.toml wants of it, what live shows, and the steps that follow.

pub(super) mod access;
pub(super) mod connection;
pub(super) mod directory_user;
pub(super) mod invitation;
pub(super) mod mapping;
pub(super) mod notice;
pub(super) mod policy;
pub(super) mod removal;
pub(super) mod revocation;

use super::rules::Finding;
use super::value::Step;

/// What one kind contributes to a plan.
#[derive(Default)]
pub(super) struct Part {
    pub(super) steps: Vec<Step>,
    pub(super) findings: Vec<Finding>,
}
