//! `orgctl sandbox`: the services on this machine, and `--sandbox`, which starts them in the process.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::files;
use super::output::Output;
use super::session::Session;
use crate::cli::{SandboxCommand, SeedArgs, ServeArgs};
use crate::error::{CommandError, Exit};
use crate::model::live::Live;
use crate::sandbox::{
    DEVOPS_TOKEN, Fault, GRAPH_TOKEN, HOSTS, Links, Options, Running, Sandbox, SandboxError,
    SeedPeople, Seeded, World,
};
use crate::state::store::replace_file;

pub(super) async fn run(
    session: &Session,
    command: SandboxCommand,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    match command {
        SandboxCommand::Serve(args) => serve(session, args, output).await,
        SandboxCommand::Seed(args) => seed(session, &args, output),
        SandboxCommand::Reset => reset(session, output),
    }
}

async fn serve(
    session: &Session,
    args: ServeArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let mut options = options(session, args.seed.as_deref())?;
    options.listen = args.listen.parse().map_err(|_| {
        CommandError::new(Exit::Usage, format!("{:?} is not an address", args.listen))
            .help("write one such as 127.0.0.1:4000")
    })?;
    for setting in &args.set {
        options.world = set(options.world, setting)?;
    }
    options.faults = args.fault;
    if let Some(path) = &args.faults {
        options.faults.extend(load_faults(path)?);
    }
    if args.endpoint_links {
        options.links = Links::Endpoint;
    }
    let running = Sandbox::start(options).await.map_err(failed)?;
    let endpoint = running.endpoint();
    output.data(&format!(
        "{endpoint}\n\
         export ORGCTL_ENDPOINT={endpoint}\n\
         export ORGCTL_DEVOPS_TOKEN={DEVOPS_TOKEN}\n\
         export ORGCTL_GRAPH_TOKEN={GRAPH_TOKEN}\n"
    ))?;
    if args.host_routing {
        let address = endpoint.trim_start_matches("http://");
        output.data(&routes(address))?;
    }
    output.talk("Serving until interrupted. Paste the export lines into another shell.");
    until_interrupted().await?;
    running.stop().await.map_err(failed)?;
    Ok(Exit::Done)
}

/// One comment a host, in the form that curl takes after `--connect-to`.
fn routes(address: &str) -> String {
    let route = |host: &&str| format!("# {host}:80:{address}\n");
    HOSTS.iter().map(route).collect()
}

/// Changes one setting, named by the path to it: `lag.max_ms=3000`.
fn set(world: World, setting: &str) -> Result<World, CommandError> {
    let refused = |why: &dyn Display| {
        CommandError::new(Exit::Usage, format!("--set {setting}: {why}"))
            .help("`orgctl schema world` tells the settings and their values")
    };
    let (name, value) = setting
        .split_once('=')
        .ok_or_else(|| refused(&"write NAME=VALUE"))?;
    let value: Value = serde_json::from_str(value).map_err(|error| refused(&error))?;
    let nest = |inner, name: &str| json!({ name: inner });
    let fields = name.rsplit('.').fold(value, nest);
    let settings = world.settings().changed(fields);
    let settings = settings.map_err(|error| refused(&error))?;
    world
        .with_settings(settings)
        .map_err(|error| refused(&error))
}

fn load_faults(path: &Path) -> Result<Vec<Fault>, CommandError> {
    let text = files::read(path)?;
    Fault::from_toml(&text).map_err(|error| {
        CommandError::new(Exit::Usage, format!("{}: {error}", path.display()))
            .help("see `orgctl sandbox serve --help` for how a rule is written")
    })
}

/// Waits for Ctrl-C or, where there is one, the signal by which a service is asked to stop.
async fn until_interrupted() -> Result<(), CommandError> {
    let failed = |error| CommandError::new(Exit::Failure, format!("cannot wait: {error}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(failed),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}

/// Makes an organization up. Nothing that is there is overwritten.
fn seed(session: &Session, args: &SeedArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = session.config_path();
    for path in [args.out.as_path(), config] {
        if path.exists() {
            let text = format!("{} is there already", path.display());
            let help = "choose other files with --out FILE and --config FILE";
            return Err(CommandError::new(Exit::Usage, text).help(help));
        }
    }
    let SeedArgs {
        people,
        random_seed,
        out,
    } = args;
    let seeded = SeedPeople {
        people: *people,
        random_seed: *random_seed,
    };
    let Seeded { live, toml } = seeded.make();
    let text = serde_json::to_string_pretty(&live)
        .map_err(|error| CommandError::new(Exit::Failure, error))?;
    files::write(out, &text)?;
    files::write(config, &toml)?;
    output.talk(&format!(
        "{} and {}: {} users, {} directory users, all made up.",
        out.display(),
        config.display(),
        live.members.len(),
        live.directory.users.len(),
    ));
    Ok(Exit::Done)
}

fn reset(session: &Session, output: &mut Output) -> Result<Exit, CommandError> {
    let store = session.sandbox_store();
    let mut deleted = false;
    for path in [
        &session.world_path(),
        store.path(),
        &store.journal_path(),
        &store.lock_path(),
    ] {
        deleted |= files::delete(path)?;
    }
    output.talk(if deleted {
        "The sandbox's world and the state that belongs to it are deleted."
    } else {
        "There is no sandbox here."
    });
    Ok(Exit::Done)
}

/// Starts a sandbox for one command.
pub(super) async fn start_in_process(
    session: &Session,
    seed: &Path,
    output: &mut Output,
) -> Result<Running, CommandError> {
    output.talk(&format!(
        "Working on a sandbox filled from {}.",
        seed.display()
    ));
    let options = options(session, Some(seed))?;
    Sandbox::start(options).await.map_err(failed)
}

/// A sandbox on a free port with the world of this folder, which it keeps there.
fn options(session: &Session, seed: Option<&Path>) -> Result<Options, CommandError> {
    let path = session.make_world_folder()?;
    let mut options = Options::new(load_world(&path, seed)?);
    options.save = Arc::new(move |bytes: &[u8]| replace_file(&path, bytes));
    Ok(options)
}

/// The world as it was left, or a new one from the seed.
fn load_world(path: &Path, seed: Option<&Path>) -> Result<World, CommandError> {
    if let Some(text) = files::read_if_there(path)? {
        return serde_json::from_str(&text).map_err(|error| {
            CommandError::new(Exit::Failure, format!("{}: {error}", path.display()))
                .help("start anew with `orgctl sandbox reset`")
        });
    }
    let seed = seed.ok_or_else(|| {
        CommandError::new(Exit::Usage, "the sandbox has no world yet")
            .help("fill it with --seed FILE, a snapshot such as examples/minimal/live.json")
    })?;
    let live: Live = serde_json::from_str(&files::read(seed)?).map_err(|error| {
        CommandError::new(
            Exit::Usage,
            format!("{} is not a snapshot: {error}", seed.display()),
        )
        .help("make one with `orgctl snapshot --out FILE`")
    })?;
    World::from_live(&live)
        .map_err(|error| CommandError::new(Exit::Usage, format!("{}: {error}", seed.display())))
}

/// The sandbox's own troubles.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
pub(super) fn failed(error: SandboxError) -> CommandError {
    let why = std::error::Error::source(&error).map_or_else(String::new, |why| format!(": {why}"));
    CommandError::new(Exit::Failure, format!("{error}{why}"))
}
