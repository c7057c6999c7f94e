//! A sandbox in a process of its own, and orgctl run against it under a watch.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN};

use crate::people::Org;

/// Serves the organization of a folder until it is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) endpoint: String,
    folder: tempfile::TempDir,
}

impl Served {
    pub(crate) fn start(Org { toml, live }: &Org, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("org.toml"), toml).unwrap();
        let live = serde_json::to_vec(live).unwrap();
        fs::write(folder.path().join("live.json"), live).unwrap();
        let mut child = orgctl(folder.path())
            .args(["sandbox", "serve", "--seed", "live.json"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let endpoint = lines.next().unwrap().unwrap();
        Self {
            child,
            endpoint,
            folder,
        }
    }

    /// One run of orgctl: how long, and the most memory that it held, in kibibytes.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Duration, u64) {
        let begin = Instant::now();
        let mut child = orgctl(self.folder.path())
            .args(arguments)
            .envs([
                ("ORGCTL_ENDPOINT", self.endpoint.as_str()),
                ("ORGCTL_DEVOPS_TOKEN", DEVOPS_TOKEN),
                ("ORGCTL_GRAPH_TOKEN", GRAPH_TOKEN),
            ])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let status_file = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            // The system keeps the high-water mark, so the last look before the end is as good as any.
            if let Ok(status) = fs::read_to_string(&status_file) {
                peak = high_water_mark(&status).max(peak);
            }
            if let Some(ended) = child.try_wait().unwrap() {
                assert!(ended.success(), "{arguments:?} ended with {ended}");
                return (begin.elapsed(), peak);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn orgctl(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgctl"));
    command.current_dir(folder).env_clear();
    command
}

fn high_water_mark(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}
