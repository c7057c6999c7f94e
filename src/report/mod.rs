//! Reports: a plan, or what became of it, as a person reads it.
//!
//! Values in, text out. Nothing here looks at the terminal, the clock or a file: how wide, how
//! detailed and whether in colour is handed in as a [`style::Look`]. Nothing is decided either;
//! what a report says is in the plan.

pub mod catalog;
mod field;
pub mod gate;
mod heading;
mod kinds;
pub mod markdown;
mod not_undone;
pub mod notice;
pub mod outcome;
mod page;
mod pair;
pub mod recovery;
mod row;
pub mod sanitize;
pub mod stale;
pub mod state;
pub mod style;
pub mod text;
mod words;
