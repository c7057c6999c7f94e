//! A look at the live objects just before they are written to: a step whose objects somebody else has
//! changed since the plan was reviewed is refused, and the rest goes on.
//!
//! Only plans that say what was looked at are guarded like this: those that were saved. The look is the
//! reading of a plan, by pages of lists, and never a request a person.

mod look;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::access::EffectiveLevel;
use crate::model::address::Address;
use crate::model::attributes::{Attributes, MappingAttributes};
use crate::model::live::{Live, Origin};
use crate::plan::fingerprint::{FactReader, backed_by};
use crate::plan::value::{Fact, Facts, Moved, NOTHING, Step};

/// For how long a look is good while a stage goes on.
const GOOD_FOR: Duration = Duration::from_secs(30);
/// Looking takes a tenth of an apply at most, however large the organization is.
const SHARE: u32 = 9;

/// What was reviewed, and what this run has changed since.
pub(super) struct Recheck {
    facts: BTreeMap<Address, Facts>,
    looked_at: Instant,
    took: Duration,
    /// Steps of which something was sent: what they are about differs by our own hand.
    sent: BTreeSet<Address>,
    connected: bool,
    left_tenant: bool,
}

impl Recheck {
    /// Nothing for a plan that does not say what was looked at: it is carried out as soon as it is made.
    pub(super) fn of(facts: BTreeMap<Address, Facts>) -> Option<Self> {
        (!facts.is_empty()).then(|| Self {
            facts,
            // The plan was compared a moment ago.
            looked_at: Instant::now(),
            took: Duration::ZERO,
            sent: BTreeSet::new(),
            connected: false,
            left_tenant: false,
        })
    }

    /// Takes in that something was sent for a step, whatever became of it.
    pub(super) fn sent(&mut self, step: &Step) {
        if step.change.writes() {
            self.connected |= step.changes_connection();
            self.left_tenant |= step.leaves_tenant();
            self.sent.insert(step.address.clone());
        }
    }

    fn is_old(&self) -> bool {
        self.looked_at.elapsed() > GOOD_FOR.max(self.took * SHARE)
    }

    /// What somebody else has changed of a step's objects.
    fn moved(&self, step: &Step, live: &Live, reader: &FactReader<'_>) -> Vec<Moved> {
        let Some(facts) = self.facts.get(&step.address) else {
            return Vec::new();
        };
        let mut moved = facts.moved(&reader.read(step));
        moved.retain(|moved| !self.is_ours(moved, step, facts, live));
        moved
    }

    /// Whether it is this run that changed something, or nothing that matters.
    fn is_ours(&self, moved: &Moved, step: &Step, facts: &Facts, live: &Live) -> bool {
        let key = step.address.key();
        let is_mapped = self
            .sent
            .iter()
            .any(|sent| sent.kind().maps() && (sent.key() == key || step.needs.contains(sent)));
        match moved.fact {
            Fact::Connection => self.connected || is_wanted_connection(step, moved),
            Fact::SignInName | Fact::Name | Fact::AccessByGroup => self.connected || is_mapped,
            Fact::Identity => match mapping(step) {
                Some(wanted) => self.connected && !is_somebody_else(wanted, facts, live),
                None => self.connected || is_mapped,
            },
            Fact::Access => self.left_tenant || is_met(moved),
            Fact::Projects => self.left_tenant,
            Fact::Account | Fact::AccountName | Fact::AccountKind | Fact::Invitation => {
                self.is_made(step)
            }
            Fact::Policy | Fact::Member | Fact::Credentials => false,
        }
    }

    /// Whether this run has to do with the account that a step points at.
    fn is_made(&self, step: &Step) -> bool {
        let to = mapping(step).map_or(step.address.key(), |mapping| mapping.to.as_str());
        self.sent.iter().any(|sent| {
            sent.kind().makes_account() && (sent.key() == to || step.needs.contains(sent))
        })
    }
}

/// The mapping that a step makes, where it makes one.
fn mapping(step: &Step) -> Option<&MappingAttributes> {
    step.change.after()?.mapping()
}

/// Whether the connection is as the step wants it: whoever did that, it is done.
fn is_wanted_connection(step: &Step, moved: &Moved) -> bool {
    let wanted = step.change.after().and_then(Attributes::connection);
    wanted.is_some_and(|wanted| backed_by(wanted.shown()) == moved.now)
}

/// Whether the service has only made of a level what it makes of it by itself.
fn is_met(moved: &Moved) -> bool {
    let level = |text: &str| serde_json::from_value::<EffectiveLevel>(text.into()).ok();
    let both = level(&moved.before).zip(level(&moved.now));
    both.is_some_and(|(before, now)| before.is_same(now))
}

/// Whether a member has become an identity that neither the step wants nor connecting makes them.
fn is_somebody_else(wanted: &MappingAttributes, facts: &Facts, live: &Live) -> bool {
    let Some(member) = live.members.get(&wanted.member) else {
        return false;
    };
    let Some(id) = member.object_id else {
        return false;
    };
    if member.origin != Origin::Directory || member.disconnected {
        return false;
    }
    let name = live.directory.users.get(&id);
    let name = name.map_or(NOTHING, |user| user.user_principal_name.as_str());
    let is_matched = facts.get(Fact::SignInName) == Some(name);
    wanted.identity.object_id() != Some(id) && name != wanted.to.as_str() && !is_matched
}
