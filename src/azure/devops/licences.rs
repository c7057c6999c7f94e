//! Licences, and the rules that give them to groups: "User Entitlement Summary" and "Group
//! Entitlements" of member entitlement management in the REST reference of Azure DevOps.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::apply::port::{Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::request::Request;
use crate::azure::transport::text::{Text, or_default};
use crate::model::access::EffectiveLevel;
use crate::model::ids::{ObjectId, OrganizationName};
use crate::model::preflight::Licences;

use super::people::effective;
use super::wire::{self, AccessLevel};

#[derive(Deserialize)]
struct Summary<'a> {
    // Without a list it is no answer.
    #[serde(borrow)]
    licenses: Vec<Licence<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Licence<'a> {
    #[serde(borrow, default)]
    source: Text<'a>,
    #[serde(borrow, default)]
    account_license_type: Text<'a>,
    #[serde(borrow, default)]
    msdn_license_type: Text<'a>,
    #[serde(default, deserialize_with = "or_default")]
    total: i64,
    #[serde(default, deserialize_with = "or_default")]
    available: i64,
}

/// How many licences of each level there are.
pub(crate) async fn licences(
    client: &Client,
    organization: &OrganizationName,
) -> Result<BTreeMap<EffectiveLevel, Licences>, CallError> {
    let path = in_organization(organization, "_apis/userentitlementsummary");
    let version = wire::ENTITLEMENTS;
    let path = format!("{path}?select=Licenses&api-version={version}");
    let answer = client.read(&Request::get(Call::Licences, path)).await?;
    let summary: Summary<'_> = answer.json()?;
    Ok(by_level(summary))
}

fn by_level(summary: Summary<'_>) -> BTreeMap<EffectiveLevel, Licences> {
    // A count below zero would be a licence too many given away: none is left then.
    let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    let licences = summary.licenses.into_iter();
    licences
        .map(|licence| {
            let level = effective(&AccessLevel {
                licensing_source: licence.source,
                account_license_type: licence.account_license_type,
                msdn_license_type: licence.msdn_license_type,
                ..AccessLevel::default()
            });
            let licences = Licences {
                total: count(licence.total),
                available: count(licence.available),
            };
            (level, licences)
        })
        .collect()
}

/// What a rule gives to a group of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupRule {
    /// The level.
    pub(crate) level: EffectiveLevel,
    /// The part in each project, by the project's name.
    pub(crate) projects: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRule<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    group: Option<RuledGroup<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    license_rule: AccessLevel<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    project_entitlements: Vec<WireProject<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuledGroup<'a> {
    #[serde(borrow, default)]
    origin: Text<'a>,
    #[serde(borrow, default)]
    origin_id: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProject<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    group: ProjectGroup<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    project_ref: ProjectRef<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectGroup<'a> {
    #[serde(borrow, default)]
    group_type: Text<'a>,
}

#[derive(Default, Deserialize)]
struct ProjectRef<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

/// The rules on groups of the directory.
pub(crate) async fn group_rules(
    client: &Client,
    organization: &OrganizationName,
) -> Result<BTreeMap<ObjectId, GroupRule>, CallError> {
    let path = in_organization(organization, "_apis/groupentitlements");
    let path = format!("{path}?api-version={}", wire::ENTITLEMENTS);
    let answer = client.read(&Request::get(Call::GroupRules, path)).await?;
    let list: wire::List<WireRule<'_>> = answer.json()?;
    Ok(list.value.iter().filter_map(group_rule).collect())
}

/// A rule on a group of the organization's own survives whatever happens to the directory.
fn group_rule(rule: &WireRule<'_>) -> Option<(ObjectId, GroupRule)> {
    let group = rule.group.as_ref().filter(|group| group.origin.is("aad"))?;
    let id = group.origin_id.as_str().parse().ok()?;
    let projects = rule.project_entitlements.iter();
    let projects = projects.map(|project| {
        let part = project.group.group_type.as_str().to_owned();
        (project.project_ref.name.as_str().to_owned(), part)
    });
    let rule = GroupRule {
        level: effective(&rule.license_rule),
        projects: projects.collect(),
    };
    Some((id, rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_counted_by_the_level_that_they_give() {
        let json = r#"{"availableAccessLevels":[],"licenses":[
            {"source":"account","accountLicenseType":"express","msdnLicenseType":"none",
             "licenseName":"Basic","assigned":7,"available":3,"total":10,"isPurchasable":true},
            {"source":"account","accountLicenseType":"advanced","available":-1,"total":null},
            {"source":"msdn","accountLicenseType":"none","msdnLicenseType":"enterprise",
             "available":2,"total":2},
            {"source":"msdn","accountLicenseType":"none","msdnLicenseType":"professional",
             "available":1,"total":4}]}"#;
        let licences = by_level(serde_json::from_str(json).unwrap());
        let of = |level| {
            let Licences { total, available } = licences[&level];
            (total, available)
        };
        assert_eq!(of(EffectiveLevel::Basic), (10, 3));
        assert_eq!(of(EffectiveLevel::BasicTestPlans), (0, 0));
        assert_eq!(of(EffectiveLevel::VisualStudio), (2, 2));
        assert_eq!(of(EffectiveLevel::VisualStudioProfessional), (4, 1));
        assert!(serde_json::from_str::<Summary<'_>>("{}").is_err());
    }

    #[test]
    fn only_rules_on_groups_of_the_directory_count() {
        let id = "66666666-5555-4555-8555-000000000009";
        let rule = |origin: &str| {
            format!(
                r#"{{"group":{{"origin":"{origin}","originId":"{id}","displayName":"x"}},
                "licenseRule":{{"licensingSource":"account","accountLicenseType":"express"}},
                "projectEntitlements":[{{"group":{{"groupType":"projectContributor"}},
                "projectRef":{{"id":"x","name":"Website"}}}}],"members":null}}"#
            )
        };
        let read = |json: &str| group_rule(&serde_json::from_str(json).unwrap());
        let (found, rule_read) = read(&rule("aad")).unwrap();
        assert_eq!(found.to_string(), id);
        assert_eq!(rule_read.level, EffectiveLevel::Basic);
        assert_eq!(rule_read.projects["Website"], "projectContributor");
        assert_eq!(read(&rule("vsts")), None);
        assert_eq!(read(r#"{"group":null,"licenseRule":null}"#), None);
    }
}
