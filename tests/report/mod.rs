//! What people and programs are shown of a plan.

mod arbitrary;
mod catalog;
mod crowd;
mod file;
mod markdown;
mod notice;
mod outcome;
mod sample;
mod stages;
mod text;
