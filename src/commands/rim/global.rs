//! The options that every command takes.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum, ValueHint};

/// Options of every command.
#[derive(Args, Debug)]
pub(crate) struct Global {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(crate) directory: Option<PathBuf>,
    /// The configuration
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        default_value = "org.toml",
        value_hint = ValueHint::FilePath
    )]
    pub(crate) config: PathBuf,
    /// Work on a sandbox in this process instead of the real services; SEED, a snapshot, fills it
    /// the first time
    #[arg(long, value_name = "SEED", global = true, value_hint = ValueHint::FilePath)]
    pub(crate) sandbox: Option<PathBuf>,
    /// Rehearse on a bad day: a rule of misbehaviour for the sandbox of this command, such as
    /// '20% status=503'; can be given many times
    ///
    /// `orgctl sandbox serve --help` tells how a rule is written. The variable holds one rule a line,
    /// or several with `;` between. The next command meets healthy services again.
    #[arg(long, value_name = "RULE", global = true, env = "ORGCTL_SANDBOX_FAULT")]
    pub(crate) sandbox_fault: Vec<String>,
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
    pub(crate) sandbox_set: Vec<String>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: When,
    /// The same as --color never
    #[arg(long, global = true, conflicts_with = "color")]
    pub(crate) no_color: bool,
    /// Print less: counts instead of people
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more: every detail of every step; twice, the requests too
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The form of a plan or state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs; Terraform's field names.
    Json,
    /// For a pull request.
    Markdown,
}
