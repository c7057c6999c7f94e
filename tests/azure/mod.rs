//! The room `azure` from outside: real HTTP to a scripted server.

mod applications;
mod canned;
mod catalog;
mod on_request;
mod preflight;
mod reads;
mod server;
mod sign_in;
mod transport;
mod writes;
