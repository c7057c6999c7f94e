//! `orgctl sandbox serve` in a process of its own, with the hooks that tests use.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN, Logged};
use serde_json::{Value, json};

use super::project::{Project, is_bad_day};

/// A sandbox that serves until it is dropped.
pub(crate) struct Served {
    child: Child,
    endpoint: String,
    certificate: Option<PathBuf>,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Served {
    /// Serves the world of a project, filled from its seed.
    pub(crate) fn start(project: &Project) -> Self {
        Self::start_with(project, &[])
    }

    /// The same with more options of `sandbox serve`.
    pub(crate) fn start_with(project: &Project, options: &[&str]) -> Self {
        let mut child = project
            .command()
            .args(["sandbox", "serve", "--seed", "live.json"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let endpoint = lines.next().unwrap().unwrap();
        let certificate = endpoint
            .starts_with("https:")
            .then(|| project.path(".orgctl/sandbox-ca.pem"));
        drop(rustls::crypto::ring::default_provider().install_default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            child,
            endpoint,
            client: client(certificate.as_deref()),
            certificate,
            runtime,
        }
    }

    /// Whom to trust, where it speaks HTTPS.
    pub(crate) fn certificate(&self) -> Option<&Path> {
        self.certificate.as_deref()
    }

    /// The tenant that backs the organization; null without one.
    pub(crate) fn tenant(&self) -> Value {
        self.world()["organization"]["tenant"].clone()
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn hook(&self, method: reqwest::Method, name: &str, body: Option<Value>) -> String {
        let url = format!("{}/_sandbox/{name}", self.endpoint);
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{name}: {}", answer.status());
            answer.text().await.unwrap()
        })
    }

    /// What somebody else does meanwhile: a request to a service, which has to succeed. On a bad day they
    /// try until it does.
    pub(crate) fn send(&self, method: &reqwest::Method, place: &str, body: &Value) {
        let (token, media) = if place.starts_with("graph.") {
            (GRAPH_TOKEN, "application/json")
        } else {
            (DEVOPS_TOKEN, "application/json-patch+json")
        };
        let request = self
            .client
            .request(method.clone(), format!("{}/{place}", self.endpoint))
            .bearer_auth(token)
            .header("Content-Type", media)
            .body(body.to_string());
        let attempt = async || {
            let request = request.try_clone().unwrap();
            let answer = request.send().await.map_err(|error| error.to_string())?;
            let status = answer.status();
            let text = answer.text().await.map_err(|error| error.to_string())?;
            // A page is not from the service. And whoever is gone was taken away by an attempt whose
            // answer was lost.
            let is_page = text.starts_with('<');
            let is_gone = is_bad_day() && *method == reqwest::Method::DELETE && status == 404;
            let done = (status.is_success() && !is_page) || is_gone;
            done.then_some(())
                .ok_or(format!("{place}: {status} {text}"))
        };
        self.runtime.block_on(async {
            let mut done = attempt().await;
            let mut attempts = if is_bad_day() { 60 } else { 1 };
            while done.is_err() && attempts > 1 {
                attempts -= 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
                done = attempt().await;
            }
            done.unwrap_or_else(|error| panic!("{error}"));
        });
    }

    /// Somebody sets a user's access level by hand.
    pub(crate) fn set_level(&self, key: &str, licence: &str) {
        let place = "vsaex.dev.azure.com/contoso/_apis/userentitlements";
        let level = json!({ "licensingSource": "account", "accountLicenseType": licence });
        let change =
            json!([{ "from": "", "op": "replace", "path": "/accessLevel", "value": level }]);
        let place = format!("{place}/{key}?api-version=7.1-preview.3");
        self.send(&reqwest::Method::PATCH, &place, &change);
    }

    /// The mail that the service has sent with invitations.
    pub(crate) fn letters(&self) -> Vec<Value> {
        serde_json::from_str(&self.hook(reqwest::Method::GET, "letters", None)).unwrap()
    }

    /// The mail that was sent from mailboxes of the tenant.
    pub(crate) fn outbox(&self) -> Vec<Value> {
        serde_json::from_str(&self.hook(reqwest::Method::GET, "outbox", None)).unwrap()
    }

    /// A guest follows the address in the invitation.
    pub(crate) fn redeem(&self, user: &str) {
        let body = json!({ "user": user });
        self.hook(reqwest::Method::POST, "redeem", Some(body));
    }

    /// What a person does in the organization settings.
    pub(crate) fn press_connect(&self) {
        self.hook(reqwest::Method::POST, "connect", None);
    }

    /// The same for any tenant, or none when it is zeros.
    pub(crate) fn press(&self, tenant: &str) {
        let body = json!({ "tenant": tenant });
        self.hook(reqwest::Method::POST, "connect", Some(body));
    }

    pub(crate) fn add_fault(&self, method: &str, path: &str, effect: &Value) {
        self.fault(None, method, path, effect);
    }

    /// A fault that ends by itself.
    pub(crate) fn add_first_faults(&self, times: u32, method: &str, path: &str, effect: &Value) {
        self.fault(Some(times), method, path, effect);
    }

    fn fault(&self, times: Option<u32>, method: &str, path: &str, effect: &Value) {
        let fault = json!({ "method": method, "path": path, "times": times, "effect": effect });
        self.hook(reqwest::Method::POST, "faults", Some(fault));
    }

    /// Adds rules of misbehaviour, one a line.
    pub(crate) fn add_rules(&self, lines: &[&str]) {
        self.hook(reqwest::Method::POST, "faults", Some(json!(lines)));
    }

    /// Changes some of the settings.
    pub(crate) fn set(&self, fields: Value) {
        self.hook(reqwest::Method::POST, "settings", Some(fields));
    }

    /// Puts the clock forward.
    pub(crate) fn advance(&self, by_ms: u64) {
        let body = json!({ "advance_ms": by_ms });
        self.hook(reqwest::Method::POST, "clock", Some(body));
    }

    pub(crate) fn clear_faults(&self) {
        self.hook(reqwest::Method::DELETE, "faults", None);
    }

    pub(crate) fn world(&self) -> Value {
        serde_json::from_str(&self.hook(reqwest::Method::GET, "world", None)).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<Logged> {
        serde_json::from_str(&self.hook(reqwest::Method::GET, "requests", None)).unwrap()
    }

    /// Waits until a request to a path that ends so has been answered.
    pub(crate) fn wait_for(&self, path_end: &str) {
        while !self
            .requests()
            .iter()
            .any(|one| one.path.ends_with(path_end))
        {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many requests of each sort have come: method, host, and path without the organization.
    pub(crate) fn request_counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for Logged {
            method, host, path, ..
        } in self.requests()
        {
            *counts.entry(format!("{method} {host}/{path}")).or_default() += 1;
        }
        counts
    }
}

fn client(certificate: Option<&Path>) -> reqwest::Client {
    let builder = reqwest::Client::builder();
    let trusted = certificate.map(|path| {
        let pem = std::fs::read(path).unwrap();
        reqwest::Certificate::from_pem(&pem).unwrap()
    });
    builder.tls_certs_only(trusted).build().unwrap()
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
