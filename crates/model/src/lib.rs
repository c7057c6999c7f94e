//! The nouns that every room shares: addresses, ids, people, access levels, live and desired.
//!
//! Values only. Nothing here reads, writes, logs or decides; other rooms may import this one, and it
//! imports none of them (standard library, `serde`, `schemars` and `uuid` apart).

pub mod access;
pub mod address;
pub mod application;
pub mod attributes;
pub mod catalog;
pub mod credential;
pub mod desired;
pub mod directory_index;
pub mod ids;
pub mod kind;
pub mod live;
pub mod notice;
pub mod person;
pub mod policy;
pub mod preflight;
pub mod project;
pub mod saved_groups;
pub mod state_url;
