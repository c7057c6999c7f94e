//! The conditions of a rehearsal: what goes wrong in a sandbox, and how it behaves, for one command.
//!
//! Nothing of it is kept with the world, so the next command meets healthy services again.

use std::fmt::Display;

use serde_json::{Value, json};

use super::global::Global;
use super::output::Output;
use crate::error::{CommandError, Exit};
use crate::sandbox::{Fault, Options, Settings};

/// Where conditions are written on the command line.
const FAULT: &str = "--sandbox-fault";
const SET: &str = "--sandbox-set";

/// What was asked for, as it was written: each text holds one or several, a line or a `;` apart.
#[derive(Debug)]
pub(crate) struct SandboxOverrides {
    faults: Vec<String>,
    settings: Vec<String>,
}

impl SandboxOverrides {
    /// What the command line or the environment asks for.
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            faults: each(&global.sandbox_fault),
            settings: each(&global.sandbox_set),
        }
    }

    /// An error if there are any: what happens to the real services is no rehearsal, and whoever
    /// asks for one must not be given the other.
    pub(crate) fn refuse(&self) -> Result<(), CommandError> {
        if self.is_empty() {
            return Ok(());
        }
        let text = format!("{FAULT} and {SET} are for a sandbox, and this is none");
        Err(CommandError::new(Exit::Usage, text).help(
            "add --sandbox SEED; or unset ORGCTL_SANDBOX_FAULT and ORGCTL_SANDBOX_SET, which mean \
             the same",
        ))
    }

    /// Starts a sandbox with them.
    pub(crate) fn apply(
        &self,
        mut options: Options,
        output: &mut Output,
    ) -> Result<Options, CommandError> {
        if self.is_empty() {
            return Ok(options);
        }
        for line in &self.faults {
            let fault = Fault::from_line(line).map_err(|error| {
                CommandError::new(Exit::Usage, format!("{FAULT} '{line}': {error}"))
                    .help("see `orgctl sandbox serve --help` for how a rule is written")
            })?;
            options.faults.push(fault);
        }
        if !self.settings.is_empty() {
            let mut settings = options.world.settings().clone();
            for setting in &self.settings {
                settings = changed(&settings, SET, setting)?;
            }
            let world = options.world.with_settings_for_now(settings);
            options.world =
                world.map_err(|error| CommandError::new(Exit::Usage, format!("{SET}: {error}")))?;
        }
        let asked = [self.faults.as_slice(), &self.settings].concat().join("; ");
        output.talk(&format!("In this sandbox, for now: {asked}."));
        Ok(options)
    }

    fn is_empty(&self) -> bool {
        self.faults.is_empty() && self.settings.is_empty()
    }
}

fn each(texts: &[String]) -> Vec<String> {
    let each = texts.iter().flat_map(|text| text.split([';', '\n']));
    each.map(str::trim)
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The settings with one of them changed, named by the path to it: `lag.max_ms=3000`.
pub(crate) fn changed(
    settings: &Settings,
    option: &str,
    setting: &str,
) -> Result<Settings, CommandError> {
    let refused = |why: &dyn Display| {
        CommandError::new(Exit::Usage, format!("{option} {setting}: {why}"))
            .help("`orgctl schema world` tells the settings and their values")
    };
    let (name, value) = setting
        .split_once('=')
        .ok_or_else(|| refused(&"write NAME=VALUE"))?;
    // What is no JSON is text, so that nobody has to quote quotes for a shell.
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    let nest = |inner, name: &str| json!({ name: inner });
    let fields = name.rsplit('.').fold(value, nest);
    settings.changed(fields).map_err(|error| refused(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_holds_one_a_line_or_several_in_a_line() {
        let texts = ["20% page; 4% delay=30ms\n\n  GET users cut-off ;".to_owned()];
        let lines = ["20% page", "4% delay=30ms", "GET users cut-off"];
        assert_eq!(each(&texts), lines);
        assert_eq!(each(&[String::new()]), [""; 0]);
    }

    #[test]
    fn a_setting_is_named_by_the_path_to_it() {
        let settings = Settings::default();
        let lag = changed(&settings, SET, "lag.max_ms=3000").unwrap().lag;
        assert_eq!((lag.max_ms, lag.min_ms), (3000, 0));
        let settings = changed(&settings, SET, "devops.denial=not_found").unwrap();
        assert_eq!(
            changed(&settings, SET, "devops.denial=\"not_found\"").unwrap(),
            settings
        );
        assert_ne!(settings, Settings::default());
        for wrong in ["lag.max_ms", "lag.max=1", "lag.max_ms=soon"] {
            let error = changed(&settings, SET, wrong).unwrap_err().to_string();
            assert!(error.starts_with("--sandbox-set lag"), "{error}");
        }
    }
}
