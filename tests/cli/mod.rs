//! orgctl as a program: arguments, streams, files and exit statuses, against the sandbox.

mod bad_day;
mod check;
mod commands;
mod crash;
mod directory;
mod disconnecting;
mod examples;
mod exit_codes;
mod gate;
mod guests;
mod list;
mod migration;
mod notices;
mod notices_by_mail;
mod notify;
mod projects;
mod recovery;
mod requests;
mod sandbox;
mod saved_plans;
mod settings;
mod stopping;
mod stress;
mod time;
mod tls;
mod undo;
