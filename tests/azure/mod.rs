//! The room `azure` from outside: real HTTP to a scripted server.

mod reads;
mod sign_in;
mod stub;
mod transport;
mod world;
mod writes;
