//! Connections: accepted, secured where HTTPS is spoken, and cut on demand.

pub(crate) mod certificate;
pub(crate) mod connection;
pub(crate) mod listener;
mod tls_stream;
