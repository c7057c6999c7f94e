//! orgctl moves an Azure DevOps organization onto a Microsoft Entra ID tenant and keeps it as
//! `org.toml` says.
//!
//! ```text
//!  org.toml ── config ──▶ Desired ─┐
//!  services ── azure ───▶ Live   ──┼─▶ plan::plan ─▶ Plan ─┬─▶ report  (text │ json │ markdown)
//!  state    ── state ───▶ State  ──┘     (pure)            └─▶ apply ─▶ journal, writes, state
//! ```
//!
//! # Map
//!
//! An import may only point down. What most people look for first: [a rule](plan::rules) and what it
//! finds, [a plan](plan::value::Plan), [what a step says](model::attributes).
//!
//! | layer | room | holds |
//! |---|---|---|
//! | 6 | [`commands`] | one file a command, and the rim: environment, clock, terminal |
//! | 6 | [`error`] | exit statuses, hints |
//! | 5 | [`report`] | how a plan, a state or an outcome reads |
//! | 4 | [`apply`] | the order of requests, the gate, recovery, the record |
//! | 4 | [`azure`] | transport, sign-in, reads, writes; one folder a service |
//! | 4 | [`sandbox`] | a world, and the services played on it; imports `model` only |
//! | 3 | [`apply::port`] | what apply needs of the services |
//! | 3 | [`state`] | stores, the journal, the lock |
//! | 2 | [`plan`] | the planner; [every rule](plan::rules) |
//! | 2 | [`config`] | the syntax and rules of org.toml |
//! | 2 | [`matching`] | who is who |
//! | 1 | [`names`] | names of people, compared as people write them |
//! | 1 | [`state::value`], [`state::codec`] | what we applied and own, as a value and as text |
//! | 0 | [`model`] | the nouns that all share |
//!
//! `model` and `sandbox` are crates of their own (`crates/`), under the names of rooms here.
//!
//! `model`, `config`, `state::{value, codec}`, `names`, `plan`, `matching` and `report` are pure: no async, no file, no
//! environment, no clock, no network, no printing.

pub mod apply;
pub mod azure;
pub mod commands;
pub mod config;
pub mod error;
pub mod matching;
pub mod names;
pub mod plan;
pub mod report;
pub mod state;

pub use orgctl_model as model;
pub use orgctl_sandbox as sandbox;
