//! What we applied and own: the value, its text, its files, its journal and its lock.
//!
//! `value`, `codec` and `journal::line` are pure. Files are touched by way of `disk` only;
//! `lock::file` alone opens its file itself, for the system's lock is on an open file. `bucket` asks
//! clouds.

mod bucket;
pub mod codec;
pub mod disk;
pub mod error;
pub mod journal;
pub mod lock;
pub mod place;
pub mod store;
pub mod value;
