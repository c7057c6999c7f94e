//! The keys of org.toml table by table, and the words that some of them take.
//!
//! Only names: what a key means is in [`super::file`], how it is read in [`super::read`].

use crate::model::access::AccessLevel;
use crate::model::desired::{ConnectWith, DesiredConnection, Unlisted};
use crate::model::notice::{Deliver, Language};
use crate::model::policy::Policy;
use crate::model::project::ProjectRole;

pub(super) const TOP: &[&str] = &[
    "version",
    "organization",
    "tenant",
    "members",
    "guests",
    "remove",
    "policies",
    "credentials",
    "notices",
    "guards",
    "state",
];
pub(super) const ORGANIZATION: &[&str] = &["name", "owner"];
pub(super) const TENANT: &[&str] = &["id", "domain", "connection", "replaces", "connect_with"];
pub(super) const MEMBER: &[&str] = &["to", "create", "name", "access", "projects"];
pub(super) const GUEST: &[&str] = &[
    "name",
    "access",
    "projects",
    "message",
    "resend",
    "reset_redemption",
];
pub(super) const POLICIES: &[&str] = &[
    Policy::ExternalGuestAccess.as_str(),
    Policy::OauthAccess.as_str(),
    Policy::SshAccess.as_str(),
    Policy::AuditLog.as_str(),
    Policy::AnonymousAccess.as_str(),
    WRITE_INVERTED,
];
/// The one key of `[policies]` that is no policy.
pub(super) const WRITE_INVERTED: &str = "write_inverted";
pub(super) const CREDENTIALS: &[&str] = &["revoke_ssh_keys", "revoke_tokens"];
pub(super) const NOTICES: &[&str] = &[
    "language",
    "deliver",
    "lead_days",
    "sender",
    "templates",
    "out",
];
pub(super) const GUARDS: &[&str] = &[
    "max_removals",
    "max_removal_percent",
    "max_users",
    "unlisted_users",
    "unmapped_users",
    "protected",
    "delete_guests",
];
pub(super) const STATE: &[&str] = &["url"];

pub(super) const ACCESS: [(&str, AccessLevel); 4] = [
    (AccessLevel::Stakeholder.as_str(), AccessLevel::Stakeholder),
    (AccessLevel::Basic.as_str(), AccessLevel::Basic),
    (
        AccessLevel::BasicTestPlans.as_str(),
        AccessLevel::BasicTestPlans,
    ),
    (
        AccessLevel::VisualStudio.as_str(),
        AccessLevel::VisualStudio,
    ),
];
pub(super) const ROLES: [(&str, ProjectRole); 4] = [
    (ProjectRole::Reader.as_str(), ProjectRole::Reader),
    (ProjectRole::Contributor.as_str(), ProjectRole::Contributor),
    (
        ProjectRole::Administrator.as_str(),
        ProjectRole::Administrator,
    ),
    (ProjectRole::Stakeholder.as_str(), ProjectRole::Stakeholder),
];
pub(super) const CONNECT_WITH: [(&str, ConnectWith); 2] = [
    (ConnectWith::Portal.as_str(), ConnectWith::Portal),
    (ConnectWith::Api.as_str(), ConnectWith::Api),
];
pub(super) const DELIVER: [(&str, Deliver); 2] = [
    (Deliver::Files.as_str(), Deliver::Files),
    (Deliver::Graph.as_str(), Deliver::Graph),
];
pub(super) const LANGUAGE: [(&str, Language); 1] = [(Language::En.as_str(), Language::En)];
pub(super) const CONNECTION: [(&str, DesiredConnection); 2] = [
    (
        DesiredConnection::Connected.as_str(),
        DesiredConnection::Connected,
    ),
    (
        DesiredConnection::Disconnected.as_str(),
        DesiredConnection::Disconnected,
    ),
];
pub(super) const UNLISTED: [(&str, Unlisted); 2] =
    [("refuse", Unlisted::Refuse), ("warn", Unlisted::Warn)];

pub(super) const ACCESS_EXAMPLE: &str = "access = \"basic\"";
pub(super) const PROJECTS_EXAMPLE: &str = "projects = { Website = \"contributor\" }";
pub(super) const ROLE_EXAMPLE: &str = "Website = \"contributor\"";
pub(super) const MEMBER_EXAMPLE: &str = "\"lee@outlook.com\" = \"lee@contoso.com\"";
pub(super) const GUEST_EXAMPLE: &str = "\"noor@fabrikam.com\" = { name = \"Noor Haddad\" }";
