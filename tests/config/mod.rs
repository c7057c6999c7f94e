//! org.toml: what is refused and how it is told, what is taken, and the examples.

mod examples;
