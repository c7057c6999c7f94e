//! `orgctl sandbox`: the services on this machine.

mod portal;
mod reset;
mod seed;
mod serve;

use clap::Subcommand;

use crate::commands::rim::output::Output;
use crate::commands::rim::session::Session;
use crate::error::{CommandError, Exit};
use crate::sandbox::World;
use seed::SeedArgs;
use serve::ServeArgs;

/// The sandbox.
#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve the services until interrupted; the first line printed is their address
    Serve(ServeArgs),
    /// Press Connect in the organization settings, or Switch where another tenant backs the
    /// organization, as a person does at the gate
    Connect,
    /// Press Disconnect in the organization settings, as a person does at the gate
    Disconnect,
    /// Make up an organization of any size: a snapshot for --seed or --sandbox, and its org.toml
    Seed(SeedArgs),
    /// Delete the world, and the state that belongs to it
    Reset,
}

pub(super) async fn run(
    session: &Session,
    command: SandboxCommand,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    match command {
        SandboxCommand::Serve(args) => serve::run(session, args, output).await,
        SandboxCommand::Connect => {
            portal::press(session, World::press_connect)?;
            output.talk("The organization is connected to the tenant of its seed.");
            Ok(Exit::Done)
        }
        SandboxCommand::Disconnect => {
            portal::press(session, World::press_disconnect)?;
            output.talk("The organization is disconnected: personal accounts sign in.");
            Ok(Exit::Done)
        }
        SandboxCommand::Seed(args) => seed::run(session, &args, output),
        SandboxCommand::Reset => reset::run(session, output),
    }
}
