//! Parse, diff and render beside a floor.

fn main() {}
