//! `orgctl sandbox seed`: an organization of any size, made up.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::commands::rim::files;
use crate::commands::rim::output::Output;
use crate::commands::rim::session::Session;
use crate::error::{CommandError, Exit};
use crate::sandbox::{SeedPeople, Seeded};

/// Options of `sandbox seed`.
#[derive(Args, Debug)]
pub(crate) struct SeedArgs {
    /// How many people are in the organization
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) people: u32,
    /// Selects which people; the same number makes the same ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) random_seed: u64,
    /// Where the snapshot goes; the configuration goes where --config says
    #[arg(long, value_name = "FILE", default_value = "live.json", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
}

/// Makes an organization up. Nothing that is there is overwritten.
pub(super) fn run(
    session: &Session,
    args: &SeedArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
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
