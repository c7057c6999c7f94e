//! One run: where its files are, what org.toml says, and how the services are reached.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::backoff_notice::BackoffNotice;
use super::global::Global;
use super::inputs::{Config, Inputs};
use super::local_sandbox::{self, LocalSandbox};
use super::output::Output;
use super::sandbox_overrides::SandboxOverrides;
use super::{environment, files};
use crate::apply::port::Reader as _;
use crate::apply::recover;
use crate::azure::services::Services;
use crate::azure::settings::Settings;
use crate::config::{self, Resolved};
use crate::error::{CommandError, Exit, TRUST};
use crate::model::desired::Desired;
use crate::model::ids::Digest;
use crate::model::live::Live;
use crate::model::person::Email;
use crate::report::notice::{Template, Templates};
use crate::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN};
use crate::state::place::Place;
use crate::state::store::local::LocalStore;

/// The folder of ours beside org.toml: the sandbox's world, first passwords.
const PRIVATE_FOLDER: &str = ".orgctl";
/// What happens to a sandbox is kept apart from what happened to the real organization.
pub(crate) const SANDBOX_STATE: &str = "sandbox.state.json";
const SANDBOX_WORLD: &str = "world.json";
const SANDBOX_AUTHORITY: &str = "sandbox-ca.pem";
const FIRST_PASSWORDS: &str = "first-passwords.txt";
const SANDBOX_NOTICES: &str = "notices";

/// One run.
#[derive(Debug)]
pub(crate) struct Session {
    config_path: PathBuf,
    seed: Option<PathBuf>,
    conditions: SandboxOverrides,
    is_quiet: bool,
}

/// The services, and the sandbox that plays them where one was asked for.
pub(crate) struct Connected {
    pub(crate) services: Services,
    /// What stands in for the services, where something does.
    pub(crate) endpoint: Option<String>,
    sandbox: Option<LocalSandbox>,
}

impl Session {
    pub(crate) fn new(global: Global) -> Self {
        Self {
            conditions: SandboxOverrides::new(&global),
            is_quiet: global.quiet,
            config_path: global.config,
            seed: global.sandbox,
        }
    }

    /// How a sandbox is to behave, if one is started.
    pub(crate) const fn conditions(&self) -> &SandboxOverrides {
        &self.conditions
    }

    pub(crate) fn config_path(&self) -> &Path {
        &self.config_path
    }

    /// Whether everything happens to a sandbox in this process.
    pub(crate) const fn is_sandbox(&self) -> bool {
        self.seed.is_some()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.config_path.parent().unwrap_or_else(|| Path::new(""))
    }

    pub(crate) fn private_folder(&self) -> PathBuf {
        self.folder().join(PRIVATE_FOLDER)
    }

    pub(crate) fn world_path(&self) -> PathBuf {
        self.private_folder().join(SANDBOX_WORLD)
    }

    /// Makes the folder of ours, and says where the world in it is.
    pub(crate) fn make_world_folder(&self) -> Result<PathBuf, CommandError> {
        files::make_private_folder(&self.private_folder())?;
        Ok(self.world_path())
    }

    /// Where the certificate is that a client of the sandbox has to trust.
    pub(crate) fn authority_path(&self) -> PathBuf {
        self.private_folder().join(SANDBOX_AUTHORITY)
    }

    pub(crate) fn sandbox_store(&self) -> LocalStore {
        LocalStore::new(self.private_folder().join(SANDBOX_STATE))
    }

    /// Loads org.toml. `None` when it has mistakes, which have been printed.
    pub(crate) fn load_config(&self, output: &mut Output) -> Result<Option<Config>, CommandError> {
        let path = &self.config_path;
        let text = files::read_if_there(path)?.ok_or_else(|| {
            files::missing(path)
                .help("write one, starting from examples/minimal/org.toml, or pass --config FILE")
        })?;
        match config::load(&path.display().to_string(), &text) {
            Ok(resolved) => {
                let mut hash = Sha256::new();
                hash.update(text.as_bytes());
                let Some(templates) = self.load_templates(&resolved, &mut hash, output)? else {
                    return Ok(None);
                };
                Ok(Some(Config {
                    resolved,
                    digest: Digest::from_hash(&hash.finalize()),
                    templates,
                    undoes: None,
                }))
            }
            Err(mistakes) => {
                match mistakes.all() {
                    [only] => output.diagnostic(only),
                    _ => output.diagnostic(&mistakes),
                }
                Ok(None)
            }
        }
    }

    /// Loads the texts that replace those of orgctl. `None` when they have mistakes, which have been
    /// printed. What people will read is a part of what is reviewed, so `hash` takes it in.
    fn load_templates(
        &self,
        config: &Resolved,
        hash: &mut Sha256,
        output: &mut Output,
    ) -> Result<Option<Templates>, CommandError> {
        let mut templates = Templates::default();
        let notices = config.notices.as_ref();
        let Some(folder) = notices.and_then(|notices| notices.templates.as_ref()) else {
            return Ok(Some(templates));
        };
        let folder = self.folder().join(folder);
        let mut is_good = true;
        for name in Templates::file_names() {
            let path = folder.join(&name);
            let Some(text) = files::read_if_there(&path)? else {
                continue;
            };
            for part in [name.as_str(), text.as_str()] {
                hash.update([0]);
                hash.update(part.as_bytes());
            }
            match Template::parse(&text) {
                Ok(template) => templates.insert(name, template),
                Err(mistakes) => {
                    is_good = false;
                    for mistake in mistakes {
                        let line = mistake.line;
                        let message = format!("{}:{line}: {mistake}", path.display());
                        let error = CommandError::new(Exit::Usage, message).help(mistake.help);
                        output.diagnostic(&error);
                    }
                }
            }
        }
        if is_good && templates.is_empty() {
            let names: Vec<String> = Templates::file_names().collect();
            let message = format!("there is no text of a notice in {}", folder.display());
            return Err(CommandError::new(Exit::Usage, message).help(format!(
                "notices.templates names a folder with some of {}",
                names.join(", ")
            )));
        }
        Ok(is_good.then_some(templates))
    }

    /// Where notices are written. Those of a sandbox are kept apart from real ones.
    pub(crate) fn notices_folder(&self, config: &Resolved) -> PathBuf {
        let out = || {
            let notices = config.notices.as_ref();
            notices.map_or(config::DEFAULT_NOTICES_FOLDER, |notices| &notices.out)
        };
        match self.seed {
            Some(_) => self.private_folder().join(SANDBOX_NOTICES),
            None => self.folder().join(out()),
        }
    }

    /// Reaches the services: the real ones, those at `ORGCTL_ENDPOINT`, or a sandbox.
    pub(crate) async fn connect(
        &self,
        config: &Config,
        output: &mut Output,
    ) -> Result<Connected, CommandError> {
        let (settings, sandbox) = self.settings(output).await?;
        let settings = Settings {
            on_password: Some(self.keep_passwords()),
            ..settings
        };
        let Desired {
            organization,
            tenant,
            ..
        } = &config.resolved.desired;
        let endpoint = settings.endpoint.clone();
        let services = Services::new(settings, organization.clone(), tenant.clone())?;
        Ok(Connected {
            services,
            endpoint,
            sandbox,
        })
    }

    /// Where the services are and which credentials may be used: as the environment says, or those
    /// of a sandbox that is started.
    pub(crate) async fn settings(
        &self,
        output: &mut Output,
    ) -> Result<(Settings, Option<LocalSandbox>), CommandError> {
        let mut settings = environment::settings();
        let Some(seed) = &self.seed else {
            self.conditions.refuse()?;
            settings.certificates = trusted(settings.endpoint.as_deref())?;
            return Ok((settings, None));
        };
        let path = self.make_world_folder()?;
        let played = local_sandbox::start(path, seed, &self.conditions, output).await?;
        let settings = Settings {
            endpoint: Some(played.running().endpoint().to_owned()),
            devops_token: Some(SecretString::from(DEVOPS_TOKEN)),
            graph_token: Some(SecretString::from(GRAPH_TOKEN)),
            ..settings
        };
        Ok((settings, Some(played)))
    }

    fn keep_passwords(&self) -> crate::azure::settings::OnPassword {
        let folder = self.private_folder();
        Arc::new(move |person: &Email, password: &SecretString| {
            files::make_private_folder(&folder)
                .map_err(|error| std::io::Error::other(error.to_string()))?;
            let line = format!("{person}\t{}", password.expose_secret());
            files::append_secret(&folder.join(FIRST_PASSWORDS), &line)
        })
    }

    /// Reads the services and the state, and brings the state up to date with what an earlier run
    /// left in its journal. Writes nothing.
    pub(crate) async fn read_inputs(
        &self,
        config: &Config,
        connected: &Connected,
    ) -> Result<Inputs, CommandError> {
        let store = self.store(&config.resolved)?;
        let mut state = store.load().await?;
        let unfinished = store.unfinished(&state).await?;
        let mut owned = config.owned(&state);
        if let Some(unfinished) = &unfinished {
            unfinished.add_to(&mut owned);
        }
        let scope = config.resolved.desired.scope(&owned);
        let services = &connected.services;
        let watch = BackoffNotice::new(services, None, self.is_quiet);
        let live = watch.over(services.read(&scope)).await?;
        if state
            .organization
            .is_some_and(|organization| organization != live.organization.id)
        {
            return Err(foreign_state(&store.place(), &live));
        }
        let recovered = match unfinished {
            Some(unfinished) => {
                let written = store.journal_written().await;
                let left_at = written.unwrap_or_else(environment::now);
                Some(recover(unfinished, &mut state, &live, left_at))
            }
            None => None,
        };
        Ok(Inputs {
            live,
            state,
            recovered,
        })
    }
}

impl Connected {
    /// Stops the sandbox, if one was started, and waits until its world is on disk.
    pub(crate) async fn close(self) -> Result<(), CommandError> {
        match self.sandbox {
            Some(played) => played.close().await,
            None => Ok(()),
        }
    }
}

/// Whom to trust at an endpoint, where the environment says so. Read here and not left to the TLS
/// library, which looks at `SSL_CERT_FILE` on some systems only.
fn trusted(endpoint: Option<&str>) -> Result<Option<String>, CommandError> {
    let is_tls = |text: &str| text.to_ascii_lowercase().starts_with("https:");
    if !endpoint.is_some_and(is_tls) {
        return Ok(None);
    }
    let path = environment::certificate_file();
    path.map(|path| files::read(&path).map_err(|error| error.help(TRUST)))
        .transpose()
}

/// What it says of people would be taken for what another organization is to look like.
fn foreign_state(place: &Place, live: &Live) -> CommandError {
    let name = &live.organization.name;
    CommandError::new(
        Exit::Usage,
        format!("the state {place} is about another organization than {name}"),
    )
    .help("name another file under [state], or bring the right organization.name back")
}
