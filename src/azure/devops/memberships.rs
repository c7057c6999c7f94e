//! Membership of projects, from the wire. Pure.

use std::collections::BTreeMap;

use crate::azure::transport::text::Text;
use crate::model::ids::ProjectId;
use crate::model::project::{EffectiveRole, Membership};

use super::wire::ProjectEntitlement;

/// The source of what a group rule assigns.
pub(super) const BY_RULE: &str = "groupRule";

/// What somebody is in which projects. The service may list a project twice: for the person, and for
/// a group that they are in.
pub(super) fn memberships(
    entitlements: &[ProjectEntitlement<'_>],
) -> BTreeMap<ProjectId, Membership> {
    let mut memberships: BTreeMap<ProjectId, Membership> = BTreeMap::new();
    for entitlement in entitlements {
        let Some(id) = entitlement.project_ref.id() else {
            continue;
        };
        let membership = Membership {
            role: role(&entitlement.group.group_type),
            by_group: entitlement.project_permission_inherited.is("inherited")
                || entitlement.assignment_source.is(BY_RULE),
        };
        let known = memberships.entry(id).or_insert(membership);
        *known = known.or(membership);
    }
    memberships
}

fn role(group: &Text<'_>) -> EffectiveRole {
    let known = [
        ("projectStakeholder", EffectiveRole::Stakeholder),
        ("projectReader", EffectiveRole::Reader),
        ("projectContributor", EffectiveRole::Contributor),
        ("projectAdministrator", EffectiveRole::Administrator),
    ];
    known
        .into_iter()
        .find(|(word, _)| group.is(word))
        .map_or(EffectiveRole::Custom, |(_, role)| role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_what_the_person_is_before_what_a_group_makes_of_them() {
        let website = "88888888-7777-4777-8777-000000000007";
        let json = format!(
            r#"[{{"group":{{"groupType":"projectAdministrator"}},"projectRef":{{"id":"{website}"}},
            "projectPermissionInherited":"inherited","assignmentSource":"groupRule"}},
            {{"group":{{"groupType":"PROJECTREADER"}},"projectRef":{{"id":"{website}"}},
            "projectPermissionInherited":"notInherited","assignmentSource":"unknown"}},
            {{"group":{{"groupType":"custom"}},"projectRef":{{"id":"{}"}},"teamRefs":null}},
            {{"group":null,"projectRef":null}}]"#,
            website.replace('7', "9")
        );
        let entitlements: Vec<ProjectEntitlement<'_>> = serde_json::from_str(&json).unwrap();
        let found = memberships(&entitlements);
        assert_eq!(found.len(), 2);
        let reader = Membership {
            role: EffectiveRole::Reader,
            by_group: false,
        };
        assert_eq!(found[&website.parse().unwrap()], reader);
    }
}
