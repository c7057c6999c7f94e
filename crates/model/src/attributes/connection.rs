//! The connection: what backs the organization.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Attributes;
use super::content::Content;
use crate::desired::ConnectWith;
use crate::ids::{RemoteId, TenantId};
use crate::live::Connection;

/// What backs the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionAttributes {
    /// The tenant; absent while personal Microsoft accounts sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Who presses Connect.
    pub connect_with: ConnectWith,
}

impl ConnectionAttributes {
    /// What the service shows once it is so.
    pub fn shown(&self) -> Connection {
        self.tenant.map_or(Connection::Personal, Connection::Tenant)
    }

    /// What it is called in the state: the tenant, or zeros for none.
    pub fn remote_id(&self) -> RemoteId {
        RemoteId::TenantId(self.tenant.unwrap_or(TenantId::NONE))
    }
}

impl Content for ConnectionAttributes {
    fn headline(&self) -> Cow<'_, str> {
        self.tenant
            .map_or(Cow::Borrowed("personal accounts"), |id| {
                Cow::Owned(format!("tenant {id}"))
            })
    }

    fn is_same(&self, other: &Attributes) -> Option<bool> {
        Some(self.tenant == other.connection()?.tenant)
    }
}
