//! org.toml: its syntax, its rules, and the desired state it resolves to.
