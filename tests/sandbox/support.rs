//! A small organization, a sandbox around it, and a client that can see everything of an answer.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::model::access::EffectiveLevel;
use orgctl::model::ids::{ObjectId, OrganizationId, OrganizationName, StorageKey, TenantId};
use orgctl::model::live::{
    Caller, CallerKind, Connection, Directory, DirectoryUser, Live, Member, MemberStatus,
    Organization, Origin, UserType,
};
use orgctl::model::person::Email;
use orgctl::model::preflight::{Preflight, Readable};
use orgctl::sandbox::{Options, Running, Sandbox, Settings, World};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

pub(crate) const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub(crate) const ZERO: &str = "00000000-0000-0000-0000-000000000000";

pub(crate) fn email(text: &str) -> Email {
    Email::from_service(text)
}

pub(crate) fn key(number: u128) -> StorageKey {
    StorageKey::new(Uuid::from_u128(
        0x2222_0000_0000_4000_8000_0000_0000_0000 + number,
    ))
}

pub(crate) fn object(number: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(
        0x6666_0000_0000_4000_8000_0000_0000_0000 + number,
    ))
}

pub(crate) fn tenant() -> TenantId {
    TENANT.parse().unwrap()
}

/// Somebody who signs in with a personal account.
pub(crate) fn personal(name: &str) -> Member {
    Member {
        principal_name: email(name),
        display_name: name.split('@').next().unwrap().to_owned(),
        mail: Some(email(name)),
        origin: Origin::Personal,
        tenant: None,
        object_id: None,
        descriptor: None,
        access: EffectiveLevel::Basic,
        status: MemberStatus::Active,
        disconnected: false,
        access_by_group: false,
        projects: BTreeMap::new(),
    }
}

/// A user of the tenant's own.
pub(crate) fn directory_user(name: &str) -> DirectoryUser {
    DirectoryUser {
        user_principal_name: email(name),
        display_name: name.split('@').next().unwrap().to_owned(),
        mail: Some(email(name)),
        other_mails: BTreeSet::new(),
        user_type: UserType::Member,
        enabled: true,
        invitation: None,
        synced: false,
        created: None,
    }
}

/// Ana, who asks, and Lee; both sign in with personal accounts. The tenant knows Ana by the same
/// name and Lee by another.
pub(crate) fn contoso() -> Live {
    let members = ["ana@contoso.com", "lee@outlook.com"];
    let users = ["ana@contoso.com", "lee@contoso.com"];
    Live {
        format_version: Live::FORMAT_VERSION,
        organization: Organization {
            id: OrganizationId::new(Uuid::from_u128(7)),
            name: OrganizationName::new("Contoso"),
            connection: Connection::Personal,
        },
        caller: Caller {
            storage_key: key(1),
            principal_name: email("ana@contoso.com"),
            kind: CallerKind::Person,
        },
        members: (1..).map(key).zip(members.map(personal)).collect(),
        group_only: BTreeMap::new(),
        applications: Readable::NotAsked,
        projects: BTreeMap::new(),
        directory: Directory {
            tenant: tenant(),
            display_name: "Contoso".to_owned(),
            verified_domains: ["contoso.com", "contoso.onmicrosoft.com"]
                .map(str::to_owned)
                .into(),
            users: (1..).map(object).zip(users.map(directory_user)).collect(),
            deleted: Readable::NotAsked,
            caller: CallerKind::Person,
        },
        preflight: Preflight::default(),
        policies: BTreeMap::new(),
        credentials: None,
    }
}

/// An answer, whole.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The JSON of an answer that must be a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.json()
    }

    /// The status of a refusal and the text that must stand in it.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, text: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert!(self.text.contains(text), "{}", self.text);
    }
}

/// A running sandbox and a client for it.
pub(crate) struct Playground {
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
}

impl Playground {
    pub(crate) async fn of(live: &Live) -> Self {
        Self::with(live, Settings::default()).await
    }

    pub(crate) async fn with(live: &Live, settings: Settings) -> Self {
        let world = World::from_live(live).unwrap();
        Self::start(Options::new(world.with_settings(settings).unwrap())).await
    }

    pub(crate) async fn start(options: Options) -> Self {
        // Installed once for the process; another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let running = Sandbox::start(options).await.unwrap();
        let client = trusting(&running).build().unwrap();
        Self { running, client }
    }

    pub(crate) fn request(&self, method: &str, url: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/{url}", self.running.endpoint());
        self.client.request(method.parse::<Method>().unwrap(), url)
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Got {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Got {
            status,
            headers,
            text,
            bytes,
        }
    }

    /// A signed-in request to Azure DevOps in the version that fits the area.
    pub(crate) fn devops(&self, method: &str, url: &str) -> reqwest::RequestBuilder {
        self.request(method, url)
            .bearer_auth("sandbox-devops")
            .header("Accept", "application/json;api-version=7.1-preview.1")
            .header("X-TFS-FedAuthRedirect", "Suppress")
    }

    pub(crate) async fn devops_get(&self, url: &str) -> Got {
        self.send(self.devops("GET", url)).await
    }

    pub(crate) async fn devops_json(&self, method: &str, url: &str, body: &Value) -> Got {
        self.send(self.devops(method, url).json(body)).await
    }

    /// A change in json-patch.
    pub(crate) async fn devops_patch(&self, url: &str, body: &Value) -> Got {
        let request = self.devops("PATCH", url).body(body.to_string());
        let media = "application/json-patch+json; charset=utf-8";
        self.send(request.header("Content-Type", media)).await
    }

    pub(crate) fn graph(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("graph.microsoft.com/v1.0/{path}");
        self.request(method, &url).bearer_auth("sandbox-graph")
    }

    pub(crate) async fn graph_get(&self, path: &str) -> Got {
        self.send(self.graph("GET", path)).await
    }

    pub(crate) async fn graph_json(&self, method: &str, path: &str, body: &Value) -> Got {
        self.send(self.graph(method, path).json(body)).await
    }

    pub(crate) async fn hook(&self, path: &str, body: &Value) -> Got {
        let request = self.request("POST", &format!("_sandbox/{path}"));
        self.send(request.json(body)).await
    }

    /// Puts the clock forward.
    pub(crate) async fn forward(&self, advance_ms: u32) {
        let body = serde_json::json!({ "advance_ms": advance_ms });
        let got = self.hook("clock", &body).await;
        assert_eq!(got.status, 200, "{}", got.text);
    }

    /// Presses Connect.
    pub(crate) async fn connect(&self) {
        let got = self.send(self.request("POST", "_sandbox/connect")).await;
        assert_eq!(got.status, 200, "{}", got.text);
    }

    /// The graph user of that name.
    pub(crate) async fn graph_user(&self, principal_name: &str) -> Value {
        let url = "vssps.dev.azure.com/contoso/_apis/graph/users";
        let users = self.devops_get(url).await.ok();
        let named = |user: &&Value| user["principalName"] == principal_name;
        let user = users["value"].as_array().unwrap().iter().find(named);
        user.unwrap_or_else(|| panic!("no {principal_name}: {users}"))
            .clone()
    }
}

/// A client that trusts a sandbox and nobody else.
pub(crate) fn trusting(running: &Running) -> reqwest::ClientBuilder {
    let pem = running.authority().map(str::as_bytes);
    let trusted = pem.map(|pem| reqwest::Certificate::from_pem(pem).unwrap());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tls_certs_only(trusted)
}

/// The world of a snapshot, with something in its file changed.
pub(crate) fn edited(live: &Live, edit: impl FnOnce(&mut Value)) -> Options {
    let world = World::from_live(live).unwrap();
    let mut file = serde_json::to_value(&world).unwrap();
    edit(&mut file);
    Options::new(serde_json::from_value(file).unwrap())
}

/// The world of a snapshot in which the one who asks administers nothing.
pub(crate) fn without_rights(live: &Live, edit: impl FnOnce(&mut Value)) -> Options {
    edited(live, |file| {
        let groups = &mut file["organization"]["holdings"]["groups"];
        for group in groups.as_object_mut().unwrap().values_mut() {
            group["members"] = Value::Array(Vec::new());
        }
        edit(file);
    })
}
