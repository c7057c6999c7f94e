//! The services as they are reached: transport, sign-in, reads and writes.
pub mod port;
