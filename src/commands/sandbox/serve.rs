//! `orgctl sandbox serve`: the services over HTTP, until interrupted.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::commands::rim::local_sandbox::{self, LocalSandbox};
use crate::commands::rim::output::Output;
use crate::commands::rim::sandbox_overrides::changed;
use crate::commands::rim::session::Session;
use crate::commands::rim::{environment, files};
use crate::error::{CommandError, Exit};
use crate::report::gate::settings_page;
use crate::sandbox::{DEVOPS_TOKEN, Fault, GRAPH_TOKEN, Links, Running, World};

/// Options of `sandbox serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// The address to listen on; loopback only, port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,
    /// A snapshot that fills the world the first time
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) seed: Option<PathBuf>,
    /// Speak HTTPS, with certificates that are made at start and good for a week: to trust them is
    /// to trust .orgctl/sandbox-ca.pem. Its key is kept nowhere
    #[arg(long)]
    pub(crate) tls: bool,
    /// Tell also how a client that needs the real host names reaches them: requests that name one
    /// of them in their Host header need no host in the path
    #[arg(long)]
    pub(crate) host_routing: bool,
    /// How the services behave, such as `lag.max_ms=3000` or `entitlements_page=7`; given many
    /// times, and is kept with the world. `orgctl schema world` tells all names
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// A rule of misbehaviour, such as 'GET graph users 20% status=429'; can be given many times
    ///
    /// `[METHOD] [PART ...] [CONDITION ...] EFFECT [DETAIL ...]`
    ///
    /// A PART is looked for in HOST/PATH?QUERY. CONDITIONS: 20% (of a hundred matches), seed=7,
    /// from=3, times=2, nth=3; without one the first match is struck. EFFECTS: status=503 (refused;
    /// with retry-after=2 and body=json, bom, html or empty), throttle=2s (429 until nobody has
    /// come for so long; untold: no Retry-After), delay=50ms, slow-down=2 (done, with Retry-After),
    /// drop=before and drop=after (the connection is closed), cut-off (the answer ends in its
    /// middle), page (HTML instead of the answer), stale=2s (a read as it was before)
    #[arg(long, value_name = "RULE", value_parser = Fault::from_line)]
    pub(crate) fault: Vec<Fault>,
    /// A TOML file of such rules: a list `faults` of lines, or tables `[[fault]]`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) faults: Option<PathBuf>,
}

pub(super) async fn run(
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
