//! `orgctl sandbox`: the services on this machine.

use std::path::Path;

use super::rim::local_sandbox::{self, LocalSandbox};
use super::rim::output::Output;
use super::rim::run_records::RunRecords;
use super::rim::sandbox_overrides::changed;
use super::rim::session::Session;
use super::rim::{environment, files};
use crate::cli::{SandboxCommand, SeedArgs, ServeArgs};
use crate::error::{CommandError, Exit};
use crate::report::gate::settings_page;
use crate::sandbox::{
    ConnectRefusal, DEVOPS_TOKEN, Fault, GRAPH_TOKEN, Links, Running, SeedPeople, Seeded, World,
};

pub(super) async fn run(
    session: &Session,
    command: SandboxCommand,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    match command {
        SandboxCommand::Serve(args) => serve(session, args, output).await,
        SandboxCommand::Connect => {
            press(session, World::press_connect)?;
            output.talk("The organization is connected to the tenant of its seed.");
            Ok(Exit::Done)
        }
        SandboxCommand::Disconnect => {
            press(session, World::press_disconnect)?;
            output.talk("The organization is disconnected: personal accounts sign in.");
            Ok(Exit::Done)
        }
        SandboxCommand::Seed(args) => seed(session, &args, output),
        SandboxCommand::Reset => reset(session, output),
    }
}

async fn serve(
    session: &Session,
    args: ServeArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let path = session.make_world_folder()?;
    let (mut options, lock) = local_sandbox::options(path, args.seed.as_deref())?;
    options.listen = args.listen.parse().map_err(|_| {
        CommandError::new(Exit::Usage, format!("{:?} is not an address", args.listen))
            .help("write one such as 127.0.0.1:4000")
    })?;
    // Other clients come here too, and they follow a link as it stands.
    options.links = Links::Endpoint;
    options.world = set(options.world, &args.set)?;
    options.faults = args.fault;
    if let Some(path) = &args.faults {
        options.faults.extend(load_faults(path)?);
    }
    let organization = options.world.organization_name().clone();
    options.tls = args.tls.then(environment::now);
    let options = session.conditions().apply(options, output)?;
    let played = LocalSandbox::start(options, lock).await?;
    let mut lines = exports(played.running().endpoint());
    if let Some(authority) = played.running().authority() {
        lines += &trust(&keep(&session.authority_path(), authority)?);
    }
    if args.host_routing {
        lines += &routes(played.running());
    }
    output.data(&lines)?;
    output.talk("Serving until interrupted. Paste the export lines into another shell.");
    output.talk(&format!(
        "The organization settings, where a person presses Connect: {}",
        settings_page(played.running().endpoint(), &organization)
    ));
    until_interrupted().await?;
    played.close().await?;
    Ok(Exit::Done)
}

/// The address, and the lines for a shell in which orgctl is to come here.
fn exports(endpoint: &str) -> String {
    format!(
        "{endpoint}\n\
         export ORGCTL_ENDPOINT={endpoint}\n\
         export ORGCTL_DEVOPS_TOKEN={DEVOPS_TOKEN}\n\
         export ORGCTL_GRAPH_TOKEN={GRAPH_TOKEN}\n"
    )
}

/// Writes down whom to trust, and says where in a way that is good in every folder.
fn keep(path: &Path, authority: &str) -> Result<String, CommandError> {
    files::write(path, authority)?;
    let whole = files::absolute(path)?;
    whole.into_os_string().into_string().map_err(|path| {
        let text = format!("{} is no Unicode", path.display());
        CommandError::new(Exit::Usage, text).help("go to a folder with another name")
    })
}

/// The lines for a shell whose programs are to trust the sandbox. Python's `requests` and Node.js
/// have variables of their own.
fn trust(path: &str) -> String {
    format!(
        "export SSL_CERT_FILE={}\n\
         # export REQUESTS_CA_BUNDLE=\"$SSL_CERT_FILE\"\n\
         # export NODE_EXTRA_CA_CERTS=\"$SSL_CERT_FILE\"\n",
        quoted(path)
    )
}

/// A word as a shell takes it.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+@:,".contains(letter);
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// One comment a host, in the form that curl takes after `--connect-to`.
fn routes(running: &Running) -> String {
    let endpoint = running.endpoint();
    let (_, address) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let route = |(host, port)| format!("# {host}:{port}:{address}\n");
    running.hosts().map(route).collect()
}

/// Changes settings, for good.
fn set(world: World, changes: &[String]) -> Result<World, CommandError> {
    let mut settings = world.settings().clone();
    for change in changes {
        settings = changed(&settings, "--set", change)?;
    }
    world
        .with_settings(settings)
        .map_err(|error| CommandError::new(Exit::Usage, format!("--set: {error}")))
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

/// What a person does in the portal, done to the world that `--sandbox` left.
fn press(
    session: &Session,
    button: fn(&mut World) -> Result<(), ConnectRefusal>,
) -> Result<(), CommandError> {
    let path = session.make_world_folder()?;
    let _lock = local_sandbox::lock(&path, "sandbox connect")?;
    let mut world = local_sandbox::load(&path, None)?;
    button(&mut world).map_err(|refusal| CommandError::new(Exit::Failure, refusal))?;
    let json =
        serde_json::to_string(&world).map_err(|error| CommandError::new(Exit::Failure, error))?;
    files::write(&path, &json)
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

/// The lock files stay: deleting one that somebody holds would let two hold it.
fn reset(session: &Session, output: &mut Output) -> Result<Exit, CommandError> {
    let path = session.make_world_folder()?;
    let store = session.sandbox_store();
    let _world = local_sandbox::lock(&path, "sandbox reset")?;
    let _state = store.lock(&environment::lock_info("sandbox reset"))?;
    let mut deleted = false;
    for path in [&path, store.path(), &store.journal_path()] {
        deleted |= files::delete(path)?;
    }
    RunRecords::beside(store.path()).forget()?;
    deleted |= files::delete_folder(&store.history_path())?;
    files::delete(&session.authority_path())?;
    output.talk(if deleted {
        "The sandbox's world and the state that belongs to it are deleted."
    } else {
        "There is no sandbox here."
    });
    Ok(Exit::Done)
}
