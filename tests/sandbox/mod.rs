//! The sandbox from outside, over HTTP: one test for each thing that the services are known to do.

mod support;

mod batches;
mod behaviour_changes;
mod behaviour_faults;
mod behaviour_limits;
mod behaviour_rules;
mod behaviour_time;
mod connecting;
mod devops_groups;
mod devops_lookups;
mod devops_rights;
mod devops_rules;
mod devops_settings;
mod devops_subjects;
mod devops_tenant;
mod devops_tokens;
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
mod portal;
mod scale;
mod seeds;
mod sign_in;
mod tls;
