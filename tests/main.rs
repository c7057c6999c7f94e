//! One integration binary: the crate is linked once, and `tidy` asserts that no file is forgotten.

#![expect(missing_docs, reason = "tests are read, not linked to")]

#[cfg(test)]
mod sandbox;
