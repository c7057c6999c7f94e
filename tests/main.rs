//! One integration binary: the crate is linked once, and `tidy` asserts that no file is forgotten.

#[cfg(test)]
mod sandbox;
