//! The sandbox from outside, over HTTP: one test for each thing that the services are known to do.

mod support;

mod batches;
mod connecting;
mod devops_transport;
mod directory_writes;
mod entitlements;
mod faults;
mod graph_access;
mod graph_changes;
mod graph_groups;
mod graph_invites;
mod graph_lists;
mod graph_settings;
mod graph_world;
mod identities;
mod lifecycle;
mod login_clients;
mod scale;
mod sign_in;
