//! What is under way and comes to its end by the sandbox's clock. A world reads no clock: it is told
//! the time.
//!
//! The document says what is under way, and this says when it ends. A sandbox that is started again
//! begins its waits anew, for its clock does too.

use std::collections::{BTreeMap, BTreeSet};

use orgctl_model::ids::StorageKey;

use crate::world::World;

/// What comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::world) enum Due {
    /// The header shows the tenant.
    TenantShown,
    /// The rule of a group is carried out.
    Rule(StorageKey),
    /// The rules on the groups of a member are applied to them.
    Member(StorageKey),
}

/// When it does, in milliseconds of the sandbox's clock.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct Pending {
    by_time: BTreeSet<(u64, Due)>,
    times: BTreeMap<Due, u64>,
}

impl Pending {
    /// Something comes to its end then, and not when it would have before.
    fn put(&mut self, due: Due, at_ms: u64) {
        self.strike(due);
        self.times.insert(due, at_ms);
        self.by_time.insert((at_ms, due));
    }

    fn strike(&mut self, due: Due) {
        if let Some(at_ms) = self.times.remove(&due) {
            self.by_time.remove(&(at_ms, due));
        }
    }

    fn next_by(&self, now_ms: u64) -> Option<Due> {
        let (at_ms, due) = self.by_time.first()?;
        (*at_ms <= now_ms).then_some(*due)
    }
}

impl World {
    /// Tells the time before something is done.
    pub(crate) fn tell_time(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
    }

    /// Whether something has come to its end.
    pub(crate) fn is_due(&self, now_ms: u64) -> bool {
        self.pending.next_by(now_ms).is_some()
    }

    /// Brings to its end whatever has come there.
    pub(crate) fn catch_up(&mut self) {
        while let Some(due) = self.pending.next_by(self.now_ms) {
            self.bring_to_its_end(due);
        }
    }

    /// Something will come to its end in a while, or does so at once.
    pub(in crate::world) fn expect(&mut self, due: Due, takes_ms: u32) {
        if takes_ms == 0 {
            self.bring_to_its_end(due);
        } else {
            let at_ms = self.now_ms.saturating_add(u64::from(takes_ms));
            self.pending.put(due, at_ms);
        }
    }

    fn bring_to_its_end(&mut self, due: Due) {
        self.pending.strike(due);
        match due {
            Due::TenantShown => self.show_tenant(),
            Due::Rule(group) => self.carry_out(group),
            Due::Member(member) => {
                self.contents_mut().awaiting_rules.remove(&member);
                self.apply_rules_to(member);
            }
        }
    }

    /// Takes up what the document says is under way.
    pub(in crate::world) fn begin_what_is_under_way(&mut self) {
        let settings = self.settings();
        let (connect_ms, rules_ms) = (settings.connect_takes_ms, settings.group_rules_take_ms);
        if self.organization().unseen.is_some() {
            self.expect(Due::TenantShown, connect_ms);
        }
        let rules = self.contents().rules.iter();
        let rules = rules.filter(|(_, rule)| rule.pending.is_some());
        let rules = rules.map(|(group, _)| Due::Rule(*group));
        let members = self.contents().awaiting_rules.iter();
        let members = members.map(|member| Due::Member(*member));
        for due in rules.chain(members).collect::<Vec<_>>() {
            self.expect(due, rules_ms);
        }
    }
}
