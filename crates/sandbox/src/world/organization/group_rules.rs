//! Group rules: the access level and the projects that everybody in a group is given. Who has a
//! level of their own keeps that.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::StorageKey;
use orgctl_model::live::MemberStatus;

use crate::world::World;
use crate::world::document::organization_contents::{GroupRule, PendingRule};
use crate::world::document::{Entitlement, Member, ProjectRole};
use crate::world::time::pending::Due;

/// How much a level is worth, where several are given.
const fn worth(level: EffectiveLevel) -> u8 {
    match level {
        EffectiveLevel::None => 0,
        EffectiveLevel::Stakeholder => 1,
        EffectiveLevel::Basic => 2,
        EffectiveLevel::EarlyAdopter | EffectiveLevel::GitHubEnterprise | EffectiveLevel::Other => {
            3
        }
        EffectiveLevel::BasicTestPlans => 4,
        EffectiveLevel::VisualStudio => 5,
    }
}

impl World {
    pub(crate) fn rule(&self, group: StorageKey) -> Option<&GroupRule> {
        self.contents().rules.get(&group)
    }

    /// The rules on the groups that somebody is in.
    pub(crate) fn rules_of(
        &self,
        member: StorageKey,
    ) -> impl Iterator<Item = (StorageKey, &GroupRule)> {
        let groups = self.membership_index.containers_of(member);
        groups.filter_map(|group| Some((group, self.rule(group)?)))
    }

    /// Sets what the members of a group are given. A rule that is only tested gives nothing.
    pub(crate) fn set_rule(
        &mut self,
        group: StorageKey,
        level: EffectiveLevel,
        projects: BTreeMap<Uuid, ProjectRole>,
        applied: bool,
    ) {
        self.tick();
        let before = self.rule(group).cloned();
        let in_force = before.as_ref().and_then(GroupRule::in_force);
        let last_executed = before.as_ref().and_then(|rule| rule.last_executed);
        let rule = GroupRule {
            level,
            projects,
            last_executed: last_executed.filter(|_| applied),
            pending: applied.then_some(PendingRule { before: in_force }),
        };
        self.contents_mut().rules.insert(group, rule);
        if applied {
            self.expect(Due::Rule(group), self.settings().group_rules_take_ms);
        }
        let name = group.to_string();
        let data = [("GroupIdentifier", &*name)];
        let (action, details) = match before {
            None => (
                "Licensing.GroupRuleCreated",
                format!("New group rule for the \"{name}\" group was added to the organization"),
            ),
            Some(_) => (
                "Licensing.GroupRuleModified",
                format!("Group rule access level modified for \"{name}\" group"),
            ),
        };
        self.record(action, details, &data);
    }

    /// Removes a rule, and what it gave.
    pub(crate) fn remove_rule(&mut self, group: StorageKey) -> bool {
        self.tick();
        let was_there = self.drop_rule(group);
        if was_there {
            let name = group.to_string();
            let details = format!("Group rule for the \"{name}\" group was removed");
            let data = [("GroupIdentifier", &*name)];
            self.record("Licensing.GroupRuleDeleted", details, &data);
        }
        was_there
    }

    pub(in crate::world) fn drop_rule(&mut self, group: StorageKey) -> bool {
        let was_there = self.contents_mut().rules.remove(&group).is_some();
        if was_there {
            for member in self.members_of(group) {
                self.await_rules(member);
            }
        }
        was_there
    }

    fn members_of(&self, group: StorageKey) -> BTreeSet<StorageKey> {
        let members = self.group(group).map(|group| group.members.clone());
        members.unwrap_or_default()
    }

    /// Carries a rule out: everybody in the group gets what it gives.
    pub(in crate::world) fn carry_out(&mut self, group: StorageKey) {
        let at = self.tick();
        let Some(rule) = self.contents_mut().rules.get_mut(&group) else {
            return;
        };
        rule.pending = None;
        rule.last_executed = Some(at);
        for member in self.members_of(group) {
            self.apply_rules_to(member);
        }
    }

    /// Somebody has come into a group or left one: when the time comes, the rules on their groups
    /// are applied to them.
    pub(in crate::world) fn await_rules(&mut self, member: StorageKey) {
        let takes_ms = self.settings().group_rules_take_ms;
        if takes_ms > 0 {
            self.contents_mut().awaiting_rules.insert(member);
        }
        self.expect(Due::Member(member), takes_ms);
    }

    /// Whether the rules on somebody's groups are still to be applied to them.
    pub(crate) fn awaits_rules(&self, member: StorageKey) -> bool {
        self.contents().awaiting_rules.contains(&member)
    }

    /// Makes somebody's level what their own assignment and the rules on their groups come to.
    pub(in crate::world) fn apply_rules_to(&mut self, key: StorageKey) {
        let Some(member) = self.member(key).filter(|m| m.is_active()) else {
            return;
        };
        let given = self.rules_of(key).filter_map(|(_, rule)| rule.in_force());
        let given = given.max_by_key(|level| worth(*level));
        let own = member.entitlement.as_ref();
        let level = match (given, own.map(|own| own.by_rule)) {
            (_, Some(false)) | (None, None) => return,
            (Some(level), _) => level,
            // Who leaves the group keeps the place and loses the licence.
            (None, Some(true)) => EffectiveLevel::None,
        };
        let created = self.now();
        let entitlement = match own.cloned() {
            Some(own) => Entitlement { level, ..own },
            None => Entitlement {
                level,
                status: MemberStatus::Active,
                created,
                last_access: None,
                projects: BTreeMap::new(),
                by_rule: true,
            },
        };
        let row = Member {
            entitlement: Some(entitlement),
            ..member.clone()
        };
        self.put_member(key, row);
    }
}
