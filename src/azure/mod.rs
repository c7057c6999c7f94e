//! The services as they are reached: transport, sign-in, reads and writes over real HTTP.
//!
//! Owns every byte that goes to Azure DevOps, Microsoft Graph and the sign-in service. It decides
//! nothing about what should be so: it imports `model` and the steps of `plan::change`, and it
//! reads no environment and no file of the program's own. `devops` and `graph` do not know each
//! other; what both need lives in `transport`.

mod asked;
mod devops;
mod graph;
mod orders;
pub mod port;
mod preflight;
mod saved_groups;
pub mod services;
pub mod settings;
mod sign_in;
pub mod tenant_services;
mod transport;
mod whole;
