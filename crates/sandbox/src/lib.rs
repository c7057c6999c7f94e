//! The same services on loopback: a world of their own, served over real HTTP.
//!
//! ```text
//! server ─ saver                what listens, and who keeps the world
//! socket ─ line, certificate    connections, and what makes them private
//! routing ─ fault, log, hooks   one request in, one answer out
//! devops, graph, login          how each service speaks; none knows another
//! world                         what the services know, and how it changes; no HTTP
//! ```
//!
//! Imports `model` only. It shares no wire types with the client: if both had the same mistake, no
//! test would see it. It does no file I/O: the caller's function keeps the world.

mod certificate;
mod clock;
mod credentials;
mod devops;
mod fault;
mod graph;
mod hooks;
mod lag;
mod line;
mod log;
mod login;
mod odata;
mod origin;
mod reply;
mod request;
mod routing;
mod saver;
mod seed_people;
mod server;
mod shared;
mod socket;
mod throttle;
mod token;
mod world;

pub use credentials::{CLIENT_ID, CLIENT_SECRET, DEVOPS_TOKEN, GRAPH_TOKEN, PERSONAL_ACCESS_TOKEN};
pub use fault::{Effect, Fault, FaultBody, FaultError};
pub use log::Logged;
pub use saver::Save;
pub use seed_people::{SeedPeople, Seeded};
pub use server::{Links, Options, Running, Sandbox, SandboxError};
pub use throttle::Allowance;
pub use world::{
    CodeOutcome, ConnectRefusal, Denial, DevOps, DirectorySettings, Lag, Settings, TenantRefusal,
    Throttling, World, WorldError,
};
