//! How many licences there are and how many are given: "User Entitlement Summary - Get" of the
//! Azure DevOps REST reference.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reply::Reply;
use crate::world::{Project, World};
use orgctl_model::access::EffectiveLevel;
use orgctl_model::live::MemberStatus;

use super::levels::LevelWords;
use super::rows::rows;
use super::wire::AccessLevel;
use crate::devops::Call;

const LEVELS: [EffectiveLevel; 4] = [
    EffectiveLevel::Stakeholder,
    EffectiveLevel::Basic,
    EffectiveLevel::BasicTestPlans,
    EffectiveLevel::EarlyAdopter,
];

/// What stands for no limit: more than anybody assigns, and still a number of JSON.
const AS_MANY_AS_ASKED_FOR: usize = 1_000_000;

/// `GET _apis/userentitlementsummary?select=AccessLevels,Licenses,Projects,Groups`
pub(crate) fn get(call: &Call<'_>) -> Reply {
    let select = call
        .request
        .query("select")
        .unwrap_or_default()
        .to_lowercase();
    let asked = |part: &str| select.is_empty() || select.split(',').any(|s| s.trim() == part);
    call.shared.read(|world| {
        let part = |name: &str, value: fn(&World) -> Vec<Value>| {
            if asked(name) {
                value(world)
            } else {
                Vec::new()
            }
        };
        let groups = part("groups", group_options);
        let body = json!({
            "availableAccessLevels": part("accesslevels", access_levels),
            "defaultAccessLevel": AccessLevel::of(EffectiveLevel::Stakeholder),
            "extensions": [],
            "groups": groups,
            "groupOptions": groups,
            "licenses": part("licenses", licences),
            "projectRefs": part("projects", projects),
        });
        Reply::json(StatusCode::OK, &body)
    })
}

fn access_levels(_: &World) -> Vec<Value> {
    let levels = LEVELS.iter().take(3);
    levels.map(|level| json!(AccessLevel::of(*level))).collect()
}

fn group_options(_: &World) -> Vec<Value> {
    let kinds = [
        (
            "projectStakeholder",
            "Stakeholders",
            EffectiveLevel::Stakeholder,
        ),
        ("projectReader", "Readers", EffectiveLevel::Basic),
        ("projectContributor", "Contributors", EffectiveLevel::Basic),
        (
            "projectAdministrator",
            "Project Administrators",
            EffectiveLevel::Basic,
        ),
    ];
    let option = |(kind, title, level)| {
        json!({
            "group": { "groupType": kind, "displayName": title },
            "accessLevel": AccessLevel::of(level),
        })
    };
    kinds.map(option).into()
}

fn projects(world: &World) -> Vec<Value> {
    let projects = world.contents().projects.iter();
    let written = |(id, project): (&Uuid, &Project)| json!({ "id": id, "name": project.name });
    projects.map(written).collect()
}

fn licences(world: &World) -> Vec<Value> {
    let mut counts: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for (_, _, entitlement) in rows(world, None) {
        let count = counts.entry(entitlement.level.as_str()).or_default();
        count.0 += 1;
        count.1 += usize::from(entitlement.status == MemberStatus::Disabled);
    }
    let written = |level: &EffectiveLevel| {
        let (assigned, disabled) = counts.get(level.as_str()).copied().unwrap_or_default();
        licence(world, *level, assigned, disabled)
    };
    LEVELS.iter().map(written).collect()
}

fn licence(world: &World, level: EffectiveLevel, assigned: usize, disabled: usize) -> Value {
    let words = LevelWords::of(level);
    let paid = matches!(
        level,
        EffectiveLevel::Basic | EffectiveLevel::BasicTestPlans
    );
    let total = match world.licences_of(level) {
        Some(total) => usize::try_from(total).unwrap_or(usize::MAX),
        None if paid => AS_MANY_AS_ASKED_FOR,
        None => assigned,
    };
    json!({
        "source": words.source,
        "accountLicenseType": words.account,
        "msdnLicenseType": words.msdn,
        "licenseName": words.display,
        "assigned": assigned,
        "available": total.saturating_sub(assigned),
        "disabled": disabled,
        "includedQuantity": 0,
        "isPurchasable": paid,
        "total": total,
    })
}
