//! The services as they are reached: transport, sign-in, reads and writes over real HTTP.
//!
//! Owns every byte that goes to Azure DevOps, Microsoft Graph and the sign-in service. It decides
//! nothing about what should be so: it imports `model` and the steps of `plan::value`, and it
//! reads no environment and no file of the program's own. `devops` and `graph` do not know each
//! other; what both need lives in `transport`.

mod devops;
mod graph;
mod read;
pub mod services;
pub mod settings;
mod sign_in;
mod transport;
mod write;

pub use graph::mail::Mail;
pub use read::tenant_services::TenantServices;
