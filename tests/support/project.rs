//! A folder with an org.toml, and orgctl run in it: an empty environment but for what a test sets
//! and, for sandboxes, the conditions under which all of this is rehearsed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use orgctl::model::live::Live;
use orgctl::sandbox::{CLIENT_ID, CLIENT_SECRET, DEVOPS_TOKEN, GRAPH_TOKEN, PERSONAL_ACCESS_TOKEN};
use serde_json::Value;
use tempfile::TempDir;

use super::case::Case;
use super::conditions::{CONDITIONS, THOROUGH};
use super::people::Org;
use super::served::Served;

/// What must never be in anything that orgctl writes or says.
pub(crate) const SECRETS: [&str; 6] = [
    DEVOPS_TOKEN,
    GRAPH_TOKEN,
    PERSONAL_ACCESS_TOKEN,
    CLIENT_SECRET,
    // How every token that the sandbox signs begins; less of it stands in a certificate by chance.
    "eyJhbGci",
    "redeem?rd=",
];

/// Whether services misbehave.
pub(crate) fn is_bad_day() -> bool {
    CONDITIONS.into_iter().any(is_set)
}

/// Whether everything that is repeated is repeated in its full number, as `tests/bad_days.rs` asks for.
pub(crate) fn is_thorough() -> bool {
    is_set(THOROUGH) || is_bad_day()
}

/// The full number of something where it is asked for, or else what a plain run bears.
pub(crate) fn full_or<T>(full: T, plain: T) -> T {
    if is_thorough() { full } else { plain }
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// A folder of its own with an org.toml and a seed.
pub(crate) struct Project {
    folder: TempDir,
}

/// How a run of orgctl ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new(toml: &str, live: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("org.toml"), toml).unwrap();
        fs::write(folder.path().join("live.json"), live).unwrap();
        Self { folder }
    }

    pub(crate) fn of_example(name: &str) -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples")
            .join(name);
        let read = |file: &str| fs::read_to_string(example.join(file)).unwrap();
        Self::new(&read("org.toml"), &read("live.json"))
    }

    pub(crate) fn of_case(name: &str) -> Self {
        let Case { toml, live, .. } = Case::load(name);
        Self::new(&toml, &live.to_string())
    }

    pub(crate) fn of_people(people: u32) -> Self {
        let Org { toml, live } = Org::of(people);
        Self::new(&toml, &serde_json::to_string(&live).unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    pub(crate) fn seed(&self) -> Live {
        serde_json::from_str(&self.read("live.json")).unwrap()
    }

    pub(crate) fn append_to_config(&self, lines: &str) {
        let text = self.read("org.toml") + lines;
        fs::write(self.path("org.toml"), text).unwrap();
    }

    /// Lets some time pass since an apply was cut short: what it did shows by then.
    pub(crate) fn age_journal(&self, by: Duration) {
        for name in [
            "org.state.json.journal",
            ".orgctl/sandbox.state.json.journal",
        ] {
            if let Ok(file) = fs::File::options().append(true).open(self.path(name)) {
                file.set_modified(SystemTime::now() - by).unwrap();
            }
        }
    }

    /// orgctl in this folder, before its arguments are given.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orgctl"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .envs(
                CONDITIONS
                    .iter()
                    .filter_map(|name| Some((name, env::var_os(name)?))),
            )
            .stdin(Stdio::null());
        command
    }

    /// The same where no sandbox is started: who asks for conditions there is refused.
    pub(crate) fn command_without_sandbox(&self) -> Command {
        let mut command = self.command();
        command.env_clear();
        command
    }

    /// Runs orgctl on the services of the environment, which are nowhere.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let nowhere = ("ORGCTL_ENDPOINT", "http://127.0.0.1:9");
        let output = self
            .command_without_sandbox()
            .args(arguments)
            .envs([nowhere])
            .output()
            .unwrap();
        self.ended(output)
    }

    /// Runs orgctl on a sandbox in its own process.
    pub(crate) fn sandbox(&self, arguments: &[&str]) -> Run {
        let output = self
            .command()
            .args(["--sandbox", "live.json"])
            .args(arguments)
            .output()
            .unwrap();
        self.ended(output)
    }

    /// Runs orgctl on a sandbox in another process.
    pub(crate) fn on(&self, served: &Served, arguments: &[&str]) -> Run {
        let output = self.command_on(served, arguments).output().unwrap();
        self.ended(output)
    }

    /// Runs orgctl on whatever answers at an address.
    pub(crate) fn at(&self, endpoint: &str, arguments: &[&str]) -> Run {
        let output = self.command_at(endpoint, arguments).output().unwrap();
        self.ended(output)
    }

    /// Runs orgctl on a sandbox in another process, signed in as an application of its tenant.
    pub(crate) fn as_application(
        &self,
        endpoint: &str,
        (client, secret): (&str, &str),
        arguments: &[&str],
    ) -> Run {
        let mut command = self.command_at(endpoint, arguments);
        command
            .env_remove("ORGCTL_GRAPH_TOKEN")
            .envs([("AZURE_CLIENT_ID", client), ("AZURE_CLIENT_SECRET", secret)]);
        self.ended(command.output().unwrap())
    }

    /// Changes the world of the sandbox, which must not be played meanwhile. It is filled first.
    pub(crate) fn edit_world(&self, edit: impl FnOnce(&mut Value)) {
        let world = ".orgctl/world.json";
        if !self.path(world).exists() {
            self.sandbox(&["snapshot", "--out", "before.json"]);
        }
        let mut text = self.json(world);
        edit(&mut text);
        fs::write(self.path(world), text.to_string()).unwrap();
    }

    /// Replaces a piece of org.toml that is there once.
    #[track_caller]
    pub(crate) fn change_config(&self, old: &str, new: &str) {
        let text = self.read("org.toml");
        assert_eq!(text.matches(old).count(), 1, "{old:?} in\n{text}");
        fs::write(self.path("org.toml"), text.replace(old, new)).unwrap();
    }

    /// What a sandbox in another process holds now.
    pub(crate) fn snapshot_of(&self, served: &Served) -> Live {
        self.on(served, &["snapshot", "--out", "after.json"])
            .expect(0);
        serde_json::from_str(&self.read("after.json")).unwrap()
    }

    /// Starts orgctl on a sandbox in another process and does not wait for it.
    pub(crate) fn start_on(&self, served: &Served, arguments: &[&str]) -> Child {
        let mut command = self.command_on(served, arguments);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts orgctl signed in by the secret of the sandbox's own application.
    pub(crate) fn start_signed_in(&self, served: &Served, arguments: &[&str]) -> Child {
        let tenant = self.seed().directory.tenant.to_string();
        let mut command = self.command_without_sandbox();
        command.args(arguments).envs([
            ("ORGCTL_ENDPOINT", served.endpoint()),
            ("AZURE_TENANT_ID", &tenant),
            ("AZURE_CLIENT_ID", CLIENT_ID),
            ("AZURE_CLIENT_SECRET", CLIENT_SECRET),
        ]);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn command_on(&self, served: &Served, arguments: &[&str]) -> Command {
        let mut command = self.command_at(served.endpoint(), arguments);
        command.envs(served.certificate().map(|path| ("SSL_CERT_FILE", path)));
        command
    }

    pub(crate) fn command_at(&self, endpoint: &str, arguments: &[&str]) -> Command {
        let mut command = self.command_without_sandbox();
        command.args(arguments).envs([
            ("ORGCTL_ENDPOINT", endpoint),
            ("ORGCTL_DEVOPS_TOKEN", DEVOPS_TOKEN),
            ("ORGCTL_GRAPH_TOKEN", GRAPH_TOKEN),
        ]);
        command
    }

    /// Takes in how a run ended, and sees to it that it gave nothing away.
    pub(crate) fn ended(&self, output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        self.assert_no_secrets(&run);
        run
    }

    /// No token, password or redeem URL is in a stream or in any file but the one for passwords.
    fn assert_no_secrets(&self, run: &Run) {
        let mut texts = vec![
            ("stdout".into(), run.stdout.clone()),
            ("stderr".into(), run.stderr.clone()),
        ];
        let passwords = fs::read_to_string(self.path(".orgctl/first-passwords.txt"));
        let passwords: Vec<String> = passwords
            .unwrap_or_default()
            .lines()
            .filter_map(|line| {
                line.split_once('\t')
                    .map(|(_, password)| password.to_owned())
            })
            .collect();
        let mut folders = vec![self.path("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                // The world is the services' own memory, not ours, also while it is written.
                let ours = !path.ends_with("world.json") && !path.ends_with("first-passwords.txt");
                if path.is_file() && ours && !is_world_in_the_making(&path) {
                    texts.push((
                        path.display().to_string(),
                        fs::read_to_string(&path).unwrap(),
                    ));
                }
            }
        }
        let secrets = SECRETS
            .into_iter()
            .chain(passwords.iter().map(String::as_str));
        for secret in secrets {
            for (place, text) in &texts {
                // `sandbox serve` tells its own tokens, which are good nowhere else.
                assert!(!text.contains(secret), "{secret} is in {place}:\n{text}");
            }
        }
    }
}

/// Whether a file is the world of a sandbox that is being saved, or has been a moment ago.
fn is_world_in_the_making(path: &Path) -> bool {
    const BEGINS: &[u8] = b"{\n  \"format_version\": 1,\n  \"serial\":";
    let name = path.file_name().unwrap().to_str().unwrap();
    name.starts_with(".tmp")
        && fs::read(path).map_or(true, |bytes| {
            let begin = bytes.len().min(BEGINS.len());
            bytes[..begin] == BEGINS[..begin]
        })
}

impl Run {
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        let Self {
            code: got,
            stdout,
            stderr,
        } = &self;
        assert_eq!(*got, code, "\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
        self
    }
}

/// Presses Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    signal(child, "-INT");
}

/// Asks it to end, as a service manager or a CI system does before it kills.
pub(crate) fn terminate(child: &Child) {
    signal(child, "-TERM");
}

fn signal(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status();
    assert!(sent.unwrap().success());
}
