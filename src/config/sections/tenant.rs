//! `[tenant]`: which tenant is to back the organization, and how it comes to.

use miette::SourceSpan;
use toml::de::DeTable;

use crate::config::declare::section;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::values::{TenantGuid, Text};
use crate::model::desired::{ConnectWith, DesiredConnection, TenantRef};

section! {
    /// A Microsoft Entra tenant, named by `id` or by `domain`.
    #[shape({ "oneOf": [{ "required": ["id"] }, { "required": ["domain"] }] })]
    #[look_at(says_which)]
    Tenant {
        /// Its GUID.
        id: TenantGuid = "aaaabbbb-0000-cccc-1111-dddd2222eeee",
        /// One of its verified domains; the id is looked up without credentials.
        #[shape({ "pattern": r"^[^@/\s]+\.[^@/\s]+$" })]
        domain: Text = "contoso.com",
        /// Whether the tenant backs the organization, or is to be left: then personal Microsoft accounts
        /// sign in, and nothing of `[members]` and `[guests]` is applied.
        #[default(DesiredConnection::default())]
        connection: DesiredConnection = "connected",
        /// The GUID of another tenant that backs the organization today and may be given up. What
        /// depends on it is lost, such as groups of that tenant and their permissions.
        replaces: TenantGuid = "bbbbcccc-1111-dddd-2222-eeee3333ffff",
        /// Who connects the organization: a person in the portal, or a route that Microsoft has not
        /// documented.
        #[default(ConnectWith::default())]
        connect_with: ConnectWith = "portal",
    }
}

/// The tenant has two names, and one of them must be there.
fn says_which(table: &DeTable<'_>, header: SourceSpan, remarks: &mut Remarks) {
    if !table.contains_key("id") && !table.contains_key("domain") {
        remarks.push(Remark::new(
            Code::MissingKey,
            "`[tenant]` does not say which tenant",
            header,
            "neither `id` nor `domain` is given",
            "add `domain = \"contoso.com\"`, or `id` with the GUID of the tenant",
        ));
    }
}

impl Tenant {
    /// The tenant by the name that the file gives it.
    pub(in crate::config) fn named(&self) -> Option<TenantRef> {
        match (&self.id, &self.domain) {
            (Some(id), _) => id.value.map(TenantRef::Id),
            (None, Some(domain)) => Some(TenantRef::Domain(domain.value.to_lowercase())),
            (None, None) => None,
        }
    }
}
