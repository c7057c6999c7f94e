//! Who is in a group with a rule: "Members" of the Azure DevOps REST reference.

use axum::http::StatusCode;

use crate::reply::Reply;
use orgctl_model::ids::StorageKey;

use super::groups::named;
use super::read::{self, Shown, no_such};
use super::rows::Row;
use super::wire::Detail;
use crate::devops::Call;
use crate::devops::protocol::error::refused;
use crate::devops::protocol::page;
use crate::devops::subjects::wire;

/// `GET _apis/GroupEntitlements/{groupId}/members`
pub(crate) fn list(call: &Call<'_>, id: &str) -> Reply {
    let query = ["group members", id];
    let after = match call.request.query("pagingToken") {
        None | Some("") => None,
        Some(token) => match page::place(token, &query) {
            None => return refused(StatusCode::BAD_REQUEST, "The paging token is invalid."),
            place => place,
        },
    };
    let asked = call
        .request
        .query("maxResults")
        .and_then(|size| size.parse().ok());
    call.shared.read(|world| {
        let Some(group) = named(world, id).and_then(|key| world.group(key)) else {
            return wire::no_such(id);
        };
        let usual = usize::try_from(world.settings().entitlements_page).unwrap_or(usize::MAX);
        let size = asked.map_or(usual, |asked: usize| asked.clamp(1, usual));
        let row = |key: &StorageKey| -> Option<Row<'_>> {
            let member = world.member(*key)?;
            Some((*key, member, member.entitlement.as_ref()?))
        };
        let behind = |key: &&StorageKey| after.is_none_or(|after| **key > after);
        let mut members = group.members.iter().filter(behind).filter_map(row);
        let page: Vec<Row<'_>> = members.by_ref().take(size).collect();
        let more = members.next().is_some();
        let token = page.last().filter(|_| more);
        let token = token
            .map(|row| page::token(row.0, &query))
            .unwrap_or_default();
        let total = group.members.len();
        let shown = Shown {
            detail: Detail::Plain,
            rules: false,
        };
        read::body(world, &page, shown, (&token, total))
    })
}

/// `PUT _apis/GroupEntitlements/{groupId}/members/{memberId}`
pub(crate) fn add(call: &Call<'_>, (id, member): (&str, &str)) -> Reply {
    let changed = call.shared.write(|world| {
        let key = named(world, id)?;
        let member: StorageKey = member.parse().ok()?;
        world.member(member)?;
        world.add_by_key(member, key);
        Some(())
    });
    match changed {
        Some(()) => Reply::empty(StatusCode::OK),
        None => no_such(member),
    }
}

/// `DELETE _apis/GroupEntitlements/{groupId}/members/{memberId}`
pub(crate) fn remove(call: &Call<'_>, (id, member): (&str, &str)) -> Reply {
    let was_in = call.shared.write(|world| {
        let key = named(world, id)?;
        let member: StorageKey = member.parse().ok()?;
        world.remove_by_key(member, key).then_some(())
    });
    match was_in {
        Some(()) => Reply::empty(StatusCode::OK),
        None => no_such(member),
    }
}
