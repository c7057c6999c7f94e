//! Applications that sign in to the tenant, with what, and what they may do.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use orgctl_model::ids::ObjectId;

use crate::world::World;
use crate::world::time::stamp::derived_guid;

/// An application that is registered in the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Application {
    /// The name that administrators see.
    pub(crate) display_name: String,
    /// Permissions without a person, such as `User.Invite.All`. A token holds those of its day.
    pub(crate) roles: BTreeSet<String>,
    /// Secrets that it may sign in with. The sandbox's secrets are public.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) secrets: BTreeSet<String>,
    /// Certificates that it may sign in with: DER in standard base64.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) certificates: Vec<String>,
    /// Foreign tokens that it may sign in with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) federated: Vec<FederatedCredential>,
    /// Whether virtual machines and App Service have it as their identity.
    pub(crate) managed_identity: bool,
    /// The number of the error that every sign-in of it ends with, such as 7000112.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused_with: Option<u32>,
}

/// A foreign token that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FederatedCredential {
    /// Who issues it.
    pub(crate) issuer: String,
    /// Whom it is about.
    pub(crate) subject: String,
    /// Whom it is for.
    #[serde(default = "exchange_audience")]
    pub(crate) audience: String,
}

/// The audience of the documentation on workload identity federation.
fn exchange_audience() -> String {
    "api://AzureADTokenExchange".to_owned()
}

/// The object that an application is in the tenant.
fn object_of(client: &str) -> ObjectId {
    ObjectId::new(derived_guid(&["service principal", client]))
}

impl World {
    /// The registered applications, by client id in lower case.
    pub(crate) const fn applications(&self) -> &BTreeMap<String, Application> {
        &self.document.directory.applications
    }

    /// An application and its object in the tenant.
    pub(crate) fn application(&self, client: &str) -> Option<(ObjectId, &Application)> {
        let client = client.to_lowercase();
        let application = self.applications().get(&client)?;
        Some((object_of(&client), application))
    }

    /// The application that is that object in the tenant.
    pub(crate) fn application_of(&self, id: ObjectId) -> Option<(&str, &Application)> {
        let mut all = self.applications().iter();
        let found = all.find(|(client, _)| object_of(client) == id);
        found.map(|(client, application)| (client.as_str(), application))
    }
}
