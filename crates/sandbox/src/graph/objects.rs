//! Objects of the directory that are not users, and any object by its id, as answers show them.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::world::{Application, DirectoryGroup, Stamp, World, role_name};
use orgctl_model::ids::ObjectId;

use super::error::Refusal;
use super::list::page::Thing;
use super::shape::{GROUP, ROLE, SERVICE_PRINCIPAL, Shape, USER};
use super::users::json::{Fields, UserJson};

/// Every kind of object that can be in a mixed list.
const SHAPES: [&Shape; 4] = [&USER, &GROUP, &ROLE, &SERVICE_PRINCIPAL];

pub(super) fn group(id: ObjectId, group: &DirectoryGroup, deleted: Option<Stamp>) -> Thing {
    let dynamic = group.membership_rule.as_ref().map(|_| "On");
    let primary = group.mail.iter().map(|mail| format!("SMTP:{mail}"));
    let proxy_addresses: Vec<String> = primary.collect();
    let value = json!({
        "id": id,
        "deletedDateTime": deleted.map(|stamp| stamp.graph().to_string()),
        "createdDateTime": group.created.graph().to_string(),
        "description": group.description,
        "displayName": group.display_name,
        "groupTypes": group.types,
        "isAssignableToRole": group.role_assignable.then_some(true),
        "mail": group.mail,
        "mailEnabled": group.mail_enabled,
        "mailNickname": group.mail_nickname,
        "membershipRule": group.membership_rule,
        "membershipRuleProcessingState": dynamic,
        "onPremisesSyncEnabled": group.synced.then_some(true),
        "proxyAddresses": proxy_addresses,
        "securityEnabled": group.security_enabled,
        "visibility": null,
    });
    Thing::new(id, value)
}

pub(super) fn role(world: &World, template: Uuid) -> Thing {
    let id = world.role_object(template);
    let value = json!({
        "id": id,
        "deletedDateTime": null,
        "description": null,
        "displayName": role_name(template),
        "roleTemplateId": template,
    });
    Thing::new(id, value)
}

fn application(id: ObjectId, client: &str, application: &Application) -> Thing {
    let value = json!({
        "id": id,
        "deletedDateTime": null,
        "accountEnabled": true,
        "appId": client,
        "displayName": application.display_name,
        "servicePrincipalType":
            if application.managed_identity { "ManagedIdentity" } else { "Application" },
    });
    Thing::new(id, value)
}

/// What a mixed list selects: each object gives what it has of it.
#[derive(Debug)]
pub(super) struct Selection {
    names: Option<Vec<String>>,
}

impl Selection {
    pub(super) fn read(select: Option<&str>) -> Result<Self, Refusal> {
        let given = select.map(str::trim).filter(|s| !s.is_empty() && *s != "*");
        let Some(select) = given else {
            return Ok(Self { names: None });
        };
        let names: Vec<String> = select.split(',').map(|n| n.trim().to_owned()).collect();
        for name in &names {
            if SHAPES.iter().all(|shape| shape.property(name).is_none()) {
                return Err(Refusal::bad(format!(
                    "Could not find a property named '{name}' on type \
                     'microsoft.graph.directoryObject'."
                )));
            }
        }
        Ok(Self { names: Some(names) })
    }

    fn of(&self, shape: &Shape) -> Option<Vec<&'static str>> {
        let names = self.names.as_ref()?.iter();
        Some(
            names
                .filter_map(|name| Some(shape.property(name)?.0))
                .collect(),
        )
    }
}

/// An object of the directory, by the name of its type.
pub(super) fn object(world: &World, id: ObjectId, selection: &Selection) -> Option<Thing> {
    if let Some(row) = world.user(id) {
        let fields = Fields::named(selection.of(&USER));
        let json = UserJson::plain(world, id, row, &fields);
        let value = serde_json::to_value(&json).ok()?;
        return Some(typed("user", Thing::new(id, value)));
    }
    let (shape, thing) = if let Some(row) = world.directory_group(id) {
        (&GROUP, group(id, row, None))
    } else if let Some((client, row)) = world.application_of(id) {
        (&SERVICE_PRINCIPAL, application(id, client, row))
    } else {
        let (template, _) = world.role(id.guid())?;
        (&ROLE, role(world, template))
    };
    let names = selection.of(shape);
    Some(typed(shape.name, thing.selected(shape, names.as_deref())))
}

/// The name of an object's type, if there is one of that id.
pub(super) fn kind_of(world: &World, id: ObjectId) -> Option<&'static str> {
    if world.user(id).is_some() {
        return Some(USER.name);
    }
    if world.directory_group(id).is_some() {
        return Some(GROUP.name);
    }
    if world.application_of(id).is_some() {
        return Some(SERVICE_PRINCIPAL.name);
    }
    world.role(id.guid()).map(|_| ROLE.name)
}

/// The same with its type in front.
pub(super) fn typed(kind: &str, thing: Thing) -> Thing {
    let kind = Value::from(format!("#microsoft.graph.{kind}"));
    let first = std::iter::once(("@odata.type".to_owned(), kind));
    let map: Map<String, Value> = first.chain(thing.map).collect();
    Thing { map, ..thing }
}

/// The type that a cast such as `microsoft.graph.user` means.
pub(super) fn cast(segment: &str) -> Option<&'static Shape> {
    let name = segment.strip_prefix("microsoft.").unwrap_or(segment);
    let name = name.strip_prefix("graph.")?;
    SHAPES
        .into_iter()
        .find(|shape| shape.name.eq_ignore_ascii_case(name))
}
