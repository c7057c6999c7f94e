//! One integration binary: the crate is linked once, and `tidy` asserts that no file is forgotten.
#![cfg(test)]

mod azure;
mod cases;
mod cli;
mod config;
mod report;
mod sandbox;
mod support;
mod tidy;
