//! What people and programs are shown of a plan.

mod arbitrary;
mod file;
mod markdown;
mod outcome;
mod sample;
mod text;
