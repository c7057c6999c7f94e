//! What we applied and own: the value, its text, its files, its journal and its lock.
//!
//! `value`, `codec` and `line` are pure. Files are touched by way of `disk` only; `lock` alone opens its file itself,
//! for the system's lock is on an open file. `remote` asks clouds.

pub mod codec;
pub mod disk;
pub mod error;
pub mod generation;
pub mod journal;
pub mod leftover;
mod line;
pub mod local;
pub mod lock;
pub mod remote;
pub mod sink;
pub mod store;
pub mod value;
