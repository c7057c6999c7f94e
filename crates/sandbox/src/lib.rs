//! The same services on loopback: a world of their own, served over real HTTP.
//!
//! ```text
//! server ─ saver                what listens, and who keeps the world
//! net                           connections, and what makes them private
//! routing ─ fault, log, hooks   one request in, one answer out
//! hosts                         which names of the cloud are played
//! devops, graph, login          how each service speaks; none knows another
//! world                         what the services know, and how it changes; no HTTP
//! ```
//!
//! Imports `model` only. It shares no wire types with the client: if both had the same mistake, no
//! test would see it. It does no file I/O: the caller's function keeps the world.

mod clock;
mod credentials;
mod devops;
mod fault;
mod graph;
mod hooks;
mod hosts;
mod lag;
mod log;
mod login;
mod net;
mod odata;
mod origin;
mod reply;
mod request;
mod routing;
mod saver;
mod seed_people;
mod server;
mod shared;
mod throttle;
mod token;
mod world;

pub use crate::credentials::{
    CLIENT_ID, CLIENT_SECRET, DEVOPS_TOKEN, GRAPH_TOKEN, PERSONAL_ACCESS_TOKEN,
};
pub use crate::fault::{Effect, Fault, FaultBody, FaultError};
pub use crate::hosts::Links;
pub use crate::log::Logged;
pub use crate::saver::Save;
pub use crate::seed_people::{SeedPeople, Seeded};
pub use crate::server::{Options, Running, Sandbox, SandboxError};
pub use crate::throttle::Allowance;
pub use crate::world::{
    CodeOutcome, ConnectRefusal, Denial, DevOps, DirectorySettings, Lag, Settings, TenantRefusal,
    Throttling, World, WorldError,
};
