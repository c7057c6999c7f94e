//! What the page shows, taken from the world. The template decides how.

use askama::Template;

use crate::request::Request;
use crate::world::World;
use orgctl_model::ids::TenantId;

use super::STYLE;
use super::people::{Asked, People, Standing, shown};

/// The page.
#[derive(Template)]
#[template(path = "organization_aad.html")]
pub(super) struct View<'a> {
    style: &'static str,
    organization: String,
    /// Name and sign-in name of the person who looks at the page.
    caller: (String, String),
    may_press: bool,
    refusal: Option<&'a str>,
    /// The directory that backs the organization.
    connected: Option<Directory>,
    /// The directory to which it can be connected.
    offered: Directory,
    /// Whether another one backs it, so that it can be switched.
    can_switch: bool,
    /// A change that the tenant header does not show yet.
    is_unseen: bool,
    users: usize,
    disconnected: usize,
    asked: Asked,
    people: People,
}

/// A directory.
pub(super) struct Directory {
    /// Its name; none for one of which the world knows nothing.
    name: Option<String>,
    id: TenantId,
    domain: Option<String>,
}

impl<'a> View<'a> {
    pub(super) fn new(world: &World, request: &Request, refusal: Option<&'a str>) -> Self {
        let caller = world.caller();
        let caller = caller.map(|(_, caller)| (&*caller.display_name, &*caller.principal_name));
        let (name, principal_name) = caller.unwrap_or_default();
        let directory = world.directory();
        let offered = || Directory {
            name: Some(shown(&directory.display_name)),
            id: directory.tenant,
            domain: Some(shown(directory.default_domain())),
        };
        let connected = world.organization().tenant.map(|tenant| {
            if tenant == directory.tenant {
                return offered();
            }
            Directory {
                name: None,
                id: tenant,
                domain: None,
            }
        });
        let members = || {
            world
                .members_after(None)
                .filter(|(_, member)| !member.removed)
        };
        let asked = Asked::of(request);
        Self {
            style: STYLE,
            organization: shown(world.organization().name.as_str()),
            caller: (shown(name), shown(principal_name)),
            may_press: world.caller_is_administrator(),
            refusal,
            can_switch: connected
                .as_ref()
                .is_some_and(|now| now.id != directory.tenant),
            connected,
            offered: offered(),
            is_unseen: world.organization().unseen.is_some(),
            users: members().count(),
            disconnected: members().filter(|(_, member)| member.disconnected).count(),
            people: People::of(world, &asked),
            asked,
        }
    }
}
