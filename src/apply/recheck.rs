//! A look at the live objects just before they are written to: a step whose objects somebody else has
//! changed since the plan was reviewed is refused, and the rest goes on.
//!
//! Only plans that say what was looked at are guarded like this: those that were saved. The look is the
//! reading of a plan, by pages of lists, and never a request a person.

mod look;

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
            Fact::Account
            | Fact::AccountName
            | Fact::NameInDirectory
            | Fact::AccountKind
            | Fact::Invitation => self.is_made(step),
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::ids::{ObjectId, RemoteId, TenantId};
    use crate::model::live::{Connection, InvitationStatus, UserType};
    use crate::model::person::Email;
    use crate::plan::sample::{
        ANA, LEE, Person, SAM, TENANT, access, connection, directory_user, invitation, live,
        make_account, mapping, mapping_after, member, plan, policy, saved,
    };
    use crate::plan::value::{Change, RemoveFrom};

    const STAKEHOLDER: EffectiveLevel = EffectiveLevel::Stakeholder;

    /// What somebody else, or this run, does to live.
    type Done<'a> = &'a dyn Fn(&mut Live);

    /// What of a step counts as moved, once this run has sent some steps and live has become another.
    fn moved(sent: &[&Step], step: &Step, done: Done<'_>) -> Vec<Fact> {
        let saved = saved(vec![step.clone()], &live());
        let mut recheck = Recheck::of(saved.facts).unwrap();
        for one in sent {
            recheck.sent(one);
        }
        let mut now = live();
        done(&mut now);
        let moved = recheck.moved(step, &now, &FactReader::new(&now));
        moved.iter().map(|moved| moved.fact).collect()
    }

    /// Somebody signs in with an account of the directory.
    fn becomes(live: &mut Live, person: Person, id: ObjectId, name: &str) {
        let user = member(live, person);
        user.origin = Origin::Directory;
        user.object_id = Some(id);
        user.principal_name = Email::from_service(name);
    }

    #[test]
    fn a_plan_that_was_not_saved_is_not_looked_at_again() {
        assert!(Recheck::of(plan(vec![policy()]).facts).is_none());
        assert!(Recheck::of(saved(vec![policy()], &live()).facts).is_some());
    }

    #[test]
    fn what_nobody_touched_has_not_moved_and_what_was_not_looked_at_is_not_judged() {
        for step in [
            connection(),
            mapping(LEE),
            policy(),
            access(LEE, STAKEHOLDER),
            directory_user(SAM),
        ] {
            assert_eq!(moved(&[], &step, &|_| {}), [], "{}", step.address);
        }
        let recheck = Recheck::of(saved(vec![policy()], &live()).facts).unwrap();
        let mut now = live();
        member(&mut now, LEE).access = STAKEHOLDER;
        let other = access(LEE, STAKEHOLDER);
        assert_eq!(recheck.moved(&other, &now, &FactReader::new(&now)), []);
    }

    #[test]
    fn connecting_makes_other_names_and_identities_and_nothing_else() {
        let connects = |live: &mut Live| {
            live.organization.connection = Connection::Tenant(TENANT);
            becomes(live, LEE, LEE.id, LEE.to);
            "Li".clone_into(&mut member(live, LEE).display_name);
            member(live, LEE).access_by_group = true;
        };
        let step = access(LEE, STAKEHOLDER);
        assert_eq!(moved(&[&connection()], &step, &connects), []);
        let all = [
            Fact::SignInName,
            Fact::Name,
            Fact::Identity,
            Fact::AccessByGroup,
        ];
        assert_eq!(moved(&[], &step, &connects), all);
        // Nothing is sent to take something into the record.
        let mut adopts = connection();
        adopts.change = Change::Adopt {
            id: RemoteId::TenantId(TENANT),
            after: connection().change.after().unwrap().clone(),
        };
        assert_eq!(moved(&[&adopts], &step, &connects), all);
        let takes = |live: &mut Live| member(live, LEE).access = EffectiveLevel::BasicTestPlans;
        assert_eq!(moved(&[&connection()], &step, &takes), [Fact::Access]);
        let removes = |live: &mut Live| drop(live.members.remove(&LEE.key));
        assert_eq!(moved(&[&connection()], &step, &removes), [Fact::Member]);
        let switches = |live: &mut Live| live.policies.clear();
        assert_eq!(
            moved(&[&connection()], &policy(), &switches),
            [Fact::Policy]
        );
    }

    #[test]
    fn a_connection_that_somebody_made_as_wanted_is_done_and_any_other_is_not_ours() {
        let to = |tenant: TenantId| {
            move |live: &mut Live| live.organization.connection = Connection::Tenant(tenant)
        };
        assert_eq!(moved(&[], &connection(), &to(TENANT)), []);
        let elsewhere = TenantId::new(Uuid::from_u128(77));
        assert_eq!(
            moved(&[], &connection(), &to(elsewhere)),
            [Fact::Connection]
        );
    }

    #[test]
    fn a_mapping_makes_another_name_of_the_one_who_was_mapped() {
        let becomes_lee = |live: &mut Live| becomes(live, LEE, LEE.id, LEE.to);
        let step = access(LEE, STAKEHOLDER);
        assert_eq!(moved(&[&mapping(LEE)], &step, &becomes_lee), []);
        let other = [Fact::SignInName, Fact::Identity];
        assert_eq!(moved(&[&mapping(ANA)], &step, &becomes_lee), other);
        // The mapping of somebody whom the step needs under another name.
        let mut needy = step;
        needy.needs.push(mapping(ANA).address);
        assert_eq!(moved(&[&mapping(ANA)], &needy, &becomes_lee), []);
    }

    #[test]
    fn nobody_is_mapped_who_has_become_somebody_else() {
        let step = mapping(LEE);
        let by = |id, name: &'static str| move |live: &mut Live| becomes(live, LEE, id, name);
        // The wanted identity, and the one that connecting makes of a sign-in name, are no strangers.
        assert_eq!(moved(&[&connection()], &step, &by(LEE.id, LEE.to)), []);
        let matched = |live: &mut Live| {
            make_account(live, SAM);
            let user = live.directory.users.get_mut(&SAM.id).unwrap();
            user.user_principal_name = Email::from_service(LEE.from);
            becomes(live, LEE, SAM.id, LEE.from);
        };
        assert_eq!(moved(&[&connection()], &step, &matched), []);
        assert_eq!(
            moved(&[&connection()], &step, &by(ANA.id, ANA.to)),
            [Fact::Identity]
        );
        // Without a connection of ours any other identity is somebody's doing.
        let both = [Fact::SignInName, Fact::Identity];
        assert_eq!(moved(&[], &step, &by(LEE.id, LEE.to)), both);
        // Connecting cuts this person off, and the mapping gives them their access back.
        let cut_off = |live: &mut Live| {
            becomes(live, LEE, ANA.id, LEE.from);
            member(live, LEE).disconnected = true;
        };
        assert_eq!(moved(&[&connection()], &step, &cut_off), []);
    }

    #[test]
    fn a_level_that_the_service_makes_better_by_itself_has_not_moved() {
        let step = access(LEE, STAKEHOLDER);
        let level = |level| move |live: &mut Live| member(live, LEE).access = level;
        let better = EffectiveLevel::VisualStudio;
        assert_eq!(moved(&[], &step, &level(better)), []);
        assert_eq!(moved(&[], &step, &level(STAKEHOLDER)), [Fact::Access]);
        let none = EffectiveLevel::None;
        assert_eq!(moved(&[], &step, &level(none)), [Fact::Access]);
        // Leaving a tenant takes levels that came with its groups.
        let mut leaves = connection();
        let tenant = connection().change.after().unwrap().clone();
        leaves.change = Change::Remove {
            id: RemoteId::TenantId(TENANT),
            before: tenant,
            from: RemoveFrom {
                organization: None,
                directory: false,
                projects: false,
            },
        };
        assert_eq!(moved(&[&leaves], &step, &level(none)), []);
    }

    #[test]
    fn an_account_that_this_run_made_has_not_moved_and_anybody_elses_has() {
        let made = directory_user(SAM);
        let mapped = mapping_after(SAM, &made);
        let makes = |live: &mut Live| make_account(live, SAM);
        assert_eq!(moved(&[&made], &mapped, &makes), []);
        let account = [Fact::Account];
        assert_eq!(moved(&[], &mapped, &makes), account);
        assert_eq!(moved(&[&directory_user(LEE)], &mapped, &makes), account);
        // Of a guest by the step that it needs, for the account has another name than they do.
        let invited = invitation(SAM);
        let mapped = mapping_after(SAM, &invited);
        let comes = |live: &mut Live| {
            make_account(live, SAM);
            let user = live.directory.users.get_mut(&SAM.id).unwrap();
            user.mail = Some(Email::from_service(SAM.from));
            user.user_type = UserType::Guest;
            user.invitation = Some(InvitationStatus::Pending);
        };
        assert_eq!(moved(&[&invited], &mapped, &comes), []);
        assert_eq!(moved(&[], &mapped, &comes), account);
        // One that was there before is nobody's to change.
        let disables = |live: &mut Live| {
            live.directory.users.get_mut(&LEE.id).unwrap().enabled = false;
        };
        assert_eq!(
            moved(&[&connection()], &mapping(LEE), &disables),
            [Fact::AccountKind]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn looking_takes_a_tenth_of_the_time_at_most() {
        let mut recheck = Recheck::of(saved(vec![policy()], &live()).facts).unwrap();
        assert!(!recheck.is_old());
        tokio::time::advance(GOOD_FOR).await;
        assert!(!recheck.is_old());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(recheck.is_old());
        recheck.took = Duration::from_secs(20);
        assert!(!recheck.is_old());
        tokio::time::advance(Duration::from_secs(151)).await;
        assert!(recheck.is_old());
    }
}
