//! orgctl as a program: arguments, streams, files and exit statuses, against the sandbox.

mod commands;
mod crash;
mod exit_codes;
mod gate;
mod migration;
mod notices;
mod notices_by_mail;
mod notify;
mod recovery;
mod requests;
mod sandbox;
mod saved_plans;
mod settings;
mod stress;
