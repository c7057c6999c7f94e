//! Group rules: the access level and the projects that everybody in a group is given. A higher level
//! of one's own stands, a lower one is raised.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use orgctl_model::access::EffectiveLevel;
use orgctl_model::ids::StorageKey;
use orgctl_model::live::MemberStatus;

use crate::world::World;
use crate::world::document::organization_contents::{GroupRule, PendingRule};
use crate::world::document::{Entitlement, Member, ProjectRole};
use crate::world::time::pending::Due;

impl Entitlement {
    /// The same after a level was assigned to the person. One that is less than a rule gives waits
    /// until the rule gives it no more.
    pub(in crate::world) fn assigned(self, level: EffectiveLevel) -> Self {
        if self.by_rule && level.is_below(self.level) {
            let own = Some(level);
            return Self { own, ..self };
        }
        Self {
            level,
            by_rule: false,
            own: None,
            ..self
        }
    }

    /// The same once rules give this level at most, or none.
    fn ruled(self, given: Option<EffectiveLevel>) -> Self {
        let own = if self.by_rule {
            self.own
        } else {
            Some(self.level)
        };
        let (level, by_rule, own) = match (own, given) {
            (Some(own), Some(given)) if own.is_below(given) => (given, true, Some(own)),
            (Some(own), _) => (own, false, None),
            (None, Some(given)) => (given, true, None),
            // Who leaves the group keeps the place and loses the licence.
            (None, None) => (EffectiveLevel::None, true, None),
        };
        Self {
            level,
            by_rule,
            own,
            ..self
        }
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

    /// The same, for a person to whom a level was assigned, where there are rules on their groups.
    pub(in crate::world) fn await_rules_on(&mut self, member: StorageKey) {
        if self.given_to(member).is_some() {
            self.await_rules(member);
        }
    }

    /// The most that the rules on somebody's groups give.
    fn given_to(&self, member: StorageKey) -> Option<EffectiveLevel> {
        let rules = self.rules_of(member);
        let given = rules.filter_map(|(_, rule)| rule.in_force());
        given.max_by_key(|level| level.rank())
    }

    /// Makes somebody's level what their own assignment and the rules on their groups come to.
    pub(in crate::world) fn apply_rules_to(&mut self, key: StorageKey) {
        let Some(member) = self.member(key).filter(|m| m.is_active()) else {
            return;
        };
        let given = self.given_to(key);
        let created = self.now();
        let entitlement = match (member.entitlement.clone(), given) {
            (Some(own), _) => own.ruled(given),
            (None, None) => return,
            (None, Some(level)) => Entitlement {
                level,
                status: MemberStatus::Active,
                created,
                last_access: None,
                projects: BTreeMap::new(),
                by_rule: true,
                own: None,
            },
        };
        if member.entitlement.as_ref() == Some(&entitlement) {
            return;
        }
        let row = Member {
            entitlement: Some(entitlement),
            ..member.clone()
        };
        self.put_member(key, row);
    }
}
