//! Microsoft Graph: the tenant and its users. Knows nothing of Azure DevOps.

pub(crate) mod batch;
pub(crate) mod caller;
pub(crate) mod deleted;
mod filter;
pub(crate) mod guest_lookup;
pub(crate) mod invite;
pub(crate) mod mail;
pub(crate) mod members;
mod password;
pub(crate) mod policies;
pub(crate) mod read;
pub(crate) mod tenant;
mod wire;
pub(crate) mod write;
