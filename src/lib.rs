//! orgctl moves an Azure DevOps organization onto a Microsoft Entra ID tenant and keeps it as
//! `org.toml` says.
//!
//! ```text
//!  org.toml ── config ──▶ Desired ─┐
//!  services ── azure ───▶ Live   ──┼─▶ plan::plan ─▶ Plan ─┬─▶ report  (text │ json │ markdown)
//!  state    ── state ───▶ State  ──┘     (pure)            └─▶ apply ─▶ journal, writes, state
//! ```
//!
//! An import may only point down:
//!
//! ```text
//! 6  commands, error
//! 5  report                                  values only
//! 4  apply · sandbox                         sandbox imports model only
//! 3  azure · state::{store, journal, lock, …}
//! 2  plan · config · matching
//! 1  state::{value, codec}
//! 0  model                                   std, serde, schemars and uuid only
//! ```
//!
//! `model` and `sandbox` are crates of their own (`crates/`), under the names of rooms here.
//!
//! `model`, `config`, `state::{value, codec}`, `plan`, `matching` and `report` are pure: no async, no file, no
//! environment, no clock, no network, no printing.

pub mod apply;
pub mod azure;
pub mod commands;
pub mod config;
pub mod error;
pub mod matching;
pub mod plan;
pub mod report;
pub mod state;

pub use orgctl_model as model;
pub use orgctl_sandbox as sandbox;
