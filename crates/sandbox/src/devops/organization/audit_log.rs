//! The audit log: "Audit Log - Query" of the Azure DevOps REST reference, newest entry first. It is
//! there for organizations with a tenant that have turned it on.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{AuditEntry, LOG_AUDIT_EVENTS, Stamp, World, derived_guid};

use crate::devops::Call;
use crate::devops::protocol::denial;
use crate::devops::protocol::error::refused;

/// Entries in one answer, when nobody says how many. Any number does: the service names none.
const USUAL_BATCH: usize = 200;

/// `GET _apis/audit/auditlog`
pub(crate) fn query(call: &Call<'_>) -> Reply {
    let there = |world: &World| {
        let on = world.policy(LOG_AUDIT_EVENTS) == Some(true);
        on && world.organization().tenant.is_some()
    };
    if !call.shared.read(there) {
        return denial::of(call);
    }
    let bad = |name: &str| {
        let message = format!("The value of '{name}' is not valid.");
        refused(StatusCode::BAD_REQUEST, &message)
    };
    let given = |name| call.request.query(name).filter(|text| !text.is_empty());
    let (Ok(start), Ok(end)) = (moment(given("startTime")), moment(given("endTime"))) else {
        return bad("startTime or endTime");
    };
    let size = given("batchSize").map_or(Some(USUAL_BATCH), |size| size.parse().ok());
    let Some(size) = size.filter(|size| *size > 0) else {
        return bad("batchSize");
    };
    let before = match given("continuationToken").map(str::parse::<u64>) {
        None => None,
        Some(Ok(number)) => Some(number),
        Some(Err(_)) => return bad("continuationToken"),
    };
    call.shared.read(|world| {
        let in_time = |entry: &&AuditEntry| {
            start.is_none_or(|start| entry.at >= start) && end.is_none_or(|end| entry.at <= end)
        };
        let mut entries = world.audit_before(before).filter(in_time);
        let page: Vec<&AuditEntry> = entries.by_ref().take(size).collect();
        let more = entries.next().is_some();
        let token = page
            .last()
            .filter(|_| more)
            .map(|last| last.number.to_string());
        let decorated = page.iter().map(|entry| decorated(world, entry));
        let body = json!({
            "decoratedAuditLogEntries": decorated.collect::<Vec<Value>>(),
            "continuationToken": token,
            "hasMore": more,
        });
        Reply::json(StatusCode::OK, &body)
    })
}

fn moment(text: Option<&str>) -> Result<Option<Stamp>, ()> {
    match text {
        None => Ok(None),
        Some(text) => Stamp::parsed(text).map(Some).ok_or(()),
    }
}

fn decorated(world: &World, entry: &AuditEntry) -> Value {
    let organization = world.organization();
    let actor = world.member(entry.actor);
    let (area, _) = entry.action.split_once('.').unwrap_or((&entry.action, ""));
    let number = entry.number.to_string();
    let correlation = derived_guid(&["audit correlation", &number]);
    let (category, shown) = category(&entry.action);
    json!({
        "id": format!("{};{};{number}", organization.id, entry.at.devops()),
        "correlationId": correlation,
        "activityId": correlation,
        "actorCUID": derived_guid(&["cuid", &entry.actor.to_string()]),
        "actorUserId": entry.actor,
        "actorUPN": actor.map(|actor| &actor.principal_name),
        "actorDisplayName": actor.map(|actor| &actor.display_name),
        "actorImageUrl": null,
        "authenticationMechanism": "AAD",
        "timestamp": entry.at.devops().to_string(),
        "scopeType": "organization",
        "scopeDisplayName": format!("{} (Organization)", organization.name),
        "scopeId": organization.id,
        "projectId": Uuid::nil(),
        "projectName": "",
        "ipAddress": "127.0.0.1",
        "userAgent": "",
        "actionId": entry.action,
        "data": entry.data,
        "details": entry.details,
        "area": area,
        "category": category,
        "categoryDisplayName": shown,
    })
}

fn category(action: &str) -> (&'static str, &'static str) {
    let ends = |ends: &[&str]| ends.iter().any(|end| action.ends_with(end));
    if ends(&["CreateGroups", "Assigned", "RuleCreated", "PatCreateEvent"]) {
        return ("create", "Create");
    }
    if ends(&["Removed", "Deleted", ".Delete", "RevokeEvent"]) {
        return ("remove", "Remove");
    }
    ("modify", "Modify")
}
