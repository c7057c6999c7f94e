//! What the commands share: the session and its files, the environment, the clock and the terminal.

pub(crate) mod apply_run;
pub(crate) mod backoff_notice;
pub(crate) mod confirm;
pub(crate) mod environment;
pub(crate) mod files;
pub(crate) mod global;
pub(crate) mod inputs;
pub(crate) mod interrupts;
pub(crate) mod local_sandbox;
pub(crate) mod notice_delivery;
pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod replan;
pub(crate) mod run_records;
pub(crate) mod sandbox_overrides;
pub(crate) mod saved_groups;
pub(crate) mod saved_plan;
pub(crate) mod session;
pub(crate) mod stores;
