//! Reading access levels: the search by pages, one, and the summary.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use crate::odata::Filter;
use crate::reply::Reply;
use crate::request::Request;
use crate::world::{Entitlement, Stamp, World};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::Descriptor;
use orgctl_model::live::MemberStatus;

use super::filter::{meets, parsed};
use super::groups;
use super::order::Order;
use super::rows::{Row, rows};
use super::wire::{Detail, UserEntitlement};
use crate::devops::Call;
use crate::devops::protocol::error::{problem, refused};
use crate::devops::protocol::page;

/// `GET _apis/userentitlements`
pub(crate) fn search(call: &Call<'_>) -> Reply {
    let request = call.request;
    let filter = match parsed(request.query("$filter").or_else(|| request.query("filter"))) {
        Ok(filter) => filter,
        Err(refusal) => return refusal,
    };
    let query = fingerprint(request);
    let query: Vec<&str> = query.iter().map(String::as_str).collect();
    let after = match request.query("continuationToken") {
        None | Some("") => None,
        Some(token) => match page::place(token, &query) {
            None => return garbled(),
            place => place,
        },
    };
    let skip = request.query("skip").and_then(|skip| skip.parse().ok());
    let top: Option<usize> = request.query("top").and_then(|top| top.parse().ok());
    let shown = selected(request);
    let order = match Order::parsed(request.query("$orderBy")) {
        Ok(order) => order,
        Err(refusal) => return refusal,
    };
    call.shared.read(|world| {
        let usual = usize::try_from(world.settings().entitlements_page).unwrap_or(usize::MAX);
        let size = top.unwrap_or(usual).min(usual);
        let listed: Box<dyn Iterator<Item = Row<'_>>> = match &order {
            None => Box::new(rows(world, after)),
            Some(order) => Box::new(order.rows(world, after).into_iter()),
        };
        let mut listed = listed
            .filter(|row| fits(filter.as_ref(), row))
            .skip(skip.unwrap_or(0));
        let page: Vec<Row<'_>> = listed.by_ref().take(size).collect();
        let more = listed.next().is_some();
        let token = page
            .last()
            .filter(|_| more)
            .map(|row| page::token(row.0, &query));
        let total = match &filter {
            None => world.entitled(),
            Some(_) => rows(world, None)
                .filter(|row| fits(filter.as_ref(), row))
                .count(),
        };
        body(world, &page, shown, (&token.unwrap_or_default(), total))
    })
}

/// What a continuation token belongs to.
fn fingerprint(request: &Request) -> Vec<String> {
    let part = |name| request.query(name).unwrap_or_default().to_owned();
    ["$filter", "filter", "select", "$orderBy"]
        .map(part)
        .to_vec()
}

/// Whoever does not encode a token gets no better answer from the service.
fn garbled() -> Reply {
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "FormatException",
        "The input is not a valid continuation token.",
    )
}

/// What of each row is written: its projects or not, its rules or not.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) detail: Detail,
    pub(crate) rules: bool,
}

pub(crate) fn selected(request: &Request) -> Shown {
    let select = request.query("select").unwrap_or_default().to_lowercase();
    let asked = |name: &str| {
        select
            .split(',')
            .any(|part| [name, "all"].contains(&part.trim()))
    };
    Shown {
        detail: if asked("projects") {
            Detail::Full
        } else {
            Detail::Plain
        },
        rules: asked("grouprules"),
    }
}

fn fits(filter: Option<&Filter>, (_, member, entitlement): &Row<'_>) -> bool {
    filter.is_none_or(|filter| meets(filter, member, entitlement))
}

/// The page, with its list under both names that the service gives it.
pub(crate) fn body(
    world: &World,
    page: &[Row<'_>],
    shown: Shown,
    (token, total): (&str, usize),
) -> Reply {
    let name = &world.organization().name;
    let written = |(key, member, entitlement): &Row<'_>| {
        let row = UserEntitlement::new(name, (*key, *member), entitlement, shown.detail);
        if shown.rules {
            return serde_json::to_vec(&row.assigned(groups::rules_of(world, *key)));
        }
        serde_json::to_vec(&row)
    };
    // Written once and copied, for it is the longest answer that there is.
    let mut list = Vec::with_capacity(page.len() * 2048);
    for row in page {
        let separator: &[u8] = if list.is_empty() { b"[" } else { b"," };
        list.extend_from_slice(separator);
        match written(row) {
            Ok(row) => list.extend_from_slice(&row),
            Err(error) => {
                return refused(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string());
            }
        }
    }
    if list.is_empty() {
        list.push(b'[');
    }
    list.push(b']');
    let middle = format!(
        ",\"continuationToken\":{},\"totalCount\":{total},\"items\":",
        serde_json::Value::from(token)
    );
    let parts: [&[u8]; 5] = [b"{\"members\":", &list, middle.as_bytes(), &list, b"}"];
    Reply::bytes(StatusCode::OK, "application/json", parts.concat())
}

/// `GET _apis/userentitlements/{userId}`; a descriptor is taken too.
pub(crate) fn get(call: &Call<'_>, id: &str) -> Reply {
    call.shared.read(|world| {
        // Who may not see it is told that there is nothing to see.
        if !world.caller_is_administrator() {
            return no_such(id);
        }
        let called = || Some(world.member_called(&Descriptor::new(id))?.0);
        let Some(key) = id.parse().ok().or_else(called) else {
            return no_such(id);
        };
        let Some(member) = world.member(key) else {
            return no_such(id);
        };
        let name = &world.organization().name;
        match &member.entitlement {
            Some(entitlement) => {
                let body = UserEntitlement::new(name, (key, member), entitlement, Detail::Full);
                let body = body.assigned(groups::rules_of(world, key));
                Reply::json(StatusCode::OK, &body)
            }
            None if world.settings().removed_are_found => {
                let nothing = removed();
                let body = UserEntitlement::new(name, (key, member), &nothing, Detail::Full);
                Reply::json(StatusCode::OK, &body)
            }
            None => no_such(id),
        }
    })
}

fn removed() -> Entitlement {
    Entitlement {
        level: EffectiveLevel::None,
        status: MemberStatus::Other,
        created: Stamp::BEGIN,
        last_access: None,
        projects: BTreeMap::new(),
        by_rule: false,
        own: None,
    }
}

pub(crate) fn no_such(id: &str) -> Reply {
    let message = format!("The user {id} does not exist in the organization.");
    refused(StatusCode::NOT_FOUND, &message)
}
