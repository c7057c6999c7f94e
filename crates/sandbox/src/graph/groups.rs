//! Groups: finding, making, changing and deleting them, and who is in them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::reply::Reply;
use crate::world::{DirectoryGroup, GroupChange, World};
use orgctl_model::ids::ObjectId;

use super::error::Refusal;
use super::list::expand::Expand;
use super::list::page::{Listing, Rows, Thing, counted, needs_eventual, single, things};
use super::list::query::Query;
use super::objects::{self, kind_of};
use super::shape::GROUP;
use super::users::relations::{Reference, bound, cast_to, last_segment};
use super::users::writes::typed;
use super::{Answer, Call};

const TYPE: &str = "Group";

/// `GET /groups`
pub(super) fn list(call: &Call<'_>) -> Answer {
    let query = Query::read(call, &GROUP)?;
    let expand = Expand::read(call, &GROUP)?;
    call.shared.read(|world| {
        let rows = |after: Option<ObjectId>| -> Rows<'_, Thing> {
            let groups = world.groups().iter();
            let behind = groups.filter(move |(id, _)| after.is_none_or(|last| **id > last));
            Box::new(behind.map(|(id, group)| objects::group(*id, group, None)))
        };
        let listing = Listing {
            shape: &GROUP,
            context: "groups",
        };
        let expanded = |after| -> Rows<'_, Thing> {
            let expand = &expand;
            Box::new(rows(after).map(move |thing| with_relations(world, expand, thing)))
        };
        things(call, &listing, &query, &expanded)
    })
}

fn with_relations(world: &World, expand: &Expand, mut thing: Thing) -> Thing {
    for (name, value) in expand.of(world, thing.id) {
        thing.map.insert(name.to_owned(), value);
    }
    thing
}

/// `GET /groups/$count`
pub(super) fn count(call: &Call<'_>) -> Answer {
    needs_eventual(call)?;
    let query = Query::read(call, &GROUP)?;
    let count = call.shared.read(|world| {
        let things = world
            .groups()
            .iter()
            .map(|(id, g)| objects::group(*id, g, None));
        let fits = |thing: &Thing| {
            let filter = query.filter.as_ref();
            filter.is_none_or(|filter| super::list::filter::meets(filter, thing))
        };
        things.filter(fits).count()
    });
    Ok(counted(call, count))
}

/// A group by its id.
pub(super) fn find<'a>(
    world: &'a World,
    name: &str,
) -> Result<(ObjectId, &'a DirectoryGroup), Refusal> {
    let id = name.parse().ok();
    let found = id.and_then(|id| Some((id, world.directory_group(id)?)));
    found.ok_or_else(|| Refusal::missing(name))
}

/// `GET /groups/{id}`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let expand = Expand::read(call, &GROUP)?;
    call.shared.read(|world| {
        let (id, group) = find(world, call.key(0))?;
        let thing = with_relations(world, &expand, objects::group(id, group, None));
        single(call, "groups/$entity", &GROUP, thing)
    })
}

fn required<T: serde::de::DeserializeOwned>(
    body: &Map<String, Value>,
    name: &str,
) -> Result<T, Refusal> {
    let value = body.get(name).filter(|value| !value.is_null());
    let value = value.ok_or_else(|| {
        Refusal::bad_value(format!(
            "A value is required for property '{name}' of resource '{TYPE}'."
        ))
    })?;
    typed(TYPE, name, value)
}

fn optional<T: serde::de::DeserializeOwned>(
    body: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, Refusal> {
    let value = body.get(name).filter(|value| !value.is_null());
    value.map(|value| typed(TYPE, name, value)).transpose()
}

/// `POST /groups`
pub(super) fn create(call: &Call<'_>) -> Answer {
    let body: Map<String, Value> = call.body()?;
    refuse_unknown(&body)?;
    let group = DirectoryGroup {
        display_name: required(&body, "displayName")?,
        mail_nickname: Some(required(&body, "mailNickname")?),
        mail_enabled: required(&body, "mailEnabled")?,
        security_enabled: required(&body, "securityEnabled")?,
        description: optional(&body, "description")?,
        types: optional(&body, "groupTypes")?.unwrap_or_default(),
        membership_rule: optional(&body, "membershipRule")?,
        role_assignable: optional(&body, "isAssignableToRole")?.unwrap_or_default(),
        ..DirectoryGroup::default()
    };
    if group.mail_enabled && !group.is("Unified") {
        return Err(Refusal::bad_value(
            "The service does not currently support writes of mail-enabled groups. Please ensure \
             that the mail-enablement property is unset and the security-enablement property is \
             set.",
        ));
    }
    let listed = |name: &str| body.get(name).map(bound).transpose();
    let members = listed("members@odata.bind")?.unwrap_or_default();
    let owners = listed("owners@odata.bind")?.unwrap_or_default();
    call.shared.write(|world| {
        let known = |name: &String| -> Result<ObjectId, Refusal> {
            let id = name.parse().ok().filter(|id| world.has_object(*id));
            id.ok_or_else(|| Refusal::missing(name))
        };
        let members: BTreeSet<_> = members.iter().map(known).collect::<Result<_, _>>()?;
        let owners = owners.iter().map(known).collect::<Result<_, _>>()?;
        let id = world.create_directory_group(DirectoryGroup {
            members,
            owners,
            ..group
        });
        let (id, group) = find(world, &id.to_string())?;
        let made = objects::group(id, group, None);
        let reply = single(call, "groups/$entity", &GROUP, made)?;
        Ok(Reply {
            status: StatusCode::CREATED,
            ..reply
        })
    })
}

fn refuse_unknown(body: &Map<String, Value>) -> Result<(), Refusal> {
    let names = body.keys().filter(|name| !name.contains('@'));
    for name in names {
        GROUP.known(name)?;
    }
    Ok(())
}

/// `PATCH /groups/{id}`
pub(super) fn update(call: &Call<'_>) -> Answer {
    let body: Map<String, Value> = call.body()?;
    refuse_unknown(&body)?;
    let mut change = GroupChange::default();
    for (name, value) in &body {
        match name.as_str() {
            "displayName" => change.display_name = Some(typed(TYPE, name, value)?),
            "description" => {
                let text: Option<String> = typed(TYPE, name, value)?;
                change.description = Some(text.unwrap_or_default());
            }
            "mailNickname" => change.mail_nickname = Some(typed(TYPE, name, value)?),
            "members@odata.bind" => change.bind = bound(value)?,
            other if other.contains('@') => {}
            other => {
                let text = format!("Property '{other}' is read-only and cannot be set.");
                return Err(Refusal::bad_value(text));
            }
        }
    }
    call.shared.write(|world| {
        let (id, group) = find(world, call.key(0))?;
        refuse_role_group(call, group)?;
        world.change_directory_group(id, change)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

/// A group that roles can be given to is for those who may give roles.
fn refuse_role_group(call: &Call<'_>, group: &DirectoryGroup) -> Result<(), Refusal> {
    if group.role_assignable {
        return call.caller.needs(&["RoleManagement.ReadWrite.Directory"]);
    }
    Ok(())
}

/// `DELETE /groups/{id}`
pub(super) fn delete(call: &Call<'_>) -> Answer {
    call.shared.write(|world| {
        let (id, group) = find(world, call.key(0))?;
        refuse_role_group(call, group)?;
        world.delete_directory_group(id)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `GET /groups/{id}/members`
pub(super) fn members(call: &Call<'_>) -> Answer {
    call.shared.read(|world| {
        let (_, group) = find(world, call.key(0))?;
        super::users::relations::objects(call, world, &group.members, None)
    })
}

const CAN_BE_MEMBERS: [&str; 3] = ["group", "servicePrincipal", "user"];

/// `GET /groups/{id}/members/microsoft.graph.user`
pub(super) fn members_of_type(call: &Call<'_>) -> Answer {
    let shape = cast_to(call.key(1), &CAN_BE_MEMBERS)?;
    call.shared.read(|world| {
        let (_, group) = find(world, call.key(0))?;
        super::users::relations::objects(call, world, &group.members, Some(shape))
    })
}

/// `GET /groups/{id}/transitiveMembers`
pub(super) fn all_members(call: &Call<'_>) -> Answer {
    call.shared.read(|world| {
        let (id, _) = find(world, call.key(0))?;
        super::users::relations::objects(call, world, &world.all_members_of(id), None)
    })
}

/// `GET /groups/{id}/transitiveMembers/microsoft.graph.user`
pub(super) fn all_members_of_type(call: &Call<'_>) -> Answer {
    let shape = cast_to(call.key(1), &CAN_BE_MEMBERS)?;
    call.shared.read(|world| {
        let (id, _) = find(world, call.key(0))?;
        super::users::relations::objects(call, world, &world.all_members_of(id), Some(shape))
    })
}

/// `GET /groups/{id}/owners`
pub(super) fn owners(call: &Call<'_>) -> Answer {
    call.shared.read(|world| {
        let (_, group) = find(world, call.key(0))?;
        super::users::relations::objects(call, world, &group.owners, None)
    })
}

/// `GET /groups/{id}/members/$count`
pub(super) fn count_members(call: &Call<'_>) -> Answer {
    needs_eventual(call)?;
    let count = call.shared.read(|world| {
        let (_, group) = find(world, call.key(0))?;
        let there = group.members.iter().filter(|id| world.has_object(**id));
        Ok::<_, Refusal>(there.count())
    })?;
    Ok(counted(call, count))
}

/// `POST /groups/{id}/members/$ref`
pub(super) fn add_member(call: &Call<'_>) -> Answer {
    let Reference { target } = call.body()?;
    let change = GroupChange {
        bind: vec![last_segment(&target).to_owned()],
        ..GroupChange::default()
    };
    call.shared.write(|world| {
        let (id, group) = find(world, call.key(0))?;
        refuse_role_group(call, group)?;
        world.change_directory_group(id, change)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `DELETE /groups/{id}/members/{member}/$ref`
pub(super) fn drop_member(call: &Call<'_>) -> Answer {
    call.shared.write(|world| {
        let (id, group) = find(world, call.key(0))?;
        refuse_role_group(call, group)?;
        let name = call.key(1);
        let member = name.parse().map_err(|_| Refusal::missing(name))?;
        world.drop_group_member(id, member)?;
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}

/// `DELETE /groups/{id}/members/{member}`: without `$ref` it means the member itself, and deletes
/// that.
pub(super) fn delete_member_itself(call: &Call<'_>) -> Answer {
    call.shared.write(|world| {
        let (_, group) = find(world, call.key(0))?;
        let name = call.key(1);
        let member: Option<ObjectId> = name.parse().ok();
        let member = member.filter(|id| group.members.contains(id));
        let member = member.ok_or_else(|| Refusal::missing(name))?;
        match kind_of(world, member) {
            Some("user") => {
                call.caller.needs(super::permissions::DELETE_USERS)?;
                world.delete_user(member)?;
            }
            Some("group") => {
                call.caller.needs(super::permissions::WRITE_GROUPS)?;
                world.delete_directory_group(member)?;
            }
            Some(_) | None => return Err(Refusal::missing(name)),
        }
        Ok(Reply::empty(StatusCode::NO_CONTENT))
    })
}
