//! `$expand`: what an object is related to, inside it.

use serde_json::Value;

use crate::world::World;
use orgctl_model::ids::ObjectId;

use crate::graph::Call;
use crate::graph::error::Refusal;
use crate::graph::objects::{Selection, object};
use crate::graph::shape::Shape;

/// How many related objects are given inside another one.
const MAX_EXPANDED: usize = 20;

/// One relation, for the service expands one in a request.
#[derive(Debug)]
pub(crate) struct Expand(Option<(&'static str, Selection)>);

const RELATIONS: [(&str, &str); 6] = [
    ("group", "members"),
    ("group", "owners"),
    ("directoryRole", "members"),
    ("user", "manager"),
    ("user", "memberOf"),
    ("user", "sponsors"),
];

impl Expand {
    pub(crate) fn read(call: &Call<'_>, shape: &Shape) -> Result<Self, Refusal> {
        let given = call.request.query("$expand").map(str::trim);
        let Some(text) = given.filter(|text| !text.is_empty()) else {
            return Ok(Self(None));
        };
        let (name, options) = match text.split_once('(') {
            None => (text, ""),
            Some((name, rest)) => {
                let inner = rest.strip_suffix(')');
                let bad =
                    || Refusal::bad(format!("Parsing OData Select and Expand failed: {text}"));
                (name, inner.ok_or_else(bad)?)
            }
        };
        let same = |(kind, relation): &&(&str, &str)| {
            *kind == shape.name && relation.eq_ignore_ascii_case(name)
        };
        let (_, relation) = RELATIONS.iter().find(same).ok_or_else(|| {
            Refusal::bad(format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' \
                 on type 'microsoft.graph.{}'.",
                shape.name
            ))
        })?;
        let selection = Selection::read(options.strip_prefix("$select="))?;
        Ok(Self(Some((relation, selection))))
    }

    /// What belongs inside one object.
    pub(crate) fn of(&self, world: &World, id: ObjectId) -> Vec<(&'static str, Value)> {
        let Some((relation, selection)) = &self.0 else {
            return Vec::new();
        };
        let related = related(world, id, relation);
        let objects = related
            .into_iter()
            .filter_map(|id| object(world, id, selection));
        let mut values = objects
            .map(|thing| Value::Object(thing.map))
            .take(MAX_EXPANDED);
        if *relation == "manager" {
            return values
                .next()
                .map(|value| (*relation, value))
                .into_iter()
                .collect();
        }
        vec![(*relation, values.collect())]
    }
}

/// Ids that an object is related to.
fn related(world: &World, id: ObjectId, relation: &str) -> Vec<ObjectId> {
    let directory = world.directory();
    match relation {
        "manager" => directory.managers.get(&id).copied().into_iter().collect(),
        "sponsors" => directory
            .sponsors
            .get(&id)
            .into_iter()
            .flatten()
            .copied()
            .collect(),
        "memberOf" => member_of(world, id),
        "owners" => world
            .directory_group(id)
            .into_iter()
            .flat_map(|g| &g.owners)
            .copied()
            .collect(),
        _ => {
            let group = world.directory_group(id).map(|group| &group.members);
            let role = world.role(id.guid()).map(|(_, who)| who);
            group.or(role).into_iter().flatten().copied().collect()
        }
    }
}

/// The groups and roles that an object is in, directly.
pub(crate) fn member_of(world: &World, id: ObjectId) -> Vec<ObjectId> {
    let roles = world.roles().iter().filter(|(_, who)| who.contains(&id));
    let roles = roles.map(|(template, _)| world.role_object(*template));
    world.groups_of(id).into_iter().chain(roles).collect()
}
