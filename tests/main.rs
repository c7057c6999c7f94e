//! One integration binary: the crate is linked once, and `tidy` asserts that no file is forgotten.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read, write and damage files on purpose"
)]

#[cfg(test)]
mod azure;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod config;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod contributing;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod report;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod state;
#[cfg(test)]
mod stress;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tidy;
