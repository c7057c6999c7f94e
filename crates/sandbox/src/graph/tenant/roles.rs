//! Directory roles, who has them, and what can be given.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{BUILT_IN, World, derived_guid};
use orgctl_model::ids::ObjectId;

use crate::graph::error::Refusal;
use crate::graph::list::expand::Expand;
use crate::graph::list::page::{Listing, Thing, whole};
use crate::graph::list::query::refuse_top;
use crate::graph::objects::{self, Selection, object};
use crate::graph::shape::ROLE;
use crate::graph::shape::tenant::{ROLE_ASSIGNMENT, ROLE_DEFINITION};
use crate::graph::users::relations;
use crate::graph::{Answer, Call};

/// `GET /directoryRoles`: the activated ones.
pub(crate) fn list(call: &Call<'_>) -> Answer {
    refuse_top(call.request)?;
    let expand = Expand::read(call, &ROLE)?;
    let things = call.shared.read(|world| {
        let role = |template: &Uuid| {
            let mut thing = objects::role(world, *template);
            for (name, value) in expand.of(world, thing.id) {
                thing.map.insert(name.to_owned(), value);
            }
            thing
        };
        world.roles().keys().map(role).collect()
    });
    let listing = Listing {
        shape: &ROLE,
        context: "directoryRoles",
    };
    whole(call, &listing, things)
}

/// `GET /directoryRoles/{id}/members`, by object id or `roleTemplateId={id}`.
pub(crate) fn members(call: &Call<'_>) -> Answer {
    refuse_top(call.request)?;
    let key = call.key(0);
    let (id, by_template) = match key.split_once('=') {
        None => (key, false),
        Some((_, template)) => (template.trim_matches('\''), true),
    };
    call.shared.read(|world| {
        let id: Option<Uuid> = id.parse().ok();
        let role = id.and_then(|id| {
            let (template, who) = world.role(id)?;
            // A template id is no object id, so the plain form does not take it.
            ((template == id) == by_template).then_some(who)
        });
        let who = role.ok_or_else(|| Refusal::missing(key))?;
        relations::objects(call, world, who, None)
    })
}

/// `GET /roleManagement/directory/roleAssignments`
pub(crate) fn assignments(call: &Call<'_>) -> Answer {
    let expand = call.request.query("$expand").unwrap_or_default().trim();
    let known = ["", "principal", "roleDefinition"];
    if !known.iter().any(|known| known.eq_ignore_ascii_case(expand)) {
        return Err(Refusal::bad(format!(
            "Parsing OData Select and Expand failed: '{expand}' cannot be expanded."
        )));
    }
    let everything = Selection::read(None)?;
    let things = call.shared.read(|world| {
        let mut things = Vec::new();
        for (template, holders) in world.roles() {
            for holder in holders {
                let mut thing = assignment(*template, *holder);
                if expand.eq_ignore_ascii_case("principal")
                    && let Some(principal) = object(world, *holder, &everything)
                {
                    thing
                        .map
                        .insert("principal".to_owned(), Value::Object(principal.map));
                }
                if expand.eq_ignore_ascii_case("roleDefinition") {
                    let definition = definition(*template).map;
                    thing
                        .map
                        .insert("roleDefinition".to_owned(), Value::Object(definition));
                }
                things.push(thing);
            }
        }
        things
    });
    let listing = Listing {
        shape: &ROLE_ASSIGNMENT,
        context: "roleManagement/directory/roleAssignments",
    };
    whole(call, &listing, things)
}

fn assignment(template: Uuid, holder: ObjectId) -> Thing {
    let id = derived_guid(&["assignment", &template.to_string(), &holder.to_string()]);
    let value = json!({
        "id": id.simple().to_string(),
        "principalId": holder,
        "roleDefinitionId": template,
        "directoryScopeId": "/",
    });
    Thing::new(ObjectId::new(id), value)
}

fn definition(template: Uuid) -> Thing {
    let value = json!({
        "id": template,
        "displayName": crate::world::role_name(template),
        "description": null,
        "isBuiltIn": true,
        "isEnabled": true,
        "resourceScopes": ["/"],
        "rolePermissions": [],
        "templateId": template,
        "version": "1",
    });
    Thing::new(ObjectId::new(template), value)
}

/// `GET /roleManagement/directory/roleDefinitions`
pub(crate) fn definitions(call: &Call<'_>) -> Answer {
    let built_in = BUILT_IN.iter().filter_map(|(id, _)| id.parse().ok());
    let mut templates: Vec<Uuid> = built_in.collect();
    let more = call
        .shared
        .read(|world: &World| world.roles().keys().copied().collect::<Vec<_>>());
    templates.extend(more);
    templates.sort();
    templates.dedup();
    let listing = Listing {
        shape: &ROLE_DEFINITION,
        context: "roleManagement/directory/roleDefinitions",
    };
    whole(
        call,
        &listing,
        templates.into_iter().map(definition).collect(),
    )
}
