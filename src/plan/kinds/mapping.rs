//! Mappings: members of the organization become identities of the directory.
//!
//! Three sorts of people are mapped: those under `[members]`, guests who are in the organization
//! today, and those whom the directory knows although connecting does not match them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answers, Part, facts, invitation};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, Identity, MappingAttributes};
use crate::model::desired::Place;
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::{FoundBy, Member, UserType};
use crate::model::person::Email;
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::rules::{
    Finding, NotInOrganization, NotMapped, Remark as _, TargetActive, TargetDisabled, TargetMissing,
};
use crate::plan::value::{Facts, NoWayBack, Reason, Step};
use crate::state::value::Entry;

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Mapping,
    rules: &[
        NotInOrganization::RULE,
        NotMapped::RULE,
        TargetActive::RULE,
        TargetDisabled::RULE,
        TargetMissing::RULE,
    ],
    still_wanted: |context, address| {
        let (person, desired) = (address.person(), context.desired);
        desired.members.contains_key(&person) || desired.guests.contains_key(&person)
    },
    left_over,
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
    // Who becomes which identity: nobody may become one that is taken.
    taken: BTreeMap<Identity, StorageKey>,
    leaving: BTreeSet<StorageKey>,
}

/// While there is no directory to be mapped to, everybody stays who they are.
pub(in crate::plan) fn none(context: &Context<'_>, leaving: BTreeSet<StorageKey>) -> Mappings {
    let everybody: BTreeSet<StorageKey> = context.members().map(|(key, _)| key).collect();
    Mappings {
        part: Part::default(),
        covered: everybody.clone(),
        reachable: everybody,
        unmapped: BTreeSet::new(),
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
            let Some(member) = self.member_of_line(context, person, place) else {
                continue;
            };
            let found = context.directory.find(&line.to).map(|found| found.id);
            let identity = match found {
                Some(id) => Identity::ObjectId(id),
                None if line.create => Identity::After(Address::of(Kind::DirectoryUser, &line.to)),
                None if context.desired.guests.contains_key(&line.to) => {
                    Identity::After(Address::of(Kind::Invitation, &line.to))
                }
                None => {
                    let (person, to) = (person.clone(), line.to.clone());
                    let missing = TargetMissing { person, to };
                    self.part.findings.push(missing.finding(context, place));
                    self.covered.insert(member.0);
                    continue;
                }
            };
            let to = &line.to;
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

    /// The user whom a line of `[members]` is about, or a finding.
    fn member_of_line<'a>(
        &mut self,
        context: &Context<'a>,
        person: &Email,
        place: Option<&Place>,
    ) -> Option<MemberRef<'a>> {
        let member = context.member_of_line(person);
        if member.is_none() && !context.roster.doubles.contains_key(person) {
            let person = person.clone();
            let findings = &mut self.part.findings;
            findings.push(NotInOrganization { person }.found(place));
        }
        member
    }

    fn plan_guests(&mut self, context: &Context<'_>) {
        for (person, line) in &context.desired.guests {
            let Some(member) = context.member_of_line(person) else {
                continue;
            };
            if invitation::refusal(context, person).is_some() {
                self.covered.insert(member.0);
                continue;
            }
            // Somebody who was added as this guest never was anybody else.
            let found = context.directory.find(person).map(|found| found.id);
            let owned = context.entry(Kind::Mapping, person).is_some();
            if !owned && context.signs_in(member.1) && member.1.object_id == found {
                self.covered.insert(member.0);
                self.reachable.insert(member.0);
                continue;
            }
            let identity = invitation::identity(context, person);
            let place = Some(&line.place);
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

    /// Connecting goes by the sign-in name only. Whoever the directory knows under another address,
    /// or failed to be matched, is mapped to that identity.
    fn plan_unlisted(&mut self, context: &Context<'_>) {
        for member in context.members() {
            let (key, user) = member;
            if self.covered.contains(&key) || self.leaving.contains(&key) {
                continue;
            }
            let person = &user.principal_name;
            if context.signs_in(user) || context.matches_on_connecting(user) {
                self.covered.insert(key);
                self.reachable.insert(key);
            } else if let Some(found) = context.directory.find(person) {
                let identity = Identity::ObjectId(found.id);
                let before = self.part.steps.len();
                let to = match found.user.user_type {
                    UserType::Member => &found.user.user_principal_name,
                    UserType::Guest => person,
                };
                let wanted = Wanted {
                    person,
                    to,
                    member,
                    identity,
                    place: None,
                };
                self.plan_one(context, &wanted);
                if found.by != FoundBy::PrincipalName {
                    for step in self.part.steps.iter_mut().skip(before) {
                        step.reason = Reason::MatchedByMailOnly;
                    }
                }
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
        if !matches!(presence, Presence::Equal(_)) && self.is_too_large(context) {
            let (person, to) = (person.clone(), to.clone());
            let findings = &mut self.part.findings;
            findings.push(NotMapped { person, to }.found(place));
            self.unmapped.insert(key);
            return;
        }
        self.reachable.insert(key);
        self.taken.insert(identity.clone(), key);
        // Whoever is there already was not brought there by this plan.
        let inform = context.desired.notices.is_some() && !matches!(presence, Presence::Equal(_));
        let after = || {
            let identity = identity.clone();
            Attributes::Mapping(MappingAttributes {
                member: key,
                to: to.clone(),
                identity,
                inform,
            })
        };
        let owned = context.entry(Kind::Mapping, person).is_some();
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
            return Some(TargetActive { person, to }.finding(context, wanted.place));
        }
        let target = wanted.identity.object_id();
        let target = target.and_then(|id| context.live.directory.users.get(&id));
        // An account that was disabled after the move is the directory's own affair.
        let settled = matches!(presence, Presence::Equal(_));
        if settled || target.is_none_or(|target| target.enabled) {
            return None;
        }
        Some(TargetDisabled { person, to }.finding(context, wanted.place))
    }

    /// Whether the organization has too many users for any of them to be mapped. Whoever leaves is
    /// gone by then.
    fn is_too_large(&self, context: &Context<'_>) -> bool {
        let users = context.live.members.len();
        let users = users.saturating_sub(self.leaving.len());
        usize::try_from(context.guards.max_users).is_ok_and(|limit| users > limit)
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

/// What live shows of a mapping.
fn presence(context: &Context<'_>, wanted: &Wanted<'_>) -> Presence {
    let (key, user) = wanted.member;
    match user.object_id {
        Some(now) if context.signs_in(user) => {
            if wanted.identity == Identity::ObjectId(now) {
                return Presence::Equal(RemoteId::StorageKey(key));
            }
            let before = Attributes::Mapping(MappingAttributes {
                member: key,
                to: user.principal_name.clone(),
                identity: Identity::ObjectId(now),
                inform: false,
            });
            Presence::Differs(RemoteId::StorageKey(key), before)
        }
        Some(_) | None => Presence::Absent,
    }
}

/// What is left of a mapping that no line asks for.
fn left_over(context: &Context<'_>, address: &Address, entry: &Entry) -> LeftOver {
    let key = entry.remote_id.storage_key();
    match key.and_then(|key| context.member(key)) {
        None => LeftOver::Gone,
        Some(member) if is_by_directory(context, &address.person(), member) => LeftOver::Holds,
        Some(_) => LeftOver::Final,
    }
}

/// Whether the directory asked for a mapping, not a line, and it still holds.
fn is_by_directory(context: &Context<'_>, person: &Email, (key, user): MemberRef<'_>) -> bool {
    let identity = context.directory.find(person).map(|found| found.id);
    identity == user.object_id
        && context.entry(Kind::Invitation, person).is_none()
        && !context.roster.unwanted.contains(&key)
        && context.signs_in(user)
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(mapping) = step.change.attributes().mapping() {
        facts::put_person(&mut facts, index, mapping.member);
        facts::put_account(&mut facts, index.user(&mapping.identity));
    }
    facts
}
