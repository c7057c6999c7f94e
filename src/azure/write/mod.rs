//! Writes: from steps to orders, and from orders to requests.

mod mail;
mod order;
mod send;
