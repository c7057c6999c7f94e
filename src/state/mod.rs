//! What we applied and own: the value, its text, its files, its journal and its lock.
//!
//! `value` and `codec` are pure. `store`, `journal`, `leftover` and `lock` are the only places that touch the
//! disk for it.

pub mod codec;
pub mod journal;
pub mod leftover;
pub mod lock;
pub mod store;
pub mod value;
