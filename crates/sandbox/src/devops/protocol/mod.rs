//! What all requests to Azure DevOps have in common: credentials, versions, pages and errors.

pub(super) mod credentials;
pub(super) mod denial;
pub(super) mod error;
pub(super) mod media;
pub(super) mod page;
pub(super) mod version;
