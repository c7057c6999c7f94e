//! The command line. The doc comments are the help.

mod state;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::model::desired::TenantRef;
use crate::sandbox::Fault;
pub use state::{PushArgs, StateCommand};

/// Moves an Azure DevOps organization onto a Microsoft Entra ID tenant, as code
///
/// Write org.toml, review it, look at `orgctl plan`, then run `orgctl apply`. With `--sandbox
/// live.json` everything happens to a copy on this machine.
#[derive(Debug, Parser)]
#[command(name = "orgctl", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// Where to look for files, how to print.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit status: 0 done or no changes, 1 failure, 2 changes (plan --detailed-exitcode), 3 usage or \
configuration, 4 refused by a guard or a finding, 5 locked or stale plan, 6 partly applied, 7 waiting \
for a person";

/// Options of every command.
#[derive(Args, Debug)]
pub struct Global {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
    /// The configuration
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        default_value = "org.toml",
        value_hint = ValueHint::FilePath
    )]
    pub config: PathBuf,
    /// Work on a sandbox in this process instead of the real services; SEED, a snapshot, fills it
    /// the first time
    #[arg(long, value_name = "SEED", global = true, value_hint = ValueHint::FilePath)]
    pub sandbox: Option<PathBuf>,
    /// Rehearse on a bad day: a rule of misbehaviour for the sandbox of this command, such as
    /// '20% status=503'; can be given many times
    ///
    /// `orgctl sandbox serve --help` tells how a rule is written. The variable holds one rule a line,
    /// or several with `;` between. The next command meets healthy services again.
    #[arg(long, value_name = "RULE", global = true, env = "ORGCTL_SANDBOX_FAULT")]
    pub sandbox_fault: Vec<String>,
    /// How the sandbox behaves during this command, such as `lag.max_ms=3000`; can be given many
    /// times
    ///
    /// `orgctl schema world` tells all names. The variable holds one setting a line, or several with
    /// `;` between. Unlike `sandbox serve --set` it is not kept with the world.
    #[arg(
        long,
        value_name = "NAME=VALUE",
        global = true,
        env = "ORGCTL_SANDBOX_SET"
    )]
    pub sandbox_set: Vec<String>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: When,
    /// The same as --color never
    #[arg(long, global = true, conflicts_with = "color")]
    pub no_color: bool,
    /// Print less: counts instead of people
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: every detail of every step; twice, the requests too
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The form of a plan or state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs; Terraform's field names.
    Json,
    /// For a pull request.
    Markdown,
}

/// The form of findings alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    Text,
    /// For programs; each as in the JSON of a plan.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check org.toml; needs no network
    Validate,
    /// Compare org.toml with the organization and print what apply would do
    Plan(PlanArgs),
    /// Make a plan and print only what there is to say about it
    Check(CheckArgs),
    /// Carry out a plan: a saved one, or a new one after asking
    Apply(ApplyArgs),
    /// Tell people, without doing anything else
    Notify(NotifyArgs),
    /// Print a saved plan, or the state
    Show(ShowArgs),
    /// Write what the services say now to a file
    Snapshot(SnapshotArgs),
    /// List the organizations that a tenant backs, to see what is left to move
    ///
    /// The list comes from a request that Microsoft has not documented: it may change or cease at
    /// any time. It is given to tokens of Microsoft Entra ID only, never to a personal access token,
    /// and may take the role Azure DevOps Administrator in the tenant.
    List(ListArgs),
    /// Care for the state: what orgctl did and owns
    #[command(subcommand)]
    State(StateCommand),
    /// The services on this machine, for rehearsals
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Print the JSON Schema of a file format
    Schema {
        /// Which one
        format: SchemaName,
    },
    /// Print the completions of a shell
    Completions {
        /// Which one
        shell: Shell,
    },
}

/// Options of `plan`.
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// Save the plan, for `apply FILE`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// How to print it
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// Exit with 2 when there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Plan what takes an earlier apply back, as far as it has a way back; apply names its run at the
    /// end
    #[arg(long, value_name = "RUN")]
    pub undo: Option<String>,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// How to print it
    #[arg(long, default_value = "text")]
    pub format: CheckFormat,
}

/// Options of `apply`.
#[derive(Args, Debug)]
pub struct ApplyArgs {
    /// A plan saved by `plan --out`; without it a new one is made
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub plan: Option<PathBuf>,
    /// Do not ask before applying
    #[arg(long)]
    pub auto_approve: bool,
    /// How long to wait at the gate for a person, such as 30s, 15m, 2h
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub wait: Option<Duration>,
}

/// Options of `notify`.
#[derive(Args, Debug)]
pub struct NotifyArgs {
    /// Of what
    pub of: NoticeOf,
    /// Only write what they would read to this folder: nobody is told, and nothing is recorded
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub preview: Option<PathBuf>,
    /// Do not ask before telling them
    #[arg(long, conflicts_with = "preview")]
    pub auto_approve: bool,
}

/// Of what people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NoticeOf {
    /// What will happen to them
    Before,
    /// What is left for them to do
    After,
}

/// Options of `show`.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// A saved plan or a state; without it, the state that org.toml names
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// How to print it
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// Options of `snapshot`.
#[derive(Args, Debug)]
pub struct SnapshotArgs {
    /// Where to write it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

/// Options of `list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// The tenant, by its id or one of its domains; without it, the one that org.toml names
    #[arg(long, value_name = "ID|DOMAIN")]
    pub tenant: Option<TenantRef>,
    /// How to print it
    #[arg(long, default_value = "text")]
    pub format: ListFormat,
}

/// The form of a list of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a spreadsheet; no cell can begin a formula.
    Csv,
}

/// The sandbox.
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
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

/// Options of `sandbox seed`.
#[derive(Args, Debug)]
pub struct SeedArgs {
    /// How many people are in the organization
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub people: u32,
    /// Selects which people; the same number makes the same ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub random_seed: u64,
    /// Where the snapshot goes; the configuration goes where --config says
    #[arg(long, value_name = "FILE", default_value = "live.json", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

/// Options of `sandbox serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The address to listen on; loopback only, port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: String,
    /// A snapshot that fills the world the first time
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub seed: Option<PathBuf>,
    /// Speak HTTPS, with certificates that are made at start and good for a week: to trust them is
    /// to trust .orgctl/sandbox-ca.pem. Its key is kept nowhere
    #[arg(long)]
    pub tls: bool,
    /// Tell also how a client that needs the real host names reaches them: requests that name one
    /// of them in their Host header need no host in the path
    #[arg(long)]
    pub host_routing: bool,
    /// How the services behave, such as `lag.max_ms=3000` or `entitlements_page=7`; given many
    /// times, and is kept with the world. `orgctl schema world` tells all names
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
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
    pub fault: Vec<Fault>,
    /// A TOML file of such rules: a list `faults` of lines, or tables `[[fault]]`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub faults: Option<PathBuf>,
}

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// org.toml
    Config,
    /// A saved plan, or `plan --format json`
    Plan,
    /// The state
    State,
    /// The sandbox's world
    World,
    /// A snapshot
    Live,
}

/// Reads the command line.
///
/// # Errors
/// clap's: a mistake, or a request for help or the version.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(arguments)
}

fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "write a duration such as 30s, 15m or 2h".to_owned())?;
    Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations_are_written_with_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("15m"), Ok(Duration::from_secs(900)));
        assert!(duration("15").is_err());
        assert!(duration("-15m").is_err());
    }
}
