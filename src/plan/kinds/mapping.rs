//! Mappings: members of the organization become identities of the directory.
//!
//! Every mapping is a line: those under `[members]`, and guests who are in the organization today. Without
//! a line only those become somebody whom the service matches by itself on connecting.

mod left_over;
mod names;
mod presence;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use super::access::newcomers;
use super::{Answers, Part, directory_user, facts, invitation};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, Identity};
use crate::model::desired::Place;
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::Member;
use crate::model::person::Email;
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::{self, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::resolver::Account;
use crate::plan::rules::{
    Finding, NotMapped, Remark as _, TargetActive, TargetDisabled, TargetMissing, TargetRenamed,
};
use crate::plan::value::{Facts, NoWayBack, Step};
use presence::presence;
use targets::{awaited, disabled_match, is_identity, is_matched};

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Mapping,
    rules: &[
        NotMapped::RULE,
        TargetActive::RULE,
        TargetDisabled::RULE,
        TargetMissing::RULE,
        TargetRenamed::RULE,
    ],
    still_wanted: |context, address| {
        let (person, desired) = (address.person(), context.desired);
        desired.members.contains_key(&person) || desired.guests.contains_key(&person)
    },
    left_over: left_over::left_over,
    facts,
    carried_out: |index, _, wanted| {
        let wanted = wanted.mapping()?;
        let member = index.live.members.get(&wanted.member)?;
        let identity = wanted.identity.object_id()?;
        let is_mapped = member.object_id == Some(identity) && !member.disconnected;
        is_mapped.then_some(RemoteId::StorageKey(wanted.member))
    },
    way_back: |_| Err(NoWayBack::Mapped),
};

/// A mapping that is wanted, whatever asks for it.
struct Wanted<'a> {
    person: &'a Email,
    to: &'a Email,
    member: MemberRef<'a>,
    identity: Identity,
    place: Option<&'a Place>,
}

/// The mappings' part, and whom they leave where.
pub(in crate::plan) struct Mappings {
    pub(in crate::plan) part: Part,
    /// Members whom some line or the directory speaks of.
    pub(in crate::plan) covered: BTreeSet<StorageKey>,
    /// Members who can sign in once the plan is applied.
    pub(in crate::plan) reachable: BTreeSet<StorageKey>,
    /// Members whom only the size of the organization keeps from being mapped.
    pub(in crate::plan) unmapped: BTreeSet<StorageKey>,
    /// How many users the organization has in the end.
    pub(in crate::plan) users: usize,
    // Who becomes which identity: nobody may become one that is taken.
    taken: BTreeMap<Identity, StorageKey>,
    leaving: BTreeSet<StorageKey>,
}

/// How many users the organization has once those who are leaving have left, and those who are added are
/// there.
fn users_in_the_end(context: &Context<'_>, leaving: &BTreeSet<StorageKey>) -> usize {
    let stay = context.live.members.len().saturating_sub(leaving.len());
    stay.saturating_add(newcomers::of(context).count())
}

/// While there is no directory to be mapped to, everybody stays who they are.
pub(in crate::plan) fn none(context: &Context<'_>, leaving: BTreeSet<StorageKey>) -> Mappings {
    let everybody: BTreeSet<StorageKey> = context.members().map(|(key, _)| key).collect();
    Mappings {
        part: Part::default(),
        covered: everybody.clone(),
        reachable: everybody,
        unmapped: BTreeSet::new(),
        users: users_in_the_end(context, &leaving),
        taken: BTreeMap::new(),
        leaving,
    }
}

/// Plans the mappings. `leaving` are those whom other steps take out of the organization.
pub(in crate::plan) fn mappings(context: &Context<'_>, leaving: BTreeSet<StorageKey>) -> Mappings {
    let mut mappings = Mappings {
        part: Part::default(),
        covered: BTreeSet::new(),
        reachable: BTreeSet::new(),
        unmapped: BTreeSet::new(),
        users: users_in_the_end(context, &leaving),
        taken: BTreeMap::new(),
        leaving,
    };
    mappings.plan_members(context);
    mappings.plan_guests(context);
    mappings.plan_unlisted(context);
    mappings
}

impl Mappings {
    fn plan_members(&mut self, context: &Context<'_>) {
        for (person, line) in &context.desired.members {
            let place = Some(&line.place);
            let Some(member) = context.member_of_line(person) else {
                continue;
            };
            let (key, user) = member;
            let to = &line.to;
            let identity = match context.account_of_line(person) {
                // Connecting makes them that account by itself.
                Account::There(found) if person == to && is_matched(context, user, found) => {
                    self.covered.insert(key);
                    self.reachable.insert(key);
                    continue;
                }
                Account::There(found) => Identity::ObjectId(found.id),
                Account::Renamed(found)
                    if line.id.is_some() || is_identity(context, user, found.id) =>
                {
                    Identity::ObjectId(found.id)
                }
                Account::Renamed(found) => {
                    let renamed = TargetRenamed::of(person, to, found);
                    self.refuse(key, renamed.finding(context, place));
                    continue;
                }
                // A finding says who both are.
                Account::SomebodyElse { .. } => {
                    self.covered.insert(key);
                    continue;
                }
                // The account's part says why there will be none.
                Account::Missing { .. }
                    if line.create && directory_user::is_refused(context, person) =>
                {
                    self.covered.insert(key);
                    continue;
                }
                Account::Missing { .. } => {
                    let Some(identity) = awaited(context, person, line) else {
                        let missing = TargetMissing::of(context, person, to);
                        self.refuse(key, missing.finding(context, place));
                        continue;
                    };
                    identity
                }
            };
            self.plan_one(
                context,
                &Wanted {
                    person,
                    to,
                    member,
                    identity,
                    place,
                },
            );
        }
    }

    /// Leaves a member where they are, and says why.
    fn refuse(&mut self, key: StorageKey, finding: Finding) {
        self.covered.insert(key);
        self.part.findings.push(finding);
    }

    fn plan_guests(&mut self, context: &Context<'_>) {
        for (person, line) in &context.desired.guests {
            let Some(member) = context.member_of_line(person) else {
                continue;
            };
            let (key, user) = member;
            let account = context.account_of_line(person);
            let is_unsettled = matches!(account, Account::SomebodyElse { .. });
            if is_unsettled || invitation::refusal(context, person).is_some() {
                self.covered.insert(key);
                continue;
            }
            // Somebody who was added as this guest never was anybody else.
            let owned = context.entry(Kind::Mapping, person).is_some();
            let is_guest = || {
                account
                    .found()
                    .is_some_and(|found| is_identity(context, user, found.id))
            };
            if !owned && (is_guest() || context.is_added_by_us(person, member)) {
                self.covered.insert(key);
                self.reachable.insert(key);
                continue;
            }
            let place = Some(&line.place);
            let identity = match account {
                Account::Renamed(found) if !is_identity(context, user, found.id) => {
                    let renamed = TargetRenamed::of(person, person, found);
                    self.refuse(key, renamed.finding(context, place));
                    continue;
                }
                Account::There(_)
                | Account::Renamed(_)
                | Account::Missing { .. }
                | Account::SomebodyElse { .. } => invitation::identity(context, person),
            };
            self.plan_one(
                context,
                &Wanted {
                    person,
                    to: person,
                    member,
                    identity,
                    place,
                },
            );
        }
    }

    /// Whoever signs in already, or is matched on connecting, needs no line.
    fn plan_unlisted(&mut self, context: &Context<'_>) {
        for (key, user) in context.members() {
            if self.covered.contains(&key) || self.leaving.contains(&key) {
                continue;
            }
            if context.signs_in(user) || context.matches_on_connecting(user) {
                self.covered.insert(key);
                self.reachable.insert(key);
            } else if let Some(found) = disabled_match(context, user) {
                let disabled = TargetDisabled {
                    person: user.principal_name.clone(),
                    to: found.user.user_principal_name.clone(),
                    person_name: Some(user.display_name.clone()),
                    to_name: Some(found.user.display_name.clone()),
                };
                self.refuse(key, disabled.finding(context, None));
            }
        }
    }

    fn plan_one(&mut self, context: &Context<'_>, wanted: &Wanted<'_>) {
        let &Wanted {
            person,
            to,
            member: (key, user),
            ref identity,
            place,
        } = wanted;
        self.covered.insert(key);
        let presence = presence(context, wanted);
        if let Some(finding) = self.objection(context, wanted, &presence) {
            self.part.findings.push(finding);
            return;
        }
        if !presence.is_as_wanted() && self.is_too_large(context) {
            let (person, to) = (person.clone(), to.clone());
            let findings = &mut self.part.findings;
            findings.push(NotMapped { person, to }.found(place));
            self.unmapped.insert(key);
            return;
        }
        self.reachable.insert(key);
        self.taken.insert(identity.clone(), key);
        // Whoever is there already was not brought there by this plan.
        let inform = context.desired.notices.is_some() && !presence.is_as_wanted();
        let after = || Attributes::Mapping(names::introduced(context, wanted, inform));
        let owned = context.entry(Kind::Mapping, person).is_some();
        // A user who signs in under the name of the line was matched: there is nothing to own.
        if !owned && person == to && presence.is_as_wanted() {
            return;
        }
        let Some((change, reason)) = decide::wanted(presence, owned, after) else {
            return;
        };
        let mut needs = BTreeSet::from([context.connection_address()]);
        needs.extend(identity.awaited().cloned());
        self.part.steps.push(Step {
            address: Address::of(Kind::Mapping, person),
            change,
            reason,
            needs: needs.into_iter().collect(),
            source: place.cloned(),
            display_name: Some(user.display_name.clone()),
        });
    }

    /// Why a mapping cannot be, or would help nobody.
    fn objection(
        &self,
        context: &Context<'_>,
        wanted: &Wanted<'_>,
        presence: &Presence,
    ) -> Option<Finding> {
        let (person, to) = (wanted.person.clone(), wanted.to.clone());
        if self.is_taken(context, wanted) {
            let (person_name, to_name) = names::both(context, wanted);
            let found = TargetActive {
                person,
                to,
                person_name,
                to_name,
            };
            return Some(found.finding(context, wanted.place));
        }
        let target = wanted.identity.object_id();
        let target = target.and_then(|id| context.live.directory.users.get(&id));
        // An account that was disabled after the move is the directory's own affair.
        let settled = presence.is_as_wanted();
        if settled || target.is_none_or(|target| target.enabled) {
            return None;
        }
        let (person_name, to_name) = names::both(context, wanted);
        let found = TargetDisabled {
            person,
            to,
            person_name,
            to_name,
        };
        Some(found.finding(context, wanted.place))
    }

    /// Whether the organization has too many users for any of them to be mapped.
    fn is_too_large(&self, context: &Context<'_>) -> bool {
        usize::try_from(context.guards.max_users).is_ok_and(|limit| self.users > limit)
    }

    /// Whether another user of the organization is, or will be, the identity that is asked for.
    fn is_taken(&self, context: &Context<'_>, wanted: &Wanted<'_>) -> bool {
        let other = |key: &StorageKey| *key != wanted.member.0 && !self.leaving.contains(key);
        if self.taken.get(&wanted.identity).is_some_and(other) {
            return true;
        }
        let id = wanted.identity.object_id();
        let target = id.and_then(|id| context.live.directory.users.get(&id));
        // An identity that is yet to be made will be called what the line calls it.
        let name = target.map_or(wanted.to, |target| &target.user_principal_name);
        let is_active = |id| {
            context
                .with_identity(id)
                .is_some_and(|(key, _)| other(&key))
        };
        let will_match = |user: &Member| match target {
            Some(_) => context.matches_on_connecting(user),
            None => !context.is_connected(),
        };
        id.is_some_and(is_active)
            || context
                .named(name)
                .any(|(key, user)| other(&key) && will_match(user))
    }
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(mapping) = step.change.attributes().mapping() {
        facts::put_person(&mut facts, index, mapping.member);
        let account = index.user(&mapping.identity);
        facts::put_account(&mut facts, account);
        facts::put_name_of_account(&mut facts, account);
    }
    facts
}
