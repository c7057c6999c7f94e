//! How Azure DevOps writes its users and access levels. Borrowed from the world and written
//! straight into the body: a page of a list costs no copy of the people on it.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::world::{Entitlement, Member, MemberKind, ProjectRole, Stamp};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::{OrganizationName, StorageKey, TenantId};
use orgctl_model::live::{MemberStatus, Origin, UserType};

use super::levels::LevelWords;

/// A text that is put together while it is written.
pub(crate) struct Written<T>(T);

impl<T: fmt::Display> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Where something of a subject is found.
#[derive(Clone, Copy)]
struct Href<'a> {
    host: &'a str,
    organization: &'a str,
    route: &'a str,
    descriptor: &'a str,
}

impl fmt::Display for Href<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host,
            organization,
            route,
            descriptor,
        } = self;
        write!(
            f,
            "https://{host}/{organization}/_apis/{route}/{descriptor}"
        )
    }
}

#[derive(Serialize)]
struct Link<'a> {
    href: Written<Href<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Links<'a> {
    #[serde(rename = "self")]
    itself: Link<'a>,
    memberships: Link<'a>,
    membership_state: Link<'a>,
    storage_key: Link<'a>,
    avatar: Link<'a>,
}

/// A user of the graph.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GraphUser<'a> {
    subject_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory_alias: Option<&'a str>,
    domain: Domain,
    principal_name: &'a str,
    /// The empty text where there is none: the service writes that, `null` and nothing alike.
    mail_address: &'a str,
    origin: &'static str,
    origin_id: OriginId<'a>,
    display_name: &'a str,
    #[serde(rename = "_links")]
    links: Links<'a>,
    url: Written<Href<'a>>,
    descriptor: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Domain {
    Tenant(TenantId),
    Named(&'static str),
}

#[derive(Serialize)]
#[serde(untagged)]
enum OriginId<'a> {
    Guid(Uuid),
    Puid(&'a str),
}

impl<'a> GraphUser<'a> {
    pub(crate) fn new(
        organization: &'a OrganizationName,
        key: StorageKey,
        member: &'a Member,
    ) -> Self {
        let organization = organization.as_str();
        let descriptor = member.descriptor.as_str();
        let at = |host, route| {
            Written(Href {
                host,
                organization,
                route,
                descriptor,
            })
        };
        let identity = |route| at("vssps.dev.azure.com", route);
        let link = |route| Link {
            href: identity(route),
        };
        Self {
            subject_kind: match member.kind {
                MemberKind::Person => USER,
                MemberKind::ManagedIdentity | MemberKind::ServicePrincipal => "servicePrincipal",
            },
            meta_type: meta_type(member),
            application_id: application_id(member),
            directory_alias: member.directory_alias.as_deref(),
            domain: domain(member),
            principal_name: &member.principal_name,
            mail_address: member.mail.as_deref().unwrap_or_default(),
            origin: origin(member.origin),
            origin_id: origin_id(key, member),
            display_name: &member.display_name,
            links: Links {
                itself: link("Graph/Users"),
                memberships: link("Graph/Memberships"),
                membership_state: link("Graph/MembershipStates"),
                storage_key: link("Graph/StorageKeys"),
                avatar: Link {
                    href: at("dev.azure.com", "GraphProfile/MemberAvatars"),
                },
            },
            url: identity("Graph/Users"),
            descriptor,
        }
    }
}

/// The kind of subject that people are, and whoever is listed among them.
const USER: &str = "user";

/// An application signs in under its own id, unless that is not known: then under that of its object.
fn application_id(member: &Member) -> Option<Uuid> {
    if member.kind.is_person() {
        return None;
    }
    let id: Uuid = member.principal_name.parse().ok()?;
    let is_own = member.object_id.is_none_or(|object| object.guid() != id);
    is_own.then_some(id)
}

fn meta_type(member: &Member) -> Option<&'static str> {
    match (member.kind, member.user_type) {
        (MemberKind::ManagedIdentity, _) => Some("managedIdentity"),
        (MemberKind::ServicePrincipal, _) => Some("application"),
        (MemberKind::Person, Some(UserType::Member)) => Some("member"),
        (MemberKind::Person, Some(UserType::Guest)) => Some("guest"),
        (MemberKind::Person, None) => None,
    }
}

fn domain(member: &Member) -> Domain {
    match (member.origin, member.tenant) {
        (Origin::Directory, Some(tenant)) => Domain::Tenant(tenant),
        (Origin::Directory | Origin::Personal, _) => Domain::Named("Windows Live ID"),
        (Origin::Other, _) => Domain::Named("LOCAL AUTHORITY"),
    }
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Personal => "msa",
        Origin::Directory => "aad",
        Origin::Other => "vsts",
    }
}

fn origin_id(key: StorageKey, member: &Member) -> OriginId<'_> {
    match (member.origin, member.object_id, &member.personal) {
        (Origin::Directory, Some(id), _) => OriginId::Guid(id.guid()),
        (Origin::Personal, _, Some(personal)) => OriginId::Puid(&personal.puid),
        (Origin::Other, _, _) => OriginId::Guid(key.guid()),
        // Invited and never bound.
        (Origin::Directory | Origin::Personal, _, _) => OriginId::Guid(Uuid::nil()),
    }
}

/// Somebody's access level and what hangs on it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserEntitlement<'a> {
    user: GraphUser<'a>,
    extensions: [(); 0],
    id: StorageKey,
    access_level: AccessLevel,
    last_accessed_date: Moment,
    date_created: Moment,
    project_entitlements: Option<Vec<ProjectEntitlement<'a>>>,
    group_assignments: Option<Vec<Value>>,
}

/// Which parts of an entitlement are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// A list without `select`: the lists are there, and empty.
    Plain,
    /// Everything.
    Full,
    /// The way one answer to a change writes it: lists are `null`, dates are year 1 without a zone.
    Hollow,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessLevel {
    licensing_source: &'static str,
    account_license_type: &'static str,
    msdn_license_type: &'static str,
    git_hub_license_type: &'static str,
    license_display_name: &'static str,
    status: &'static str,
    status_message: &'static str,
    assignment_source: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Moment {
    Known(Written<Spelled>),
    Word(&'static str),
}

/// A moment in the spelling of the service.
struct Spelled(Stamp);

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.devops(), f)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectEntitlement<'a> {
    group: ProjectGroup<'a>,
    project_ref: ProjectRef<'a>,
    team_refs: [(); 0],
    project_permission_inherited: &'static str,
    assignment_source: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProjectGroup<'a> {
    group_type: &'a str,
    display_name: &'a str,
}

#[derive(Serialize)]
struct ProjectRef<'a> {
    id: Uuid,
    name: &'a str,
}

const NEVER: &str = "0001-01-01T00:00:00Z";
const NEVER_WITHOUT_ZONE: &str = "0001-01-01T00:00:00";

impl<'a> UserEntitlement<'a> {
    pub(crate) fn new(
        organization: &'a OrganizationName,
        (key, member): (StorageKey, &'a Member),
        entitlement: &'a Entitlement,
        detail: Detail,
    ) -> Self {
        let projects = || entitlement.projects.iter().map(project_entitlement);
        let moment = |stamp: Option<Stamp>| match (detail, stamp) {
            (Detail::Hollow, _) => Moment::Word(NEVER_WITHOUT_ZONE),
            (Detail::Plain | Detail::Full, None) => Moment::Word(NEVER),
            (Detail::Plain | Detail::Full, Some(stamp)) => Moment::Known(Written(Spelled(stamp))),
        };
        let user = GraphUser {
            subject_kind: USER,
            application_id: None,
            ..GraphUser::new(organization, key, member)
        };
        Self {
            user,
            extensions: [],
            id: key,
            access_level: AccessLevel::new(entitlement),
            last_accessed_date: moment(entitlement.last_access),
            date_created: moment(Some(entitlement.created)),
            project_entitlements: match detail {
                Detail::Plain => Some(Vec::new()),
                Detail::Full => Some(projects().collect()),
                Detail::Hollow => None,
            },
            group_assignments: (detail != Detail::Hollow).then(Vec::new),
        }
    }

    /// The same with the rules on the groups that the person is in.
    pub(crate) fn assigned(mut self, rules: Vec<Value>) -> Self {
        self.group_assignments = Some(rules);
        self
    }
}

/// Membership of a project, as it is written.
pub(crate) fn project_entitlement<'a>(
    (id, role): (&Uuid, &'a ProjectRole),
) -> ProjectEntitlement<'a> {
    ProjectEntitlement {
        group: ProjectGroup {
            group_type: &role.group,
            display_name: group_title(&role.group),
        },
        project_ref: ProjectRef {
            id: *id,
            name: &role.name,
        },
        team_refs: [],
        project_permission_inherited: if role.by_group {
            "inherited"
        } else {
            "notInherited"
        },
        assignment_source: if role.by_group {
            "groupRule"
        } else {
            "unknown"
        },
    }
}

/// What the portal calls a kind of group.
fn group_title(kind: &str) -> &'static str {
    match kind.to_ascii_lowercase().as_str() {
        "projectadministrator" => "Project Administrators",
        "projectcontributor" => "Contributors",
        "projectreader" => "Readers",
        "projectstakeholder" => "Stakeholders",
        _ => "",
    }
}

impl AccessLevel {
    fn new(entitlement: &Entitlement) -> Self {
        Self {
            status: match entitlement.status {
                MemberStatus::Active => "active",
                MemberStatus::Pending => "pending",
                MemberStatus::Disabled => "disabled",
                MemberStatus::Other => "none",
            },
            assignment_source: if entitlement.by_rule {
                "groupRule"
            } else {
                "unknown"
            },
            ..Self::of(entitlement.level)
        }
    }

    /// A level that is nobody's.
    pub(crate) const fn of(level: EffectiveLevel) -> Self {
        let words = LevelWords::of(level);
        Self {
            licensing_source: words.source,
            account_license_type: words.account,
            msdn_license_type: words.msdn,
            git_hub_license_type: words.git_hub,
            license_display_name: words.display,
            status: "none",
            status_message: "",
            assignment_source: "none",
        }
    }
}
