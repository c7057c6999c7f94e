//! The shape of org.toml as editors see it: a JSON Schema, made from types that are nothing else.
//!
//! The types mirror what [`super::read`] takes; tests hold the two together. They are never
//! built: what reading gives has a place in the text for every value, which a schema has not.

#![expect(
    dead_code,
    reason = "the schema is derived from the fields, nothing reads them"
)]

use std::collections::BTreeMap;

use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;

use super::{DEFAULT_NOTICES_FOLDER, DEFAULT_STATE_URL};
use crate::model::access::AccessLevel;
use crate::model::desired::{ConnectWith, DesiredConnection, Guards as Numbers, Unlisted};
use crate::model::notice::{Deliver, Language};
use crate::model::project::ProjectRole;

/// The JSON Schema of org.toml (draft 2020-12).
pub fn json_schema() -> Value {
    SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(without_null))
        .into_generator()
        .into_root_schema_for::<OrgToml>()
        .to_value()
}

/// TOML has no null: a key that may be absent is just not required.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = std::mem::take(only);
            schema.remove("anyOf");
            for (key, value) in only {
                schema.insert(key, value);
            }
        }
    }
}

/// A person, by e-mail address or user principal name. Upper and lower case do not differ.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(extend("pattern" = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"))]
struct Address(String);

/// What an Azure DevOps organization is to look like on its Microsoft Entra tenant.
#[derive(JsonSchema)]
#[schemars(title = "org.toml", deny_unknown_fields)]
struct OrgToml {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The organization.
    organization: Organization,
    /// The Microsoft Entra tenant that is to back it.
    tenant: Tenant,
    /// The mapping list: who signs in today, and who that is in the directory.
    members: Option<BTreeMap<Address, Member>>,
    /// People without an address in the directory, who are invited to it.
    guests: Option<BTreeMap<Address, Guest>>,
    /// Unwanted users, each with the reason why they go.
    remove: Option<BTreeMap<Address, Reason>>,
    /// Policies of the organization; one that is not named is left as it is.
    policies: Option<Policies>,
    /// What happens to tokens and keys before the organization is connected.
    credentials: Option<Credentials>,
    /// How people are told of the move; without it nobody is.
    notices: Option<Notices>,
    /// The safety rules.
    guards: Option<Guards>,
    /// The record of what orgctl has applied.
    state: Option<State>,
}

/// An Azure DevOps organization.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Organization {
    /// Its name: the last part of `https://dev.azure.com/contoso`.
    #[schemars(extend("pattern" = "^[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?$"))]
    name: String,
    /// Who must never be locked out, by the sign-in name of today or of after the move.
    owner: Option<Address>,
}

/// A Microsoft Entra tenant, named by `id` or by `domain`.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("oneOf" = [{ "required": ["id"] }, { "required": ["domain"] }])
)]
struct Tenant {
    /// Its GUID.
    #[schemars(extend("format" = "uuid"))]
    id: Option<String>,
    /// One of its verified domains; the id is looked up without credentials.
    #[schemars(extend("pattern" = r"^[^@/\s]+\.[^@/\s]+$"))]
    domain: Option<String>,
    /// Whether the tenant backs the organization, or is to be left: then personal Microsoft accounts
    /// sign in, and nothing of `[members]` and `[guests]` is applied.
    #[schemars(extend("default" = DesiredConnection::Connected.as_str()))]
    connection: Option<DesiredConnection>,
    /// The GUID of another tenant that backs the organization today and may be given up. What
    /// depends on it is lost, such as groups of that tenant and their permissions.
    #[schemars(extend("format" = "uuid"))]
    replaces: Option<String>,
    /// Who connects the organization: a person in the portal, or a route that Microsoft has not
    /// documented.
    #[schemars(extend("default" = ConnectWith::Portal.as_str()))]
    connect_with: Option<ConnectWith>,
}

/// Who a member is in the directory: an address, or a table that says more.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Member {
    /// The address in the directory.
    To(Address),
    /// The address in the directory, and more.
    Table(MemberTable),
}

/// Who a member is in the directory, and what else is wanted of them.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend(
        "if" = { "properties": { "create": { "const": true } }, "required": ["create"] },
        "then" = { "required": ["name"] }
    )
)]
struct MemberTable {
    /// The address in the directory.
    to: Address,
    /// Create that identity where the directory does not have it. Needs `name`.
    #[schemars(extend("default" = false))]
    create: Option<bool>,
    /// The name that others see, for an identity that is created.
    #[schemars(extend("pattern" = r"\S"))]
    name: Option<String>,
    /// The access level; without it the level stays as it is.
    access: Option<AccessLevel>,
    /// What they are in which projects; others stay as they are.
    projects: Option<BTreeMap<Project, ProjectRole>>,
}

/// A guest of the tenant. An empty table is enough.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Guest {
    /// The name that others see.
    #[schemars(extend("pattern" = r"\S"))]
    name: Option<String>,
    /// The access level; without it the level stays as it is, and somebody new gets `stakeholder`.
    access: Option<AccessLevel>,
    /// What they are in which projects; others stay as they are.
    projects: Option<BTreeMap<Project, ProjectRole>>,
    /// The text in the invitation.
    #[schemars(extend("pattern" = r"\S"))]
    message: Option<String>,
    /// Send the invitation again to a guest who has not accepted it. It is sent once; for another
    /// time delete the key, apply, and write it again.
    #[schemars(extend("default" = false))]
    resend: Option<bool>,
    /// Let a guest who has accepted accept anew, with whatever account. Until then they cannot sign
    /// in. It is done once; for another time delete the key, apply, and write it again.
    #[schemars(extend("default" = false))]
    reset_redemption: Option<bool>,
}

/// The name of a project, as the portal shows it. Case makes no difference.
#[derive(PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(extend("pattern" = r"\S"))]
struct Project(String);

/// Why somebody goes, for whoever reviews the plan.
#[derive(JsonSchema)]
#[schemars(extend("pattern" = r"\S"))]
struct Reason(String);

/// Policies of the organization, as the switches in the portal show them.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Policies {
    /// "External guest access": people from outside of the tenant may be users.
    external_guest_access: Option<bool>,
    /// "Third-party application access via OAuth".
    oauth_access: Option<bool>,
    /// "SSH authentication".
    ssh_access: Option<bool>,
    /// "Log audit events".
    audit_log: Option<bool>,
    /// "Allow public projects": nobody has to sign in to see them.
    anonymous_access: Option<bool>,
    /// Whether policies may be written that the service calls `Disallow…`. Microsoft does not
    /// document whether their values mean what the name says; compare with the portal first.
    #[schemars(extend("default" = false))]
    write_inverted: Option<bool>,
}

/// What happens to tokens and keys before the organization is connected.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Credentials {
    /// Revoke everybody's SSH keys. They have to be made anew after the move in any case.
    #[schemars(extend("default" = false))]
    revoke_ssh_keys: Option<bool>,
    /// Revoke everybody's personal access tokens.
    #[schemars(extend("default" = false))]
    revoke_tokens: Option<bool>,
}

/// How people are told of the move.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Notices {
    /// In which language.
    #[schemars(extend("default" = Language::En.as_str()))]
    language: Option<Language>,
    /// By which way: files for somebody to hand on, or mail by way of Microsoft Graph.
    #[schemars(extend("default" = Deliver::Files.as_str()))]
    deliver: Option<Deliver>,
    /// How many days lie, at least, between the first notice and the connection. Nobody is taken
    /// out and nothing is revoked before that either.
    #[schemars(range(max = 365), extend("default" = 0))]
    lead_days: Option<u32>,
    /// The mailbox that sends, and whom to ask; without it mail goes out from the mailbox of whoever
    /// is signed in. When an application invites, the text of the invitation comes from it too.
    sender: Option<Address>,
    /// A folder with texts that replace those of orgctl, relative to the folder of org.toml.
    #[schemars(extend("pattern" = r"\S"))]
    templates: Option<String>,
    /// The folder that files are written to, relative to the folder of org.toml.
    #[schemars(extend("pattern" = r"\S", "default" = DEFAULT_NOTICES_FOLDER))]
    out: Option<String>,
}

/// The safety rules and their numbers.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Guards {
    /// The most people that one plan may take out of the organization.
    #[schemars(extend("default" = Numbers::MAX_REMOVALS))]
    max_removals: Option<u32>,
    /// The same as a share of the organization, in per cent.
    #[schemars(range(max = 100), extend("default" = Numbers::MAX_REMOVAL_PERCENT))]
    max_removal_percent: Option<u8>,
    /// The most users the organization may have while members are mapped. Above it Azure DevOps
    /// still connects and matches by name; mappings are left out of the plan.
    #[schemars(extend("default" = Numbers::MAX_USERS))]
    max_users: Option<u32>,
    /// What to do about a user of the organization that nothing in this file or the directory
    /// covers: refuse the plan, or warn and go on.
    #[schemars(extend("default" = "refuse"))]
    unlisted_users: Option<Unlisted>,
    /// What to do about users whom only Microsoft support could map, because there are more than
    /// `max_users`: refuse the plan as long as connecting would lock them out, or leave them to
    /// support and go on.
    #[schemars(extend("default" = "refuse"))]
    unmapped_users: Option<Unlisted>,
    /// People who are never removed, also when their own line is deleted.
    protected: Option<Vec<Address>>,
    /// Whether a guest whose line is deleted leaves the directory too, not only the organization.
    #[schemars(extend("default" = false))]
    delete_guests: Option<bool>,
}

/// The record of what orgctl has applied.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct State {
    /// The path of a file, relative to the folder of org.toml; or an object, as `az://container/path`,
    /// `s3://bucket/path` or `gs://bucket/path`.
    #[schemars(extend("default" = DEFAULT_STATE_URL))]
    url: Option<String>,
}
