//! orgctl as a program: arguments, streams, files and exit statuses, against the sandbox.

mod commands;
mod crash;
mod exit_codes;
mod gate;
mod guests;
mod migration;
mod projects;
mod recovery;
mod requests;
mod sandbox;
mod saved_plans;
mod stress;
