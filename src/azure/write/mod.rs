//! Writes: from steps to orders, and from orders to requests.

mod mail;
pub(crate) mod order;
