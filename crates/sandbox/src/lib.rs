//! The same services on loopback: a world of their own, served over real HTTP.
//!
//! ```text
//! server ─ saver                what listens, and who keeps the world
//! net                           connections, and what makes them private
//! routing ─ fault, log, hooks   one request in, one answer out
//! devops                        Azure DevOps: entitlements, subjects, organization, tokens, portal
//! graph                         Microsoft Graph: users, groups, the tenant, and lists of them
//! login                         where tokens come from; none of the three knows another
//! shared ─ lag, throttle        what every request shares, and what it sees of the world
//! world                         what the services know, and how it changes; no HTTP
//!   organization, directory     the rules, one file a subject
//!   time                        moments, what ends by the clock, what a replica shows late
//!   document, settings, seed    what a world's file holds, and how a snapshot becomes one
//! hosts, request, reply, token  what all of them speak of
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

pub use credentials::{CLIENT_ID, CLIENT_SECRET, DEVOPS_TOKEN, GRAPH_TOKEN, PERSONAL_ACCESS_TOKEN};
pub use fault::{Effect, Fault, FaultBody, FaultError};
pub use hosts::Links;
pub use log::Logged;
pub use saver::Save;
pub use seed_people::{SeedPeople, Seeded};
pub use server::{Options, Running, Sandbox, SandboxError};
pub use throttle::Allowance;
pub use world::{
    CodeOutcome, ConnectRefusal, Denial, DevOps, DirectorySettings, Lag, Settings, TenantRefusal,
    Throttling, World, WorldError,
};
